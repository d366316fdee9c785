/**
 * What a SQLite thread does: opens one database for reading and answers one statement after the
 * other. The function is sent to the thread as text, so that it is in the executable wherever a
 * bundler puts it; it may use nothing but its arguments and the language.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { MemoryDatabase } from "../engine.ts";

export interface OpenRequest {
  readonly kind: "open";
  readonly source: { readonly path: string } | { readonly memory: MemoryDatabase };
  readonly busyTimeoutMs: number;
  /**
   * Two cells of 32 bits. The first: other than 0 once what runs must end. The second: batches of
   * rows that were sent and not taken yet; the thread waits while there are many.
   */
  readonly cells: SharedArrayBuffer;
  /** What SQLite may allocate in this process, in bytes. */
  readonly heapLimit: number;
  /** The connection's own functions (`StopFunctions` of src/query/sql/grammar/engine_grammar.ts). */
  readonly stopFunctions: { readonly alive: string; readonly passed: string };
}

export interface QueryRequest {
  readonly kind: "query";
  readonly sql: string;
  /** The same with calls of the alive function in it. */
  readonly stoppableSql: string;
  readonly parameters: readonly SQLInputValue[];
  readonly maxRows: number;
  readonly maxBytes: number;
  /** True for the driver's own statements, which may read the schema. */
  readonly own: boolean;
}

export type WorkerAnswer =
  | { readonly kind: "opened" }
  | {
    readonly kind: "columns";
    readonly columns: readonly { readonly name: string; readonly type: string | null }[];
  }
  | { readonly kind: "rows"; readonly rows: readonly CellRow[]; readonly sizes: readonly number[] }
  | { readonly kind: "done"; readonly truncated: boolean }
  | { readonly kind: "failed"; readonly code: number; readonly message: string };

type SqliteValue = null | number | bigint | string | Uint8Array;

/** Whole numbers beyond ±2^53 are text already. */
export type Cell = null | number | string | Uint8Array;
export type CellRow = readonly Cell[];

export interface WorkerPort {
  onmessage: ((event: { readonly data: OpenRequest | QueryRequest }) => void) | null;
  postMessage(answer: WorkerAnswer): void;
}

/** What Deno has and the types of node:sqlite it comes with have not. */
interface Database extends DatabaseSync {
  setAuthorizer(
    authorize: (action: number, name: string | null, second: string | null) => number,
  ): void;
}

