/** Answers that go on: streams of events, and when they end. */

export function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("text/event-stream") === true;
}

export interface WatchedBody {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Ends the read that waits, and tells who writes that nobody listens any more. */
  readonly cut: () => void;
}

/** The same bytes. @param onEnd called once, whether they are read to the end, fail or are cancelled */
export function watchedBody(
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEnd: () => void,
): WatchedBody {
  const reader = bytes.getReader();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (thrown) {
        end();
        controller.error(thrown);
      }
    },
    cancel(reason) {
      end();
      return reader.cancel(reason);
    },
  });
  return { body, cut: () => void reader.cancel().catch(() => {}) };
}
