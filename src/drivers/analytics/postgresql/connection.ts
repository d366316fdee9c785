/** One connection to PostgreSQL over postgres.js: transactions that read one statement, or that write. */
import type { Socket } from "node:net";
import postgres from "postgres";
import type { PostgresqlTarget } from "../../postgresql/connection_options.ts";
import type {
  AnalyticsConnection,
  QueryResult,
  Row,
  RunLimits,
  Statement,
  WriteResult,
} from "../engine.ts";
import { ConnectionLife } from "../connection_life.ts";
import { ConnectionLost, type Ending, timedOut } from "../failures.ts";
import { type BuiltColumn, ResultBuilder } from "../result_builder.ts";
import { Flow } from "../flow.ts";
import { pausable } from "../pausable.ts";
import { explain, explainWrite } from "./failures.ts";
import { lookUpTypes } from "./look_up_types.ts";
import {
  countIncoming,
  type Incoming,
  type ReadColumn,
  type Reading,
  type ReadOptions,
  readRows,
  readStatement,
} from "./read_rows.ts";
import { cancelRequest, openSocket } from "./socket.ts";
import { BUILT_IN, type PostgresqlType, type TypeNames, UNKNOWN } from "./types.ts";
import { writeScript } from "./write_script.ts";

/** How much later than the server's own timeout a statement is ended from here. */
const GRACE_MS = 1500;

/** The server's process behind a connection, and the secret that lets it be cancelled. */
interface Backend {
  readonly pid: number;
  readonly secret: number;
}

interface Wire {
  readonly target: PostgresqlTarget;
  readonly address: string;
  readonly types: TypeNames;
  readonly now: () => number;
}

