/** Answers that go on after they were given: streams of events, and bodies that are filled later. */

/** When the answers that are watched end; each is its own key, so that nobody has to wrap it twice. */
const ends = new WeakMap<Response, Promise<void>>();

/** Resolves when the answer's body ends, however it does; null for one that goes on unwatched, or not at all. */
export function endOf(response: Response): Promise<void> | null {
  return ends.get(response) ?? null;
}

/** @returns the same answer, with an end that `endOf` tells */
export function endingWith(response: Response, end: Promise<void>): Response {
  ends.set(response, end);
  return response;
}

/** @returns the same answer; where it is a stream of events, with an end that `endOf` tells */
export function watched(response: Response): Response {
  if (!isEventStream(response)) return response;
  // Looked at last: it makes a stream of a text that Deno would send in one piece, with its length.
  const { body, status, headers } = response;
  if (body === null) return response;
  const end = Promise.withResolvers<void>();
  const bytes = watchedBody(body, end.resolve).body;
  return endingWith(new Response(bytes, { status, headers }), end.promise);
}

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
