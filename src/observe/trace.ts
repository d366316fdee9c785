/** The trace id that ties a request's log lines together, and to the client's own trace. */

// W3C Trace Context, section 3.2: version, trace id, parent id, flags; later versions may add parts.
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/;
/** Fills the array it gets with random bytes. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => void;

/**
 * @param traceparent the request's header of that name, or null
 * @returns 32 lower-case hex digits: the client's trace id, or a new one where it sent none that
 *   can be used
 */
export function traceIdOf(
  traceparent: string | null,
  random: RandomBytes = fromStock,
): string {
  if (traceparent !== null && traceparent.length <= 512) {
    const match = TRACEPARENT.exec(traceparent);
    const [, trace = "", parent = ""] = match ?? [];
    if (match && !/^0+$/.test(trace) && !/^0+$/.test(parent)) return trace;
  }
  const bytes = new Uint8Array(16);
  random(bytes);
  return bytes.toHex();
}

/** Random bytes are drawn by the page: a draw for each id costs several times as much. */
const stock = new Uint8Array(4096);
let used = stock.length;

function fromStock(bytes: Uint8Array<ArrayBuffer>): void {
  if (used + bytes.length > stock.length) {
    crypto.getRandomValues(stock);
    used = 0;
  }
  bytes.set(stock.subarray(used, used + bytes.length));
  used += bytes.length;
}
