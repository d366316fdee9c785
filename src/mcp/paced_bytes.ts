/** Text as a stream of bytes: who writes waits until who reads has taken what was written before. */
import { ServiceError } from "../errors.ts";

export interface PacedBytes {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Aborts when nobody reads any more. */
  readonly gone: AbortSignal;
  /** Resolves when more is wanted; rejects when nobody reads any more. */
  write(text: string): Promise<void>;
  /** All was written. */
  close(): void;
  /** Breaks the stream off, so that what was read is not taken for all. */
  fail(reason: unknown): void;
}

export function pacedBytes(): PacedBytes {
  const gone = new AbortController();
  const encoder = new TextEncoder();
  let wanted = Promise.withResolvers<void>();
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  gone.signal.addEventListener("abort", () => wanted.reject(gone.signal.reason), { once: true });
  wanted.promise.catch(() => {});
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (made) => void (controller = made),
    pull: () => wanted.resolve(),
    cancel: () => gone.abort(new ServiceError("conflict", "Whoever read the rows went away.")),
  }, { highWaterMark: 1 });
  return {
    body,
    gone: gone.signal,
    write(text) {
      if (gone.signal.aborted) return Promise.reject(gone.signal.reason);
      wanted = Promise.withResolvers();
      wanted.promise.catch(() => {});
      controller.enqueue(encoder.encode(text));
      return wanted.promise;
    },
    close() {
      if (!gone.signal.aborted) controller.close();
    },
    fail(reason) {
      if (!gone.signal.aborted) controller.error(reason);
    },
  };
}
