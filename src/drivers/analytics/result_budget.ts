/**
 * How much all answers on their way may hold together. Over the limit all wait but the one that came
 * first, which may go on to its own cap: so one always ends, and none waits for another that waits.
 * What is small waits for nobody.
 */

/** Of one answer. */
const SMALL_BYTES = 1024 * 1024;

export class ResultBudget {
  readonly #maxBytes: number;
  /** In the order in which they came. */
  readonly #shares = new Set<Share>();
  #held = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param work reads on a connection that it has got: others may wait for it, so it waits for none */
  async during<T>(work: (hold: ResultShare["hold"]) => Promise<T>): Promise<T> {
    const share = this.join();
    try {
      return await work(share.hold);
    } finally {
      share.end();
    }
  }

  /** Of one answer; `end` must follow. */
  join(): ResultShare {
    const share: Share = { bytes: 0, waiting: null };
    this.#shares.add(share);
    return {
      hold: (bytes) => {
        this.#held += bytes - share.bytes;
        share.bytes = bytes;
        if (this.#mayGoOn(share)) return null;
        share.waiting ??= Promise.withResolvers();
        return share.waiting.promise;
      },
      end: () => {
        if (!this.#shares.delete(share)) return;
        this.#held -= share.bytes;
        share.waiting?.resolve();
        for (const other of this.#shares) {
          if (other.waiting === null || !this.#mayGoOn(other)) continue;
          other.waiting.resolve();
          other.waiting = null;
        }
      },
    };
  }

  #mayGoOn(share: Share): boolean {
    return share.bytes <= SMALL_BYTES || this.#held <= this.#maxBytes ||
      this.#shares.values().next().value === share;
  }
}

export interface ResultShare {
  /**
   * Tells how much the answer holds by now.
   * @returns null where it may grow at once, else when it may
   */
  hold(bytes: number): Promise<void> | null;
  /** The answer is made, or given up. */
  end(): void;
}

interface Share {
  bytes: number;
  waiting: PromiseWithResolvers<void> | null;
}
