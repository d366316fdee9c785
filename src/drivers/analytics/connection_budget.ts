/** How many connections there may be to all databases together, and who gets the next one. */

import type { Asker } from "./waiting_line.ts";

export interface PoolOfBudget {
  /** Whether it could use one more connection now. */
  readonly isShort: boolean;
  /** Opens connections for who waits, as far as the bounds allow. */
  serveWaiting(): void;
  /** Closes the connection that was idle longest; false if there is none. */
  closeIdle(): boolean;
}

export class ConnectionBudget {
  readonly #pools = new Set<PoolOfBudget>();
  /** How many connections an asker may hold, of all databases. */
  readonly #share: number;
  readonly #held = new Map<Asker, number>();
  #free: number;

  constructor(readonly total: number) {
    this.#free = total;
    this.#share = Math.ceil(total / 2);
  }

  get used(): number {
    return this.total - this.#free;
  }

  /** Whether an asker may have one connection more. */
  mayHold(asker: Asker): boolean {
    return asker === null || (this.#held.get(asker) ?? 0) < this.#share;
  }

  /** Counts a connection that an asker has from now on. */
  took(asker: Asker): void {
    this.#held.set(asker, (this.#held.get(asker) ?? 0) + 1);
  }

  gave(asker: Asker): void {
    const mightNot = !this.mayHold(asker);
    const held = this.#held.get(asker)! - 1;
    if (held > 0) this.#held.set(asker, held);
    else this.#held.delete(asker);
    if (mightNot) { for (const pool of [...this.#pools]) pool.serveWaiting(); }
  }

  join(pool: PoolOfBudget): void {
    this.#pools.add(pool);
  }

  leave(pool: PoolOfBudget): void {
    this.#pools.delete(pool);
  }

  /**
   * Takes a place. Where none is free, an idle connection of another pool is closed, whose place
   * comes back to whoever waits.
   */
  take(by: PoolOfBudget): boolean {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    for (const pool of this.#pools) if (pool !== by && pool.closeIdle()) break;
    return false;
  }

  give(): void {
    this.#free += 1;
    for (const pool of [...this.#pools]) {
      if (this.#free === 0) return;
      if (!pool.isShort) continue;
      pool.serveWaiting();
      // Its turn comes last next time.
      if (this.#pools.delete(pool)) this.#pools.add(pool);
    }
  }

  /** Whether another pool waits for a place while none is free. */
  isWantedBy(holder: PoolOfBudget): boolean {
    if (this.#free > 0) return false;
    return [...this.#pools].some((pool) => pool !== holder && pool.isShort);
  }
}
