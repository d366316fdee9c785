/**
 * Deadlines of one length for many things that begin and end all the time, on one timer: a timer for
 * each would cost a request more than the rest of the HTTP layer. They are kept to within a second.
 */

export interface Deadline {
  readonly at: number;
  onLate: (() => void) | null;
}

const SWEEP_MS = 1000;

export class Deadlines {
  readonly limitMs: number;
  readonly #now: () => number;
  /** In the order in which they began, and so in which they end. */
  readonly #pending = new Set<Deadline>();
  #timer: ReturnType<typeof setInterval> | null = null;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(limitMs: number, now: () => number = () => performance.now()) {
    this.limitMs = limitMs;
    this.#now = now;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** @param onLate called once, when the time is over before `remove` */
  add(onLate: () => void): Deadline {
    const deadline = { at: this.#now() + this.limitMs, onLate };
    this.#pending.add(deadline);
    this.#timer ??= setInterval(() => this.#sweep(), Math.min(SWEEP_MS, this.limitMs));
    return deadline;
  }

  remove(deadline: Deadline): void {
    this.#pending.delete(deadline);
    deadline.onLate = null;
  }

  /** Ends the timer. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sweep(): void {
    if (this.#pending.size === 0) return this.close();
    const now = this.#now();
    for (const deadline of this.#pending) {
      if (deadline.at > now) return;
      this.#pending.delete(deadline);
      deadline.onLate?.();
    }
  }
}
