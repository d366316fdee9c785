/**
 * Reads a request's body, as far as a client may go and as long as it may take. Deno.serve (2.9)
 * gives no hold of a connection: one whose client stalls is answered and done with here, and stays
 * open until the client goes; a proxy in front is what ends it, and what limits slow headers.
 */
import { Refusal } from "./answers.ts";
import type { Deadlines } from "../mcp/deadlines.ts";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * @param deadlines how long the whole body may take
 * @returns the body's text
 * @throws Refusal 413 beyond the limit, 408 when it takes too long, 415 for a coded body, 400 for one
 *   that is not UTF-8 or breaks off
 */
export async function readBody(
  request: Request,
  maxBytes: number,
  deadlines: Deadlines,
): Promise<string> {
  const coding = request.headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    throw new Refusal(415, "Send the body without a Content-Encoding.");
  }
  const length = declaredLength(request);
  if (length !== null && length > maxBytes) throw tooLarge(maxBytes);
  const late = Promise.withResolvers<never>();
  const deadline = deadlines.add(() => late.reject(tooSlow(deadlines.limitMs)));
  const bytes = length === null ? counted(request, maxBytes, late.promise) : whole(request);
  // What goes wrong with a body after it was given up is nobody's concern.
  bytes.catch(() => {});
  try {
    return decode(await Promise.race([bytes, late.promise]));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, "The body broke off.");
  } finally {
    deadlines.remove(deadline);
  }
}

/** The length that HTTP's framing holds the client to; null where only counting can tell. */
function declaredLength(request: Request): number | null {
  const text = request.headers.get("content-length");
  if (text === null || request.headers.has("transfer-encoding")) return null;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

async function whole(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await request.arrayBuffer());
}

/** @param givenUp rejects when nobody waits for the body any more */
async function counted(
  request: Request,
  maxBytes: number,
  givenUp: Promise<never>,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader();
  const stop = () => void reader?.cancel().catch(() => {});
  givenUp.catch(stop);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    size += value.length;
    if (size > maxBytes) {
      stop();
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, `The body is larger than ${maxBytes} bytes.`);
}

function tooSlow(limitMs: number): Refusal {
  return new Refusal(408, `The body did not arrive within ${limitMs / 1000} s.`);
}

function decode(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new Refusal(400, "The body is not UTF-8.", {}, -32700);
  }
}
