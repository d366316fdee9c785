/**
 * Bounds the streams of `subscriptions/listen` (2026-07-28), which the SDK counts for all people
 * together and never ends by itself: one person can't take all of them, and whoever listens on is
 * authenticated again now and then.
 */

import { isEventStream, watchedBody } from "./ongoing.ts";

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
        isStream = isEventStream(response);
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
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  milliseconds: number,
  onEnd: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { body, cut } = watchedBody(bytes, () => {
    clearTimeout(timer);
    onEnd();
  });
  const timer = setTimeout(cut, milliseconds);
  Deno.unrefTimer(timer);
  return body;
}
