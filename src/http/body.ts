/**
 * Reads a request's body, as far as a client may go and as long as it may take. Deno.serve (2.9)
 * gives no hold of a connection: one whose client stalls is answered and done with here, and stays
 * open until the client goes; a proxy in front is what ends it, and what limits slow headers.
 */
import { Refusal } from "./answers.ts";

export interface BodyLimits {
  readonly maxBytes: number;
  /** For the whole body, so that a byte now and then keeps nothing open. */
  readonly timeoutMs: number;
}

/**
 * @returns the body's text
 * @throws Refusal 413 beyond the limit, 408 when it takes too long, 415 for a coded body, 400 for one
 *   that is not UTF-8 or breaks off
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<string> {
  const coding = request.headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    throw new Refusal(415, "Send the body without a Content-Encoding.");
  }
  const length = declaredLength(request);
  if (length !== null && length > limits.maxBytes) throw tooLarge(limits);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() =>
      reject(
        new Refusal(408, `The body did not arrive within ${limits.timeoutMs / 1000} s.`),
      ), limits.timeoutMs);
  });
  const cancelled = new AbortController();
  const bytes = length === null
    ? counted(request, limits, cancelled.signal)
    : request.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  // What goes wrong with a body after it was given up is nobody's concern.
  bytes.catch(() => {});
  try {
    return decode(await Promise.race([bytes, late]));
  } catch (error) {
    cancelled.abort();
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "The body broke off.");
  } finally {
    clearTimeout(timer);
  }
}

/** The length that HTTP's framing holds the client to; null where only counting can tell. */
function declaredLength(request: Request): number | null {
  const text = request.headers.get("content-length");
  if (text === null || request.headers.has("transfer-encoding")) return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

async function counted(
  request: Request,
  limits: BodyLimits,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  const stop = () => void reader?.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    size += value.length;
    if (size > limits.maxBytes) throw tooLarge(limits);
    chunks.push(value);
  }
  signal.removeEventListener("abort", stop);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge({ maxBytes }: BodyLimits): Refusal {
  return new Refusal(413, `The body is larger than ${maxBytes} bytes.`);
}

function decode(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "The body is not UTF-8.", {}, -32700);
  }
}
