/**
 * SQL Lab's history of what agents ran, written behind the calls: a bounded queue, several rows at
 * once. It is the service's own record, so no permission of the caller's is asked for.
 */
import type { QueryRecord } from "../dao/query_log.ts";
import { ServiceError, toServiceError } from "../errors.ts";
import type { Observer } from "../observe/observation.ts";

/** The part of `QueryLog` that writes. */
export interface HistoryLog {
  add(records: readonly [QueryRecord, ...QueryRecord[]]): Promise<void>;
  finish(record: QueryRecord): Promise<void>;
}

export interface QueryHistoryOptions {
  readonly log: HistoryLog;
  readonly observe: Observer;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: Partial<HistoryLimits>;
}

export interface HistoryLimits {
  /** How long a first row waits for others, in milliseconds. */
  readonly gatherMs: number;
  /** How long a database that can't be written to is left alone, in milliseconds. */
  readonly retryMs: number;
  /** How often it is told that rows wait or were dropped, in milliseconds. */
  readonly tellMs: number;
  /** Rows of one statement. */
  readonly batch: number;
  /** Rows and characters of SQL that may wait; what comes then is dropped, and counted. */
  readonly queue: number;
  readonly characters: number;
}

const LIMITS: HistoryLimits = {
  gatherMs: 200,
  retryMs: 5000,
  tellMs: 60_000,
  batch: 100,
  queue: 2000,
  characters: 16 * 2 ** 20,
};

/** How a row is written: a new one, or the end of one that is there. */
interface Entry {
  readonly record: QueryRecord;
  readonly ends: boolean;
}

export class QueryHistory {
  readonly #log: HistoryLog;
  readonly #observe: Observer;
  readonly #now: () => number;
  readonly #limits: HistoryLimits;
  #queue: Entry[] = [];
  #characters = 0;
  /** Rows of queries that run, on their way or written. */
  readonly #begun = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | null = null;
  #closed = false;
  /** What was dropped and is not told yet, and why. */
  #lost = { rows: 0, cause: null as unknown };
  #toldAt = -Infinity;

  constructor({ log, observe, now, limits }: QueryHistoryOptions) {
    this.#log = log;
    this.#observe = observe;
    this.#now = now;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Takes a row and returns at once: of a query that runs, or of one that ended. */
  record(record: QueryRecord): void {
    const runs = record.endedAt === null;
    const ends = !runs && this.#begun.delete(record.clientId);
    const { queue, characters } = this.#limits;
    const isFull = this.#queue.length >= queue || this.#characters >= characters;
    if (this.#closed || (isFull && !ends)) return this.#lose(null);
    if (runs) this.#begun.add(record.clientId);
    const waiting = ends ? this.#queue.findIndex((one) => isOf(one, record)) : -1;
    if (waiting >= 0) {
      // Not written yet: then only its end has to be.
      this.#queue[waiting] = { record, ends: false };
    } else {
      this.#queue.push({ record, ends });
      this.#characters += sizeOf(record);
    }
    this.#schedule(this.#limits.gatherMs);
  }

  /** Writes what waits, once; what can't be written then is dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    this.#lost.rows += this.#queue.splice(0).length;
    this.#tell();
  }

  #schedule(afterMs: number): void {
    if (this.#timer !== undefined || this.#writing !== null || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        if (this.#queue.length > 0) this.#schedule(this.#limits.retryMs);
      });
    }, afterMs);
  }

  /** Until nothing waits, or the database is out of reach. */
  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const entries = this.#queue.splice(0, this.#limits.batch);
      const left = await this.#writeSome(entries);
      if (left.length > 0) {
        this.#queue.unshift(...left);
        break;
      }
      for (const { record } of entries) this.#characters -= sizeOf(record);
    }
    if (this.#queue.length === 0) this.#characters = 0;
    this.#tell();
  }

  /** @returns those to try again later */
  async #writeSome(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const [first, ...others] = entries.filter(({ ends }) => !ends).map(({ record }) => record);
    try {
      if (first !== undefined) await this.#log.add([first, ...others]);
    } catch (error) {
      if (mayPass(error)) {
        this.#lost.cause = error;
        return entries;
      }
      // One of them is at fault; the others must not be lost with it.
      for (const record of [first!, ...others]) await this.#writeOne(() => this.#log.add([record]));
    }
    for (const { record, ends } of entries) {
      if (ends) await this.#writeOne(() => this.#log.finish(record));
    }
    return [];
  }

  async #writeOne(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      // Its id is random: what has it already is this row, of a try whose answer was lost.
      if (error instanceof ServiceError && error.type === "conflict") return;
      this.#lose(error);
    }
  }

  #lose(cause: unknown): void {
    this.#lost = { rows: this.#lost.rows + 1, cause: cause ?? this.#lost.cause };
    if (this.#closed) this.#tell();
  }

  /** Now and then, however much was dropped: a database may stay closed to this service for ever. */
  #tell(): void {
    const { rows, cause } = this.#lost;
    if (rows === 0 && cause === null) return;
    if (!this.#closed && this.#now() < this.#toldAt + this.#limits.tellMs) return;
    this.#toldAt = this.#now();
    this.#lost = { rows: 0, cause: null };
    this.#observe({ kind: "query_history", dropped: rows, waiting: this.#queue.length, cause });
  }
}

function isOf({ record }: Entry, { clientId }: QueryRecord): boolean {
  return record.clientId === clientId;
}

function sizeOf({ sql, executedSql }: QueryRecord): number {
  return sql.length + (executedSql?.length ?? 0) + 200;
}

/** The same row may go in later: the database is out of reach or busy. */
function mayPass(error: unknown): boolean {
  return ["unavailable", "timeout"].includes(toServiceError(error).type);
}
