/** One SQLite database in a thread of its own: its statements run at once and hold up nobody else. */
import type { SQLInputValue } from "node:sqlite";
import { type ServiceError, unavailable } from "../../../errors.ts";
import type { AnalyticsConnection, QueryResult, Row, RunLimits, Statement } from "../engine.ts";
import { type Ending, timedOut } from "../failures.ts";
import { ResultBuilder } from "../result_builder.ts";
import { explain } from "./failures.ts";
import { type SqliteColumn, sqliteColumn } from "./values.ts";
import {
  type CellRow,
  type OpenRequest,
  type QueryRequest,
  sqliteThread,
  type WorkerAnswer,
} from "./worker_program.ts";

/**
 * Functions of every connection that fail once the statement must end: SQLite can't be interrupted from
 * another thread here (node:sqlite has no `sqlite3_interrupt`), only where it calls back. The guard puts
 * calls into the statements that run (src/query/sql/grammar/stoppable.ts).
 */
const STOP_FUNCTIONS = { alive: "superset_mcp_alive", passed: "superset_mcp_passed" };

const OPEN_TIMEOUT_MS = 20_000;
const HEAP_LIMIT_BYTES = 512 << 20;

export interface SqliteTarget {
  readonly source: OpenRequest["source"];
  readonly busyTimeoutMs: number;
  readonly now: () => number;
}

