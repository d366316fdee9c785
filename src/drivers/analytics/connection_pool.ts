/** The connections to one database: bounded, shared among its callers, closed when idle. */
import { CircuitBreaker } from "./circuit_breaker.ts";
import type { ConnectionBudget, PoolOfBudget } from "./connection_budget.ts";
import type { AnalyticsConnection } from "./engine.ts";
import { IdleConnections } from "./idle_connections.ts";
import { changed, leftAlone, noneCameFree, tooManyWait, unreachable } from "./pool_failures.ts";
import { type Asker, type Waiter, WaitingLine } from "./waiting_line.ts";

export interface PoolLimits {
  /**
   * One asker gets one less, so that another's query need not wait for theirs; the service's own
   * questions get one more.
   */
  readonly size: number;
  /** How many may wait for a connection, and how many of one asker. */
  readonly queue: number;
  readonly queueOfOne: number;
  readonly waitMs: number;
  readonly idleMs: number;
  /** Failed connects in a row after which the database is left alone for `restMs`. */
  readonly failures: number;
  readonly restMs: number;
}

export interface PoolOptions {
  /** As errors name the database. */
  readonly name: string;
  readonly connect: () => Promise<AnalyticsConnection>;
  readonly limits: PoolLimits;
  readonly budget: ConnectionBudget;
  readonly now: () => number;
}

interface Waiting extends Waiter {
  readonly give: (connection: AnalyticsConnection) => void;
  readonly fail: (error: unknown) => void;
}