/** @throws Error with a system code or an SQLSTATE */
export async function connectPostgresql(wire: Wire): Promise<AnalyticsConnection> {
  const { target } = wire;
  const socket = pausable(await openSocket(target, wire.address));
  let given = false;
  const sql = postgres({
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.username,
    password: target.password ?? "",
    ssl: false, // the socket is encrypted already
    max: 1,
    idle_timeout: undefined,
    max_lifetime: null,
    connect_timeout: target.connectTimeoutSeconds,
    backoff: false,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      ...target.startup,
      DateStyle: "ISO",
      // A literal's backslash is a backslash, whatever a role's settings say.
      standard_conforming_strings: "on",
    },
    // One socket only: the driver connects again by itself, which would leave a transaction.
    socket: () => {
      if (given) throw Object.assign(new Error("connection lost"), { code: "CONNECTION_CLOSED" });
      given = true;
      return socket;
    },
  } as postgres.Options<Record<string, never>>);
  try {
    return new PostgresqlConnection(wire, sql, socket, await greet(sql));
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Has the server look now and then, while a statement runs, whether this process still listens, for
 * as long as the connection lives (manual, client_connection_check_interval: since 14, and not on
 * every system).
 */
const WATCH = "select set_config('client_connection_check_interval', '1000', false)";
const UNKNOWN_SETTING = new Set(["42704", "22023", "0A000"]);

async function greet(sql: postgres.Sql): Promise<Backend> {
  const { state } = await sql.unsafe(WATCH).catch((error) => {
    if (!UNKNOWN_SETTING.has(String((error as { code?: unknown }).code))) throw error;
    return sql.unsafe("select 1");
  });
  return { pid: state.pid, secret: state.secret };
}

class PostgresqlConnection implements AnalyticsConnection {
  readonly #wire: Wire;
  readonly #sql: postgres.Sql;
  readonly #socket: Socket;
  readonly #backend: Backend;
  readonly #incoming: Incoming;
  /** Over once the socket is closed: the driver leaves who comes between two events waiting. */
  readonly #life = new ConnectionLife();
  #usable = true;
  #ended: Promise<void> | null = null;

  constructor(wire: Wire, sql: postgres.Sql, socket: Socket, backend: Backend) {
    this.#wire = wire;
    this.#sql = sql;
    this.#socket = socket;
    this.#backend = backend;
    this.#incoming = countIncoming(socket);
    socket.prependOnceListener("close", () => {
      this.#usable = false;
      this.#life.end(Object.assign(new Error("connection lost"), { code: "CONNECTION_CLOSED" }));
    });
  }

  get usable(): boolean {
    return this.#usable;
  }

  async query(statement: Statement, limits: RunLimits): Promise<QueryResult> {
    const unended = () => this.#socket.destroy();
    const { affected: _, ...result } = await this.#read(statement, limits, {
      start: (options) => readRows(options, unended),
      explain: (error) => explain(error, statement, limits.timeoutMs),
    });
    return result;
  }

  async write(
    statements: readonly Statement[],
    limits: RunLimits,
  ): Promise<readonly WriteResult[]> {
    return await writeScript(statements, limits, {
      say: (text, within) => this.#inTime(within, () => this.#sql.unsafe(text)),
      read: (statement) =>
        this.#read(statement, limits, {
          start: readStatement,
          explain: (error) => explainWrite(error, limits.timeoutMs),
        }),
      isUsable: () => this.#usable,
      giveUp: () => {
        this.#usable = false;
        this.#socket.destroy();
      },
    });
  }

  /** Reads one statement's rows, and counts those that it changed. */
  async #read(
    statement: Statement,
    limits: RunLimits,
    { start, explain }: {
      readonly start: (options: ReadOptions) => Reading;
      readonly explain: (error: unknown) => Error;
    },
  ): Promise<WriteResult> {
    const started = this.#wire.now();
    const builder = new ResultBuilder(limits);
    const { types } = this.#wire;
    const flow = new Flow(() => this.#socket.pause(), () => this.#socket.resume());
    const options = {
      ...{ sql: this.#sql, statement, limits, builder, types, incoming: this.#incoming, flow },
      builtColumns: (columns: readonly ReadColumn[]) => this.#builtColumns(columns),
    };
    let reading: Reading | null = null;
    try {
      const affected = await this.#inTime(limits, (onFull) => {
        reading = start({ ...options, onFull });
        return reading.done;
      });
      const read: readonly ReadColumn[] = reading!.columns;
      if (affected !== null && limits.take === undefined) await this.#learnTypes(read, builder);
      const result = builder.build(this.#builtColumns(read), this.#wire.now() - started);
      return { ...result, affected: affected ?? 0 };
    } catch (error) {
      if (limits.signal?.aborted) throw limits.signal.reason;
      const explained = explain(error);
      // The server may not know that nobody listens any more.
      if (explained instanceof ConnectionLost) this.#end();
      throw explained;
    } finally {
      flow.stop();
      this.#incoming.limit = null;
    }
  }

  /**
   * What the server gives, unless its caller goes, its time is over or the connection is lost first:
   * it then ends on the server too.
   * @param start is given what to call at a cap
   * @returns null when a cap ended it
   */
  async #inTime<T>(
    { signal, timeoutMs }: Pick<RunLimits, "signal" | "timeoutMs">,
    start: (onFull: () => void) => PromiseLike<T>,
  ): Promise<T | null> {
    signal?.throwIfAborted();
    const ending = Promise.withResolvers<Ending>();
    const end = (kind: Ending) => {
      this.#end();
      ending.resolve(kind);
    };
    const abort = () => end("aborted");
    signal?.addEventListener("abort", abort, { once: true });
    const late = setTimeout(() => end("late"), timeoutMs + GRACE_MS);
    try {
      const ended = ending.promise.then((how) => ({ how }));
      const given = start(() => end("full")).then((value) => ({ value }));
      const outcome = await this.#life.during(Promise.race([given, ended]));
      if ("value" in outcome) return outcome.value;
      if (outcome.how === "aborted") throw signal!.reason;
      if (outcome.how === "late") throw timedOut(timeoutMs);
      return null;
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", abort);
    }
  }

  async read(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    try {
      const reading = this.#sql.unsafe(sql, parameters as postgres.ParameterOrJSON<never>[]);
      return await this.#life.during(reading);
    } catch (error) {
      const explained = explain(error, { hideServerWords: true }, 0);
      if (explained instanceof ConnectionLost) this.#usable = false;
      throw explained;
    }
  }

  async close(): Promise<void> {
    if (this.#usable) await this.#sql.end({ timeout: 1 });
    this.#usable = false;
    await this.#ended;
    this.#socket.destroy();
  }

  /** Ends what runs, on the server too; the connection is given up, since a late cancel would hit what follows. */
  #end(): void {
    this.#usable = false;
    // What is on its way must not go on arriving while the server is told: it would hold up the telling.
    this.#socket.destroy();
    this.#ended ??= cancelRequest(this.#wire.target, this.#wire.address, this.#backend);
  }

  #builtColumns(columns: readonly ReadColumn[]): readonly BuiltColumn[] {
    return columns.map(({ name, oid }) => builtColumn(name, this.#typeOf(oid)));
  }

  #typeOf(oid: number): PostgresqlType {
    return BUILT_IN.get(oid) ?? this.#wire.types.get(oid) ?? UNKNOWN;
  }

  /** Asks for the types that are not built in, and reads their values anew. */
  async #learnTypes(columns: readonly ReadColumn[], builder: ResultBuilder): Promise<void> {
    const unknown = columns.filter(({ oid }) => !BUILT_IN.has(oid) && !this.#wire.types.has(oid));
    if (unknown.length === 0) return;
    const oids = unknown.map(({ oid }) => oid);
    for (const [oid, type] of await lookUpTypes(this.#sql, oids)) this.#wire.types.set(oid, type);
    columns.forEach(({ oid }, at) => {
      const { read } = this.#typeOf(oid);
      if (read === UNKNOWN.read || !oids.includes(oid)) return;
      builder.reread(at, read);
    });
  }
}

function builtColumn(name: string, type: PostgresqlType): BuiltColumn {
  return {
    name,
    databaseType: type.name,
    type: type.type,
    hasZone: type.hasZone,
    floating: type.floating,
  };
}
