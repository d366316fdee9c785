/**
 * The calls that run now: each may be told to end when it takes too long, and a service that stops
 * can wait for the last of them.
 */

export interface Run {
  /** Aborts when the call has had its time, or the service can't wait any longer. */
  readonly signal: AbortSignal;
  end(): void;
}

export class Running {
  readonly #limitMs: number;
  readonly #now: () => number;
  /** In the order in which they began. */
  readonly #runs = new Map<AbortController, number>();
  #sweep: ReturnType<typeof setInterval> | null = null;
  #idle: (() => void)[] = [];

  /** @param now milliseconds of a clock that only goes forward */
  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.#limitMs = limitMs;
    this.#now = now;
  }

  get size(): number {
    return this.#runs.size;
  }

  begin(): Run {
    const controller = new AbortController();
    this.#runs.set(controller, this.#now());
    // One timer for all calls: one for each would cost every call more than all of them are worth.
    this.#sweep ??= setInterval(() => this.#abortLate(), Math.min(1000, this.#limitMs));
    return {
      signal: controller.signal,
      end: () => {
        this.#runs.delete(controller);
        if (this.#runs.size === 0) this.#becameIdle();
      },
    };
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  abortAll(reason: string): void {
    for (const controller of this.#runs.keys()) controller.abort(abortError(reason));
  }

  #abortLate(): void {
    const now = this.#now();
    for (const [controller, began] of this.#runs) {
      if (now - began < this.#limitMs) return;
      controller.abort(abortError(`The call took more than ${this.#limitMs / 1000} s.`));
    }
  }

  #becameIdle(): void {
    if (this.#idle.length > 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Ends the timer. */
  close(): void {
    if (this.#sweep !== null) clearInterval(this.#sweep);
    this.#sweep = null;
  }
}

function abortError(message: string): DOMException {
  return new DOMException(message, "TimeoutError");
}