export class ConnectionPool implements PoolOfBudget {
  readonly #options: PoolOptions;
  readonly #breaker: CircuitBreaker;
  readonly #idle: IdleConnections;
  readonly #line: WaitingLine<Waiting>;
  /** Who has which. */
  readonly #active = new Map<AnalyticsConnection, Asker>();
  readonly #closing = new Set<Promise<void>>();
  #open = 0;
  #draining = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { failures, restMs, idleMs, size, queue, queueOfOne } = options.limits;
    this.#idle = new IdleConnections(idleMs, (connection) => this.#discard(connection));
    const mayHold = (asker: Asker) => options.budget.mayHold(asker);
    this.#line = new WaitingLine({ queue, queueOfOne, share: Math.max(1, size - 1), mayHold });
    this.#breaker = new CircuitBreaker(options.now, failures, restMs);
    options.budget.join(this);
  }

  get active(): number {
    return this.#active.size;
  }

  get idle(): number {
    return this.#idle.size;
  }

  get waiting(): number {
    return this.#line.size;
  }

  get isShort(): boolean {
    const next = this.#line.next();
    return next !== null && this.#hasRoom(next.asker);
  }

  /**
   * Takes a connection, an idle one first; `release` must follow.
   * @param asker null for a short question of the service's own
   * @throws ServiceError `rate_limited` when too many wait, `unavailable` when none came in time or
   *   the database can't be reached; the signal's reason when it goes off first
   */
  async acquire(asker: Asker, signal?: AbortSignal): Promise<AnalyticsConnection> {
    signal?.throwIfAborted();
    const idle = this.#line.mayHold(asker) ? this.#idle.take() : null;
    if (idle === null) return await this.#queue(asker, signal);
    this.#took(asker);
    this.#active.set(idle, asker);
    return idle;
  }

  /** Gives a connection back; one that broke is closed. */
  release(connection: AnalyticsConnection): void {
    const asker = this.#active.get(connection)!;
    this.#active.delete(connection);
    this.#line.gave(asker);
    const next = this.#line.next();
    const staying = this.#open - this.#closing.size;
    const isSpare = staying > this.#options.limits.size && next?.asker !== null;
    if (!connection.usable || this.#draining || isSpare) {
      this.#discard(connection);
      // An idle one may be there for who may have one only now.
      this.serveWaiting();
    } else if (next !== null) {
      this.#hand(connection, this.#called(next));
    } else if (this.#options.budget.isWantedBy(this)) {
      this.#discard(connection);
    } else {
      this.#idle.put(connection);
    }
    // Last, since others may now have what was given back here.
    this.#options.budget.gave(asker);
  }

  /** Closes the idle ones now and the others as they come back; nobody can acquire any more. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const { fail } of this.#line.clear()) fail(changed(this.#options.name));
    while (this.closeIdle()) continue;
    await Promise.all(this.#closing);
    if (this.#open === 0) this.#options.budget.leave(this);
  }

  /** Gives idle connections and opens others for who waits, as far as the bounds allow. */
  serveWaiting(): void {
    for (let next = this.#line.next(); next !== null; next = this.#line.next()) {
      const idle = this.#idle.take();
      if (idle !== null) this.#hand(idle, this.#called(next));
      else if (this.#mayOpen(next.asker)) this.#connectFor(this.#called(next));
      else return;
    }
  }

  closeIdle(): boolean {
    return this.#idle.dropOldest();
  }

  /** Takes someone out of the line, who has a connection from now on. */
  #called(next: Waiting): Waiting {
    this.#line.leave(next);
    this.#took(next.asker);
    return next;
  }

  #took(asker: Asker): void {
    this.#line.took(asker);
    this.#options.budget.took(asker);
  }

  #hand(connection: AnalyticsConnection, { asker, give }: Waiting): void {
    this.#active.set(connection, asker);
    give(connection);
  }

  #hasRoom(asker: Asker): boolean {
    return this.#open < this.#options.limits.size + (asker === null ? 1 : 0);
  }

  /** Takes a place, in the pool and in the budget, for a connection that must follow. */
  #mayOpen(asker: Asker): boolean {
    if (this.#draining || !this.#hasRoom(asker)) return false;
    if (!this.#options.budget.take(this)) return false;
    this.#open += 1;
    return true;
  }

  #connectFor(waiting: Waiting): void {
    this.#connect().then((connection) => this.#hand(connection, waiting), (error) => {
      this.#line.gave(waiting.asker);
      this.#options.budget.gave(waiting.asker);
      this.#giveUpPlace();
      waiting.fail(error);
    });
  }

  async #connect(): Promise<AnalyticsConnection> {
    const { name } = this.#options;
    const wait = this.#breaker.waitMs();
    if (wait > 0) throw leftAlone(name, this.#breaker.failuresInARow, wait);
    try {
      const connection = await this.#options.connect();
      this.#breaker.succeeded();
      return connection;
    } catch (error) {
      this.#breaker.failed();
      throw unreachable(name, error);
    }
  }

  #queue(asker: Asker, signal?: AbortSignal): Promise<AnalyticsConnection> {
    const { name, limits } = this.#options;
    if (this.#draining) return Promise.reject(changed(name));
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = () => {
        settled = true;
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#line.leave(waiting);
      };
      const fail = (error: unknown) => {
        if (settled) return;
        settle();
        reject(error);
      };
      const give = (connection: AnalyticsConnection) => {
        // Its caller may have left while the connection was being made.
        if (settled) return this.release(connection);
        settle();
        resolve(connection);
      };
      const abort = () => fail(signal!.reason);
      const waiting: Waiting = { asker, give, fail };
      const timer = setTimeout(() => fail(noneCameFree(name, limits.waitMs)), limits.waitMs);
      signal?.addEventListener("abort", abort, { once: true });
      this.#line.join(waiting);
      this.serveWaiting();
      const over = this.#line.overfull(waiting);
      over?.waiter.fail(tooManyWait(name, over.because));
    });
  }

  /** The place is free once the connection is closed, so that the bounds hold on the server too. */
  #discard(connection: AnalyticsConnection): void {
    const closing = connection.close().catch(() => {}).then(() => {
      this.#closing.delete(closing);
      this.#giveUpPlace();
    });
    this.#closing.add(closing);
  }

  #giveUpPlace(): void {
    this.#open -= 1;
    this.#options.budget.give();
    if (this.#draining && this.#open === 0) this.#options.budget.leave(this);
  }
}
