/**
 * The callers' own SQL while it runs: each query has an id, by which its caller can stop it, and
 * leaves a row in SQL Lab's history. A query that runs for longer than a moment has its row before it
 * ends; a stop that another process was asked for is read from there.
 */
import type { Caller } from "../auth/caller.ts";
import type { QueryLog, QueryRecord, QueryStatus, RunningQuery } from "../dao/query_log.ts";
import { ServiceError, toServiceError } from "../errors.ts";
import { joinSignals } from "../joined_signal.ts";
import type { QueryHistory } from "./query_history.ts";

/** What is about to run. */
export interface QueryToRun {
  readonly databaseId: number;
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly sql: string;
  /** The most rows of each statement. */
  readonly limit: number;
}

/** A query on its way, as what runs it sees it. */
export interface RunningHandle {
  readonly clientId: string;
  /** Ends when the client goes, or when someone stops the query. */
  readonly signal: AbortSignal;
  /** Tells what runs, null where it holds the text of rules; asked for when the row is written. */
  readonly prepared: (executedSql: () => string | null) => void;
  readonly done: (result: QueryOutcome) => void;
  /** Tells that nothing ran: a further page of rows that were kept, of which a row tells already. */
  readonly kept: () => void;
}

export interface QueryOutcome {
  readonly rows: number;
  readonly limited: boolean;
  readonly columns: QueryRecord["columns"];
}

export interface RunningQueriesOptions {
  /** Null where MCP_QUERY_HISTORY is off: a query is then stopped by the process that runs it alone. */
  readonly history: { readonly queue: QueryHistory; readonly log: QueryLog } | null;
  readonly now: () => number;
  /** Eleven characters that no other query has. */
  readonly newClientId: () => string;
}

/** After how long a query that still runs gets its row, in milliseconds. */
const ROW_AFTER_MS = 1000;

/** How often the rows of running queries are looked at for a stop, in milliseconds. */
const LOOK_EVERY_MS = 500;

interface Running {
  readonly userId: number;
  readonly query: QueryToRun;
  readonly startedAt: number;
  readonly stop: AbortController;
}

export class RunningQueries {
  readonly #options: RunningQueriesOptions;
  readonly #running = new Map<string, Running>();
  /** Those that have a row which says so. */
  readonly #inHistory = new Set<string>();
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(options: RunningQueriesOptions) {
    this.#options = options;
  }

  /**
   * Runs a query and records how it ended.
   * @param signal ends it with its client
   * @throws what `work` throws; ServiceError `conflict` where someone stopped it
   */
  async track<T>(
    { user }: Caller,
    query: QueryToRun,
    signal: AbortSignal,
    work: (handle: RunningHandle) => Promise<T>,
  ): Promise<T> {
    const { now, newClientId } = this.#options;
    const clientId = newClientId();
    const startedAt = now(), stop = new AbortController();
    let executedSql: (() => string | null) | null = null;
    let outcome: QueryOutcome | null = null;
    let ran = true;
    const record = (status: QueryStatus, error: string | null) =>
      this.#record(ran, () => ({
        ...query,
        ...{ clientId, userId: user.id, status, error, startedAt },
        executedSql: executedSql?.() ?? null,
        rows: outcome?.rows ?? null,
        limited: outcome?.limited ?? false,
        columns: outcome?.columns ?? null,
        endedAt: status === "running" ? null : now(),
      }));
    this.#running.set(clientId, { userId: user.id, query, startedAt, stop });
    const first = setTimeout(() => {
      record("running", null);
      this.#look(clientId);
    }, ROW_AFTER_MS);
    try {
      const answer = await work({
        clientId,
        signal: joinSignals([signal, stop.signal]),
        prepared: (executed) => executedSql = executed,
        done: (result) => outcome = result,
        kept: () => ran = false,
      });
      record("success", null);
      return answer;
    } catch (thrown) {
      const isStopped = stop.signal.aborted || signal.aborted;
      const fault = toServiceError(thrown);
      record(
        isStopped ? "stopped" : fault.type === "timeout" ? "timed_out" : "failed",
        fault.message,
      );
      throw stop.signal.aborted ? stop.signal.reason : thrown;
    } finally {
      clearTimeout(first);
      this.#running.delete(clientId);
      this.#unlook(clientId);
    }
  }

  /** A caller's own queries that run now, newest first; on other processes those of a moment ago. */
  async list({ user }: Caller): Promise<readonly RunningQuery[]> {
    const { history, now } = this.#options;
    const here = [...this.#running].filter(([, { userId }]) => userId === user.id)
      .map(([clientId, { query, startedAt }]): RunningQuery => ({
        ...{ clientId, databaseId: query.databaseId, sql: query.sql, startedAt },
      })).reverse();
    const known = new Set(here.map(({ clientId }) => clientId));
    const elsewhere = await history?.log.running(user.id, now()) ?? [];
    return [...here, ...elsewhere.filter(({ clientId }) => !known.has(clientId))];
  }

  /**
   * Ends a caller's own query, or asks the process that runs it to.
   * @returns `null` where the caller runs none by that id
   */
  async stop({ user }: Caller, clientId: string): Promise<"stopped" | "stopping" | null> {
    const running = this.#running.get(clientId);
    if (running?.userId === user.id) {
      running.stop.abort(stoppedByCaller());
      return "stopped";
    }
    const { history, now } = this.#options;
    return await history?.log.askToStop(user.id, clientId, now()) ? "stopping" : null;
  }

  /** Writes the history that waits. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.#options.history?.queue.close();
  }

  #record(ran: boolean, record: () => QueryRecord): void {
    if (ran) this.#options.history?.queue.record(record());
  }

  #look(clientId: string): void {
    const { history } = this.#options;
    if (history === null) return;
    this.#inHistory.add(clientId);
    this.#looking ??= setInterval(() => void this.#stopAsked(history.log), LOOK_EVERY_MS);
  }

  #unlook(clientId: string): void {
    if (!this.#inHistory.delete(clientId) || this.#inHistory.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  async #stopAsked(log: QueryLog): Promise<void> {
    // A metadata database that does not answer stops no query; the next look may.
    const asked = await log.askedToStop([...this.#inHistory]).catch(() => []);
    for (const clientId of asked) this.#running.get(clientId)?.stop.abort(stoppedByCaller());
  }
}

function stoppedByCaller(): ServiceError {
  return new ServiceError("conflict", "The query was stopped by cancel_query.", {
    hint: "Run it again if that was a mistake.",
  });
}
