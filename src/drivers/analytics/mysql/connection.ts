/** One connection to MySQL or MariaDB: read-only transactions of one statement. */
import type { Buffer } from "node:buffer";
import type { FieldPacket } from "mysql2";
import type { AnalyticsConnection, QueryResult, Row, RunLimits, Statement } from "../engine.ts";
import { ConnectionLife } from "../connection_life.ts";
import { ConnectionLost, type Ending, timedOut } from "../failures.ts";
import { Flow } from "../flow.ts";
import { type BuiltColumn, ResultBuilder } from "../result_builder.ts";
import { CONNECTION_LOST, explain } from "./failures.ts";
import { bindParameters } from "./parameters.ts";
import type { MysqlTarget } from "./options.ts";
import { ask, cut, killQuery, type MysqlSession, openSession } from "./session.ts";
import { type MysqlType, mysqlType } from "./types.ts";

/** How much later than the server's own timeout a statement is ended from here. */
const GRACE_MS = 1500;

export interface MysqlWire {
  readonly target: MysqlTarget;
  readonly address: string;
  readonly now: () => number;
}

/** @throws Error with a system code or the server's */
export async function connectMysql(wire: MysqlWire): Promise<AnalyticsConnection> {
  return new MysqlConnection(wire, await openSession(wire.target, wire.address));
}

interface ReadColumn {
  readonly name: string;
  readonly type: MysqlType;
}

/** Where the rows go. */
interface Target {
  readonly builder: ResultBuilder;
  /** Filled before the first row. */
  readonly columns: ReadColumn[];
  readonly flow: Flow;
  readonly onFull: () => void;
}

class MysqlConnection implements AnalyticsConnection {
  readonly #wire: MysqlWire;
  readonly #session: MysqlSession;
  /** Over once the connection is lost: the driver does not tell a query whose rows are coming. */
  readonly #life = new ConnectionLife();
  #usable = true;
  #ended: Promise<void> | null = null;
  #timeoutMs: number | null = null;
  #database: string | null;

  constructor(wire: MysqlWire, session: MysqlSession) {
    this.#wire = wire;
    this.#session = session;
    this.#database = session.database;
    const gone = (error?: unknown) => {
      this.#usable = false;
      const lost = Object.assign(new Error("connection lost"), { code: CONNECTION_LOST });
      this.#life.end(error ?? lost);
    };
    session.connection.on("error", gone);
    session.connection.on("end", gone);
  }

  get usable(): boolean {
    return this.#usable;
  }

