/**
 * The calls that run now: each is told to end when it takes too long, and a service that stops can
 * wait for the last of them.
 */

export class Running {
  readonly #limitMs: number;
  readonly #now: () => number;
  /** When each began, in that order. */
  readonly #runs = new Map<AbortController, number>();
  #sweep: ReturnType<typeof setInterval> | null = null;
  #waiting: (() => void)[] = [];

  /** @param now milliseconds of a clock that only goes forward */
  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  get size(): number {
    return this.#runs.size;
  }

  /**
   * Runs a call, which lasts until its answer is made; where that is a stream of events and
   * `toItsEnd` is set, until the stream ends.
   *
   * @param call gets a signal that aborts when the call has had its time
   */
  async run(
    call: (signal: AbortSignal) => Promise<Response>,
    toItsEnd: boolean,
  ): Promise<Response> {
    const controller = new AbortController();
    const end = () => this.#end(controller);
    this.#runs.set(controller, this.#now());
    // One timer for all calls: one for each would cost every call more than it is worth.
    this.#sweep ??= setInterval(() => this.#abortLate(), Math.min(1000, this.#limitMs));
    try {
      const response = await call(controller.signal);
      if (toItsEnd && isStream(response)) return withEnd(response, end);
      end();
      return response;
    } catch (thrown) {
      end();
      throw thrown;
    }
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  abortAll(reason: string): void {
    for (const controller of this.#runs.keys()) controller.abort(abortError(reason));
  }

  /** Ends the timer. */
  close(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
  }

  #end(controller: AbortController): void {
    this.#runs.delete(controller);
    if (this.#runs.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #abortLate(): void {
    const now = this.#now();
    for (const [controller, began] of this.#runs) {
      if (now - began < this.#limitMs) return;
      controller.abort(abortError(`The call took more than ${this.#limitMs / 1000} s.`));
    }
  }
}

function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}

/** The same response; calls `end` once when its body is read to the end, fails or is cancelled. */
function withEnd(response: Response, end: () => void): Response {
  const reader = response.body?.getReader();
  if (!reader) {
    end();
    return response;
  }
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
  return new Response(body, { status: response.status, headers: response.headers });
}

function abortError(message: string): DOMException {
  return new DOMException(message, "TimeoutError");
}
