/** A bound on how much runs at once, with a queue in which nobody waits longer than allowed. */
import { unavailable } from "../errors.ts";

export class Slots {
  #free: number;
  readonly #waiting: { give: () => void; timer: ReturnType<typeof setTimeout> }[] = [];

  /**
   * @param limit how many may run at once
   * @param timeoutMs how long one may wait for its turn
   * @param what names the thing that is busy, for the error
   */
  constructor(
    readonly limit: number,
    readonly timeoutMs: number,
    readonly what: string,
  ) {
    this.#free = limit;
  }

  get active(): number {
    return this.limit - this.#free;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Waits for a turn; `release` must follow once for each.
   * @throws ServiceError `unavailable` when no turn came within the timeout
   */
  acquire(): Promise<void> | void {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    return new Promise((resolve, reject) => {
      const entry = {
        give: resolve,
        timer: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(entry), 1);
          reject(
            unavailable(
              `No connection to ${this.what} came free within ${this.timeoutMs / 1000} s.`,
              {
                hint: "Try again in a moment.",
              },
            ),
          );
        }, this.timeoutMs),
      };
      this.#waiting.push(entry);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#free++;
      return;
    }
    clearTimeout(next.timer);
    next.give();
  }
}
