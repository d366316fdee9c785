/** The connections of a pool that nobody uses, each closed when it has been so for a while. */
import type { AnalyticsConnection } from "./engine.ts";

export class IdleConnections {
  readonly #idleMs: number;
  readonly #discard: (connection: AnalyticsConnection) => void;
  readonly #idle: { connection: AnalyticsConnection; timer: ReturnType<typeof setTimeout> }[] = [];

  /** @param discard closes what was idle too long, and what broke meanwhile */
  constructor(idleMs: number, discard: (connection: AnalyticsConnection) => void) {
    this.#idleMs = idleMs;
    this.#discard = discard;
  }

  get size(): number {
    return this.#idle.length;
  }

  put(connection: AnalyticsConnection): void {
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((one) => one.connection === connection);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#discard(connection);
    }, this.#idleMs);
    this.#idle.push({ connection, timer });
  }

  /** Takes out the one that was used last; null where there is none that works. */
  take(): AnalyticsConnection | null {
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      clearTimeout(last.timer);
      if (last.connection.usable) return last.connection;
      this.#discard(last.connection);
    }
    return null;
  }

  /** Discards the one that was idle longest; false if there is none. */
  dropOldest(): boolean {
    const oldest = this.#idle.shift();
    if (oldest === undefined) return false;
    clearTimeout(oldest.timer);
    this.#discard(oldest.connection);
    return true;
  }
}
