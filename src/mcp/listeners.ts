/**
 * Bounds the streams of `subscriptions/listen` (2026-07-28), which the SDK counts for all people
 * together and never ends by itself: one person can't take all of them, and whoever listens on is
 * authenticated again now and then.
 */

export interface Listeners {
  /**
   * @param principal see `principalOf`
   * @param listen asks for the stream
   * @returns its answer, bounded where it is a stream; null where the person has too many
   */
  open(principal: string, listen: () => Promise<Response>): Promise<Response | null>;
}

export interface ListenerLimits {
  readonly ofOne: number;
  /** Then the client asks again, in milliseconds. */
  readonly longestMs: number;
}

const LIMITS: ListenerLimits = { ofOne: 64, longestMs: 3600_000 };

export function createListeners(limits: ListenerLimits = LIMITS): Listeners {
  const counts = new Map<string, number>();
  const add = (principal: string, by: 1 | -1) => {
    const count = (counts.get(principal) ?? 0) + by;
    if (count > 0) counts.set(principal, count);
    else counts.delete(principal);
  };

  return {
    async open(principal, listen) {
      if ((counts.get(principal) ?? 0) >= limits.ofOne) return null;
      add(principal, 1);
      let isStream = false;
      try {
        const response = await listen();
        const { body, status, headers } = response;
        isStream = headers.get("content-type")?.startsWith("text/event-stream") === true;
        if (!isStream || body === null) {
          isStream = false;
          return response;
        }
        const bounded = endingAfter(body, limits.longestMs, () => add(principal, -1));
        return new Response(bounded, { status, headers });
      } finally {
        if (!isStream) add(principal, -1);
      }
    },
  };
}

/** The same bytes until a time has passed. @param onEnd called once, whatever ends it */
function endingAfter(
  body: ReadableStream<Uint8Array>,
  milliseconds: number,
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    onEnd();
  };
  // Cancelling ends the read that waits, and tells the SDK that nobody listens any more.
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), milliseconds);
  Deno.unrefTimer(timer);
  return new ReadableStream({
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
}
