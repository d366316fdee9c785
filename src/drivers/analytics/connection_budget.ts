/** How many connections there may be to all databases together, and who gets the next one. */

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
  #free: number;

  constructor(readonly total: number) {
    this.#free = total;
  }

  get used(): number {
    return this.total - this.#free;
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