  async query(statement: Statement, limits: RunLimits): Promise<QueryResult> {
    limits.signal?.throwIfAborted();
    const started = this.#wire.now();
    const builder = new ResultBuilder(limits);
    const { connection } = this.#session;
    const flow = new Flow(() => connection.pause(), () => connection.resume());
    const ending = Promise.withResolvers<Ending>();
    const end = (kind: Ending) => {
      this.#end();
      ending.resolve(kind);
    };
    const abort = () => end("aborted");
    limits.signal?.addEventListener("abort", abort, { once: true });
    const late = setTimeout(() => end("late"), limits.timeoutMs + GRACE_MS);
    const columns: ReadColumn[] = [];
    try {
      const reading = this.#read(statement, limits, {
        ...{ builder, columns, flow },
        onFull: () => end("full"),
      });
      const outcome = await this.#life.during(Promise.race([reading, ending.promise]));
      if (outcome === "aborted") throw limits.signal!.reason;
      if (outcome === "late") throw timedOut(limits.timeoutMs);
      return builder.build(builtColumns(columns), this.#wire.now() - started);
    } catch (error) {
      if (limits.signal?.aborted) throw limits.signal.reason;
      const explained = this.#explain(error, statement, limits.timeoutMs);
      // The server may not know that nobody listens any more.
      if (explained instanceof ConnectionLost) this.#end();
      throw explained;
    } finally {
      clearTimeout(late);
      flow.stop();
      limits.signal?.removeEventListener("abort", abort);
      // There is no way back to no database at all.
      if (this.#session.database === null && this.#database !== null) this.#usable = false;
      // The next statement waits behind it; a failure shows there.
      if (this.#usable) this.#ask("rollback").catch(() => this.#usable = false);
    }
  }

  async read(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    const reading = new Promise<readonly Row[]>((resolve, reject) => {
      this.#session.connection.execute(
        sql,
        parameters as (string | number | null)[],
        (error, rows) => error ? reject(error) : resolve(rows as Row[]),
      );
    });
    return await this.#life.during(reading).catch((error) => {
      throw this.#explain(error, { hideServerWords: true }, 0);
    });
  }

  async close(): Promise<void> {
    this.#usable = false;
    await this.#ended;
    cut(this.#session.connection);
  }

  async #read(
    statement: Statement,
    limits: RunLimits,
    { builder, columns, flow, onFull }: Target,
  ): Promise<void> {
    await this.#prepareSession(limits);
    await this.#ask("start transaction read only");
    const { before, sql } = bindParameters(statement);
    for (const one of before) await this.#ask(one);
    await new Promise<void>((resolve, reject) => {
      // The values stay as the server printed them, whole, for `mysqlType` to read.
      const query = this.#session.connection.query({ sql, rowsAsArray: true, typeCast: false });
      query.on("fields", (fields: readonly FieldPacket[] | undefined) => {
        for (const field of fields ?? []) {
          // mysql2's types have no `characterSet`, which the packet has.
          const { characterSet } = field as FieldPacket & { readonly characterSet?: number };
          const type = mysqlType(field.columnType ?? field.type ?? 253, characterSet ?? 45);
          columns.push({ name: field.name, type });
        }
      });
      query.on("result", (row: unknown) => {
        if (builder.truncated || !Array.isArray(row)) return;
        const cells = row as (Buffer | null)[];
        const bytes = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
        if (!builder.admit(bytes)) return onFull();
        cells.forEach((cell, at) => {
          builder.push(at, cell === null ? null : columns[at]!.type.read(cell));
        });
        const wait = builder.endRow(() => builtColumns(columns));
        if (wait !== null) flow.hold(wait);
      });
      query.on("error", reject);
      query.on("end", () => resolve());
    });
  }

  /** The server's own timeout, and the schema that bare names mean, where they differ from the last ones. */
  async #prepareSession({ timeoutMs, schema }: RunLimits): Promise<void> {
    const timeout = Math.max(1, Math.ceil(timeoutMs));
    if (timeout !== this.#timeoutMs) {
      await this.#ask(
        this.#session.isMariaDb
          ? `set session max_statement_time = ${timeout / 1000}`
          : `set session max_execution_time = ${timeout}`,
      );
      this.#timeoutMs = timeout;
    }
    const database = schema ?? this.#session.database;
    if (database !== null && database !== this.#database) {
      await this.#ask(`use \`${database.replaceAll("`", "``")}\``);
      this.#database = database;
    }
  }

  /** Ends what runs, on the server too; the connection is given up, since a late kill would hit what follows. */
  #end(): void {
    this.#usable = false;
    const { connection, threadId } = this.#session;
    // What is on its way must not go on arriving while the server is told: it would hold up the telling.
    cut(connection);
    this.#ended ??= killQuery(this.#wire.target, this.#wire.address, threadId);
  }

  #explain(error: unknown, statement: Pick<Statement, "hideServerWords">, timeoutMs: number) {
    const explained = explain(error, statement, timeoutMs);
    if (explained instanceof ConnectionLost) this.#usable = false;
    return explained;
  }

  #ask(sql: string) {
    return ask(this.#session.connection, sql);
  }
}

function builtColumns(columns: readonly ReadColumn[]): readonly BuiltColumn[] {
  return columns.map(({ name, type: { name: databaseType, type, floating } }) => ({
    name,
    databaseType,
    type,
    floating,
  }));
}