export function sqliteThread(
  sqlite: { readonly DatabaseSync: typeof DatabaseSync },
  port: WorkerPort,
): void {
  let database: Database | null = null;
  let cells: Int32Array<ArrayBufferLike> = new Int32Array(2);
  let own = false;

  /** SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE; all else is denied by 1. */
  const authorize = (action: number, name: string | null, second: string | null): number => {
    if (own) return 0;
    if (action === 31) return second?.toLowerCase() === "load_extension" ? 1 : 0;
    if (action === 20) return /^(sqlite_|pragma_|dbstat)/i.test(name ?? "") ? 1 : 0;
    return action === 21 || action === 33 ? 0 : 1;
  };

  /**
   * Rows come through a function that SQLite calls for each: `iterate` (Deno 2.9) ends without a word
   * where SQLite fails at a row, and `all` holds all rows. An aggregate without an order of its own
   * reads them in the query's.
   */
  const TAKE = "superset_mcp_take", ROWS = "superset_mcp_rows";
  let take: (values: readonly SqliteValue[]) => void = () => {};

  const alive = () => {
    if (Atomics.load(cells, 0) !== 0) throw new Error("stopped");
    return 1;
  };

  const passed = (value: SqliteValue) => {
    alive();
    if ((typeof value === "string" || value instanceof Uint8Array) && value.length > 1_000_000) {
      throw new Error("too long a text");
    }
    return value;
  };

  const open = (request: OpenRequest) => {
    cells = new Int32Array(request.cells);
    const { source } = request;
    const made =
      ("path" in source
        ? new sqlite.DatabaseSync(source.path, { readOnly: true })
        : new sqlite.DatabaseSync(":memory:")) as Database;
    if ("memory" in source) fill(made, source.memory);
    made.exec(
      `PRAGMA query_only = ON; PRAGMA busy_timeout = ${request.busyTimeoutMs};` +
        `PRAGMA trusted_schema = OFF; PRAGMA hard_heap_limit = ${request.heapLimit}`,
    );
    // The first look at the file: it may be none of SQLite's.
    made.prepare("select count(*) from sqlite_master").get();
    made.function(request.stopFunctions.alive, { varargs: true }, alive);
    made.function(
      request.stopFunctions.passed,
      { useBigIntArguments: true, deterministic: true },
      passed,
    );
    made.function(TAKE, { varargs: true, useBigIntArguments: true }, (...values) => {
      take(values);
      return 1;
    });
    made.setAuthorizer(authorize);
    database = made;
    port.postMessage({ kind: "opened" });
  };

  const fill = (made: DatabaseSync, memory: MemoryDatabase) => {
    for (const statement of memory.schema) made.exec(statement);
    made.exec("BEGIN");
    for (const { name, rows } of memory.tables) {
      const marks = rows[0]?.map(() => "?").join(", ");
      if (marks === undefined) continue;
      const insert = made.prepare(`INSERT INTO "${name.replaceAll('"', '""')}" VALUES (${marks})`);
      for (const row of rows) insert.run(...row);
    }
    made.exec("COMMIT");
  };

  const prepare = ({ sql, stoppableSql }: QueryRequest) => {
    if (stoppableSql !== sql) {
      try {
        return database!.prepare(stoppableSql);
      } catch {
        // The statement itself is wrong, and says how; or a table has changed since its columns were
        // read, or the calls can't stand in it. It could not be ended then, and so is not begun.
        database!.prepare(sql);
        throw new Error("not stoppable");
      }
    }
    const statement = database!.prepare(sql);
    // SQLite compiles the first statement and drops the rest without a word.
    if (statement.sourceSQL.length !== sql.length) {
      throw Object.assign(new Error("only one statement can be run"), { errcode: 1 });
    }
    return statement;
  };

  const query = (request: QueryRequest) => {
    own = request.own;
    const statement = prepare(request);
    const columns = statement.columns().map(({ name, type }) => ({ name, type }));
    port.postMessage({ kind: "columns", columns });
    let rows: CellRow[] = [], sizes: number[] = [], bytes = 0, batch = 0, count = 0;
    const send = () => {
      port.postMessage({ kind: "rows", rows, sizes });
      rows = [], sizes = [], batch = 0;
      let untaken = Atomics.add(cells, 1, 1) + 1;
      while (untaken > 3 && Atomics.load(cells, 0) === 0) {
        // Not for ever: the end may have been told between the two looks.
        Atomics.wait(cells, 1, untaken, 100);
        untaken = Atomics.load(cells, 1);
      }
    };
    let truncated = false;
    take = (values) => {
      alive();
      let size = 0;
      const cells = values.map((value): Cell => {
        if (typeof value === "bigint") {
          size += 8;
          const number = Number(value);
          return Number.isSafeInteger(number) ? number : String(value);
        }
        size += value === null || typeof value === "number" ? 8 : value.length;
        return value;
      });
      if (count >= request.maxRows || bytes + size > request.maxBytes) {
        truncated = true;
        throw new Error("full");
      }
      count += 1, bytes += size, batch += size;
      rows.push(cells), sizes.push(size);
      if (rows.length >= 500 || batch > 262_144) send();
    };
    const names = columns.map((_, at) => `c${at}`).join(", ");
    const sql = `WITH ${ROWS} (${names}) AS (${statement.sourceSQL}\n) ` +
      `SELECT count(${TAKE}(${names})) FROM ${ROWS}`;
    try {
      if (/^explain /i.test(statement.sourceSQL)) {
        // No query can read a plan; it is there at once, and short.
        for (const row of statement.all(...request.parameters)) {
          take(Object.values(row) as SqliteValue[]);
        }
      } else {
        database!.prepare(sql).get(...request.parameters);
      }
    } catch (error) {
      if (!truncated) throw error;
    }
    if (rows.length > 0) send();
    port.postMessage({ kind: "done", truncated });
  };

  port.onmessage = ({ data }) => {
    try {
      if (data.kind === "open") open(data);
      else query(data);
    } catch (error) {
      const { errcode, message } = error as { errcode?: unknown; message?: unknown };
      port.postMessage({
        kind: "failed",
        code: typeof errcode === "number" ? errcode : 0,
        message: String(message),
      });
    }
  };
}
