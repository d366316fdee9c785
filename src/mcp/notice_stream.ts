/** One open `text/event-stream` of a client's notices (GET of "Streamable HTTP", older eras). */

export interface NoticeStream {
  readonly response: Response;
  send(method: string, params: unknown): void;
  close(): void;
}

/** A comment this often keeps proxies from closing a silent stream. */
const KEEP_ALIVE_MS = 15_000;
/** Then the client opens a new one, and is authenticated again. */
const LONGEST_MS = 3600_000;
/** A client that reads nothing for so many notices is gone. */
const MOST_WAITING = 1_000;

/** @param onClose called once, whoever closes the stream */
export function createNoticeStream(onClose: () => void): NoticeStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  const close = () => {
    if (!controller) return;
    const closing = controller;
    controller = null;
    clearInterval(keepAlive);
    clearTimeout(end);
    onClose();
    try {
      closing.close();
    } catch {
      // The client went away first: nothing is left to close.
    }
  };
  const write = (text: string) => {
    if (!controller) return;
    if ((controller.desiredSize ?? 0) < -MOST_WAITING) return close();
    controller.enqueue(encoder.encode(text));
  };

  const keepAlive = setInterval(() => write(": keep-alive\n\n"), KEEP_ALIVE_MS);
  const end = setTimeout(close, LONGEST_MS);
  Deno.unrefTimer(keepAlive);
  Deno.unrefTimer(end);

  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
    cancel: close,
  });
  // Sends the headers at once: a client waits for them before it trusts the stream.
  write(": open\n\n");

  return {
    response: new Response(body, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" },
    }),
    send: (method, params) =>
      write(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", method, params })}\n\n`),
    close,
  };
}