/** @throws Error when the file is missing, is no database or may not be read */
export async function openSqlite(target: SqliteTarget): Promise<AnalyticsConnection> {
  const cells = new SharedArrayBuffer(8);
  const thread = new Thread();
  const timer = setTimeout(() => thread.end(), OPEN_TIMEOUT_MS);
  try {
    await thread.ask(
      {
        kind: "open",
        source: target.source,
        busyTimeoutMs: target.busyTimeoutMs,
        cells,
        heapLimit: HEAP_LIMIT_BYTES,
        stopFunctions: STOP_FUNCTIONS,
      },
      () => {},
    );
    return new SqliteConnection(thread, new Int32Array(cells), target.now);
  } catch (error) {
    thread.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

class SqliteConnection implements AnalyticsConnection {
  readonly #thread: Thread;
  readonly #cells: Int32Array;
  readonly #now: () => number;
  /** What still runs although its caller has gone. */
  #running: Promise<unknown> | null = null;
  #usable = true;

  constructor(thread: Thread, cells: Int32Array, now: () => number) {
    this.#thread = thread;
    this.#cells = cells;
    this.#now = now;
  }

  get usable(): boolean {
    return this.#usable && !this.#thread.ended;
  }

  async query(statement: Statement, limits: RunLimits): Promise<QueryResult> {
    limits.signal?.throwIfAborted();
    const started = this.#now();
    const builder = new ResultBuilder(limits);
    const ending = Promise.withResolvers<Ending>();
    const end = (kind: Ending) => {
      Atomics.store(this.#cells, 0, 1);
      this.#usable = false;
      ending.resolve(kind);
    };
    const abort = () => end("aborted");
    limits.signal?.addEventListener("abort", abort, { once: true });
    const late = setTimeout(() => end("late"), limits.timeoutMs);
    const rows = new Rows(statement, builder);
    Atomics.store(this.#cells, 1, 0);
    this.#running = this.#thread.ask({
      kind: "query",
      sql: statement.sql,
      stoppableSql: statement.stoppableSql ?? statement.sql,
      parameters: statement.parameters.map(bindable),
      maxRows: limits.maxRows,
      maxBytes: limits.maxBytes,
      own: false,
    }, (answer) => {
      const wait = rows.take(answer);
      if (answer.kind !== "rows") return;
      if (wait === null) this.#taken();
      else wait.finally(() => this.#taken());
    });
    try {
      const outcome = await Promise.race([this.#running, ending.promise]);
      if (outcome === "aborted") throw limits.signal!.reason;
      if (outcome === "late") throw timedOut(limits.timeoutMs);
      return builder.build(rows.columns(), this.#now() - started);
    } catch (error) {
      if (limits.signal?.aborted) throw limits.signal.reason;
      throw explain(error, statement);
    } finally {
      clearTimeout(late);
      limits.signal?.removeEventListener("abort", abort);
    }
  }

  async read(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    let names: readonly string[] = [];
    const found: Row[] = [];
    Atomics.store(this.#cells, 1, 0);
    await this.#thread.ask({
      kind: "query",
      sql,
      stoppableSql: sql,
      parameters: parameters.map(bindable),
      maxRows: 100_000,
      maxBytes: 50_000_000,
      own: true,
    }, (answer) => {
      if (answer.kind === "columns") names = answer.columns.map(({ name }) => name);
      if (answer.kind !== "rows") return;
      this.#taken();
      for (const row of answer.rows) {
        found.push(Object.fromEntries(names.map((name, at) => [name, row[at]])));
      }
    }).catch((error) => {
      throw explain(error, { hideServerWords: true });
    });
    return found;
  }

  /** The thread may send another batch. */
  #taken(): void {
    Atomics.sub(this.#cells, 1, 1);
    Atomics.notify(this.#cells, 1);
  }

  /** What calls back nowhere, such as a view's own join, keeps its thread and its place to its end. */
  async close(): Promise<void> {
    Atomics.store(this.#cells, 0, 1);
    await this.#running?.catch(() => {});
    this.#usable = false;
    this.#thread.end();
  }
}

/** Rows on their way from the thread into the answer. */
class Rows {
  readonly #planned: Statement["plannedTypes"];
  readonly #builder: ResultBuilder;
  #declared: readonly { readonly name: string; readonly type: string | null }[] = [];
  #columns: SqliteColumn[] = [];

  constructor(statement: Statement, builder: ResultBuilder) {
    this.#planned = statement.plannedTypes;
    this.#builder = builder;
  }

  /** @returns until when no more rows should come; null for at once. It does not reject. */
  take(answer: WorkerAnswer): Promise<unknown> | null {
    if (answer.kind === "columns") this.#declared = answer.columns;
    else if (answer.kind === "rows") return this.#add(answer.rows, answer.sizes);
    else if (answer.kind === "done" && answer.truncated) this.#builder.truncate();
    return null;
  }

  columns(): readonly SqliteColumn[] {
    return this.#columns.length > 0 ? this.#columns : this.#decide([]);
  }

  #add(rows: readonly CellRow[], sizes: readonly number[]): Promise<unknown> | null {
    if (this.#columns.length === 0) this.#columns = this.#decide(rows);
    const waits: Promise<void>[] = [];
    for (const [index, row] of rows.entries()) {
      if (!this.#builder.admit(sizes[index]!)) break;
      row.forEach((cell, at) => this.#builder.push(at, this.#columns[at]!.read(cell)));
      const wait = this.#builder.endRow(() => this.#columns);
      if (wait !== null) waits.push(wait);
    }
    return waits.length === 0 ? null : Promise.allSettled(waits);
  }

  #decide(rows: readonly CellRow[]): SqliteColumn[] {
    return this.#declared.map(({ name, type }, at) => {
      const sample = rows.find((row) => row[at] !== null)?.[at] ?? null;
      return sqliteColumn(name, type, this.#planned?.[at] ?? null, sample);
    });
  }
}

/** The thread itself: one question at a time, each with any number of answers before its last. */
class Thread {
  readonly #worker: Worker;
  #asked: { take: (answer: WorkerAnswer) => void; settle: (error?: unknown) => void } | null = null;
  ended = false;

  constructor() {
    const program = `import * as sqlite from "node:sqlite"; (${sqliteThread})(sqlite, self);`;
    // Not a `blob:` URL, which an executable does not find (Deno 2.7).
    const url = `data:text/javascript,${encodeURIComponent(program)}`;
    this.#worker = new Worker(url, { type: "module", name: "sqlite" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => this.#answered(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end();
    };
  }

  ask(
    question: OpenRequest | QueryRequest,
    take: (answer: WorkerAnswer) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(gone());
      this.#asked = { take, settle: (error) => error === undefined ? resolve() : reject(error) };
      this.#worker.postMessage(question);
    });
  }

  end(): void {
    this.ended = true;
    this.#worker.terminate();
    this.#asked?.settle(gone());
  }

  #answered(answer: WorkerAnswer): void {
    if (answer.kind === "failed") {
      this.#asked?.settle(Object.assign(new Error(answer.message), { code: answer.code }));
      return;
    }
    this.#asked?.take(answer);
    if (answer.kind === "opened" || answer.kind === "done") this.#asked?.settle();
  }
}

function gone(): ServiceError {
  return unavailable("The database's thread ended.", { hint: "Try again." });
}

function bindable(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, -1).replace("T", " ");
  return (value ?? null) as SQLInputValue;
}
