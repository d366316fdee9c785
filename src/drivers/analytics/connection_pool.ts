/** The connections to one database: bounded, queued for, closed when idle. */
import { ServiceError, unavailable } from "../../errors.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import type { ConnectionBudget, PoolOfBudget } from "./connection_budget.ts";
import type { AnalyticsConnection } from "./engine.ts";

export interface PoolLimits {
  readonly size: number;
  /** How many may wait for a connection. */
  readonly queue: number;
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

interface Waiting {
  readonly give: (connection: AnalyticsConnection) => void;
  readonly fail: (error: unknown) => void;
}

export class ConnectionPool implements PoolOfBudget {
  readonly #options: PoolOptions;
  readonly #breaker: CircuitBreaker;
  readonly #idle: { connection: AnalyticsConnection; timer: ReturnType<typeof setTimeout> }[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #closing = new Set<Promise<void>>();
  #open = 0;
  #active = 0;
  #draining = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { failures, restMs } = options.limits;
    this.#breaker = new CircuitBreaker(options.now, failures, restMs);
    options.budget.join(this);
  }

  get active(): number {
    return this.#active;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Takes a connection, an idle one first; `release` must follow.
   * @throws ServiceError `rate_limited` when too many wait, `unavailable` when none came in time or
   *   the database can't be reached; the signal's reason when it goes off first
   */
  async acquire(signal?: AbortSignal): Promise<AnalyticsConnection> {
    signal?.throwIfAborted();
    return this.#takeIdle() ?? await this.#queue(signal);
  }

  /** Gives a connection back; one that broke is closed. */
  release(connection: AnalyticsConnection): void {
    this.#active -= 1;
    if (!connection.usable || this.#draining) {
      this.#discard(connection);
      return;
    }
    const next = this.#waiting.shift();
    if (next !== undefined) {
      this.#active += 1;
      next.give(connection);
    } else if (this.#options.budget.isWantedBy(this)) {
      this.#discard(connection);
    } else {
      this.#rest(connection);
    }
  }

  /** Closes the idle ones now and the others as they come back; nobody can acquire any more. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const { fail } of this.#waiting.splice(0)) fail(this.#gone());
    while (this.closeIdle()) continue;
    await Promise.all(this.#closing);
    if (this.#open === 0) this.#options.budget.leave(this);
  }

  /** Opens connections for who waits, as far as the bounds allow. */
  serveWaiting(): void {
    while (this.#waiting.length > 0 && this.#mayOpen()) {
      const next = this.#waiting.shift()!;
      this.#connect().then(next.give, next.fail);
    }
  }

  closeIdle(): boolean {
    const oldest = this.#idle.shift();
    if (oldest === undefined) return false;
    clearTimeout(oldest.timer);
    this.#discard(oldest.connection);
    return true;
  }

  #takeIdle(): AnalyticsConnection | null {
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      clearTimeout(last.timer);
      if (last.connection.usable) {
        this.#active += 1;
        return last.connection;
      }
      this.#discard(last.connection);
    }
    return null;
  }

  /** Takes a place, in the pool and in the budget, for a connection that must follow. */
  #mayOpen(): boolean {
    if (this.#draining || this.#open >= this.#options.limits.size) return false;
    if (!this.#options.budget.take(this)) return false;
    this.#open += 1;
    return true;
  }

  async #connect(): Promise<AnalyticsConnection> {
    const { name } = this.#options;
    try {
      const wait = this.#breaker.waitMs();
      if (wait > 0) throw this.#leftAlone(wait);
      const connection = await this.#options.connect().then((made) => {
        this.#breaker.succeeded();
        return made;
      }, (error: unknown) => {
        this.#breaker.failed();
        throw unreachable(name, error);
      });
      this.#active += 1;
      return connection;
    } catch (error) {
      this.#giveUpPlace();
      throw error;
    }
  }

  #queue(signal?: AbortSignal): Promise<AnalyticsConnection> {
    const { name, limits } = this.#options;
    if (this.#draining) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      let settled = false;
      const settle = () => {
        settled = true;
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
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
      const waiting: Waiting = { give, fail };
      const timer = setTimeout(() => fail(noneCameFree(name, limits.waitMs)), limits.waitMs);
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.push(waiting);
      this.serveWaiting();
      if (this.#waiting.length > limits.queue) fail(tooManyWait(name));
    });
  }

  #rest(connection: AnalyticsConnection): void {
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((one) => one.connection === connection);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#discard(connection);
    }, this.#options.limits.idleMs);
    this.#idle.push({ connection, timer });
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

  #leftAlone(waitMs: number): ServiceError {
    const { name } = this.#options;
    const failures = this.#breaker.failuresInARow;
    return unavailable(
      `The database '${name}' failed ${failures} times in a row and is left alone for now.`,
      { hint: `Try again in ${Math.ceil(waitMs / 1000)} s; other databases go on.` },
    );
  }

  #gone(): ServiceError {
    return unavailable(`The connection to the database '${this.#options.name}' was changed.`, {
      hint: "Try again.",
    });
  }
}

function tooManyWait(name: string): ServiceError {
  return new ServiceError("rate_limited", `Too many queries wait for the database '${name}'.`, {
    hint: "Try again when some of them are answered.",
  });
}

function noneCameFree(name: string, waitMs: number): ServiceError {
  return unavailable(
    `No connection to the database '${name}' came free within ${waitMs / 1000} s.`,
    { hint: "Try again in a moment." },
  );
}

function unreachable(name: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  return unavailable(`The database '${name}' can't be reached.`, {
    hint: "Try again in a moment; if it stays, ask the operator to look at the connection.",
    ...(typeof code === "string" ? { details: { code } } : {}),
    cause: error,
  });
}
