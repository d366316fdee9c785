/** The `query` table: what SQL Lab's history shows (Superset 6.1, superset/models/sql_lab.py `Query`). */
import { any, sql } from "./sql.ts";
import { timestamp, type Transaction, type Writing } from "./writing.ts";

/** Superset's QueryStatus, as far as it is used here. */
export type QueryStatus = "running" | "success" | "failed" | "stopped" | "timed_out";

/** One run of a caller's SQL. Times are milliseconds since 1970. */
export interface QueryRecord {
  /** Eleven characters that no other row has. */
  readonly clientId: string;
  readonly userId: number;
  readonly databaseId: number;
  readonly catalog: string | null;
  readonly schema: string | null;
  /** As it was typed. */
  readonly sql: string;
  /** As it ran but for row-level rules: others read this, and a rule's text is not theirs to read. */
  readonly executedSql: string | null;
  readonly status: QueryStatus;
  readonly limit: number;
  /** The rows of the last statement. */
  readonly rows: number | null;
  /** Whether `limit` cut them. */
  readonly limited: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[] | null;
  readonly error: string | null;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
}

export interface RunningQuery {
  readonly clientId: string;
  readonly databaseId: number;
  readonly sql: string;
  readonly startedAt: number;
}

/** What its tab is called in SQL Lab's history; tells these rows from those of Superset itself. */
const TAB_NAME = "MCP";

/** No call lasts longer, so a row that says so was left behind by a process that is gone. */
const LONGEST_RUN_MS = 20 * 60_000;

const MAX_RUNNING = 50;

export class QueryLog {
  readonly #writing: Writing;

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** Adds all of them or none. @throws ServiceError */
  async add(records: readonly [QueryRecord, ...QueryRecord[]]): Promise<void> {
    const [first, ...others] = records;
    await this.#writing.transaction((transaction) =>
      transaction.insertAll("query", [rowOf(first), ...others.map(rowOf)])
    );
  }

  /** Writes how a query ended of which a row says that it runs. @throws ServiceError */
  async finish(record: QueryRecord): Promise<void> {
    const { client_id, status, ...rest } = rowOf(record);
    await this.#writing.transaction(async (transaction) => {
      const isOne = sql`client_id = ${client_id!}`;
      await transaction.update("query", rest, isOne);
      // Who was stopped stays so, whatever the statement came to.
      await transaction.update("query", { status: status! }, sql`${isOne} and status <> 'stopped'`);
    });
  }

  /** The queries of a user that run now, on any process that writes this history, newest first. */
  async running(userId: number, now: number): Promise<readonly RunningQuery[]> {
    const rows = await this.#writing.transaction((transaction) =>
      transaction.run(sql`
        select client_id, database_id, ${sql.ref("sql")}, start_time from ${sql.table("query")}
         where user_id = ${userId} and ${isRunning(now)}
         order by id desc limit ${sql.lit(MAX_RUNNING)}`)
    );
    return rows.map((row) => ({
      clientId: String(row.client_id),
      databaseId: Number(row.database_id),
      sql: String(row.sql),
      startedAt: Number(row.start_time),
    }));
  }

  /** Asks the process that runs a user's query to end it. @returns false where none runs */
  async askToStop(userId: number, clientId: string, now: number): Promise<boolean> {
    return await this.#writing.transaction(async (transaction) => {
      const isOne = sql`user_id = ${userId} and client_id = ${clientId} and ${isRunning(now)}`;
      const [found] = await transaction.run(
        sql`select id from ${sql.table("query")} where ${isOne}`,
      );
      if (found === undefined) return false;
      await transaction.update("query", stopped(now), isOne);
      return true;
    });
  }

  /** Which of these someone asked to stop. */
  async askedToStop(clientIds: readonly string[]): Promise<readonly string[]> {
    const isOneOf = any(clientIds.map((id) => sql<boolean>`client_id = ${id}`));
    const rows = await this.#writing.transaction((transaction) =>
      transaction.run(
        sql`select client_id from ${sql.table("query")} where status = 'stopped' and ${isOneOf}`,
      )
    );
    return rows.map((row) => String(row.client_id));
  }
}

function isRunning(now: number) {
  return sql`status = 'running' and tab_name = ${TAB_NAME}
    and start_time > ${now - LONGEST_RUN_MS}`;
}

function stopped(now: number) {
  return { status: "stopped", end_time: now, changed_on: timestamp(now) };
}

/** What Superset fills in of the rest: its models' defaults, and what `sql_lab.py` sets at the end. */
function rowOf(record: QueryRecord): Parameters<Transaction["insert"]>[1] {
  const { endedAt, startedAt, columns, rows } = record;
  const isDone = record.status === "success";
  const row = {
    client_id: record.clientId,
    database_id: record.databaseId,
    user_id: record.userId,
    catalog: record.catalog,
    schema: record.schema,
    tab_name: TAB_NAME,
    status: record.status,
    sql: record.sql,
    executed_sql: record.executedSql,
    limit: record.limit,
    limiting_factor: isDone ? (record.limited ? "DROPDOWN" : "NOT_LIMITED") : "UNKNOWN",
    select_as_cta: false,
    select_as_cta_used: false,
    ctas_method: "TABLE",
    progress: isDone ? 100 : 0,
    rows,
    error_message: record.error,
    start_time: startedAt,
    start_running_time: startedAt,
    end_time: endedAt,
    extra_json: JSON.stringify(columns === null ? {} : { progress: null, columns: shown(columns) }),
    changed_on: timestamp(endedAt ?? startedAt),
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, storable(value)]));
}

/** As Explore reads them (`Query.columns`). */
function shown(columns: NonNullable<QueryRecord["columns"]>) {
  return columns.map(({ name, type }) => ({
    ...{ name, column_name: name, type },
    is_dttm: /^(date|time)/i.test(type),
  }));
}

/** PostgreSQL keeps no NUL in a text, and no text of a caller's is to keep its row out of the history. */
function storable<Value>(value: Value): Value | string {
  return typeof value === "string" ? value.replaceAll("\0", "\ufffd").toWellFormed() : value;
}
