/**
 * The analytics databases of a Superset, each with its own pool, made when it is first asked for
 * and made anew when its row in `dbs` changes.
 */
import { createHash } from "node:crypto";
import { ServiceError, unavailable } from "../../errors.ts";
import { GuardedPlan } from "../../query/guard/guarded_plan.ts";
import { GuardedWrite } from "../../query/guard/guarded_write.ts";
import type { ResolveHost } from "../resolve_host.ts";
import { makeSecretBox, type SecretBox } from "../secret_box.ts";
import { type DatabaseUri, parseDatabaseUri } from "../sqlalchemy_uri.ts";
import { connectionSettings } from "./connection_settings.ts";
import { ConnectionBudget } from "./connection_budget.ts";
import { ConnectionPool, type PoolLimits } from "./connection_pool.ts";
import type {
  AnalyticsConnection,
  ConnectionRow,
  Connector,
  Engine,
  EngineTools,
  Introspection,
  QueryResult,
  Row,
  RunLimits,
  Statement,
  WriteResult,
} from "./engine.ts";
import { engineOf } from "./engines.ts";
import { ConnectionLost, timedOut } from "./failures.ts";
import { metadataSchema, refuseMetadataDatabase } from "./metadata_database.ts";
import { ResultBudget } from "./result_budget.ts";
import { streamed } from "./streamed.ts";
import type { Asker } from "./waiting_line.ts";
import { withoutSchema } from "./without_schema.ts";

export interface AnalyticsOptions {
  /** Superset's SECRET_KEY; null where it is not set. */
  readonly secretKey: string | null;
  /** Where Superset's metadata lies, which is never queried here; null for the demo's. */
  readonly metadataUri: string | null;
  readonly resolve: ResolveHost;
  readonly readFile: (path: string) => string;
  /** Milliseconds. */
  readonly now: () => number;
  readonly demo?: EngineTools["demo"];
  readonly limits?: Partial<PoolLimits & { readonly total: number }>;
}

export interface AskedLimits extends RunLimits {
  /** Who asks, the same for all queries of one person: connections are shared among those who ask. */
  readonly asker: string;
}

/** One analytics database, as queries use it. */
export interface AnalyticsDatabase {
  /** Superset's name of its backend: `postgresql`, `mysql` or `sqlite`. */
  readonly dialect: Engine["name"];
  /**
   * Runs a plan, read-only, and reads its rows up to the caps.
   * @throws ServiceError `timeout`, `invalid_sql`, `permission_denied`, `too_large`, `rate_limited`,
   *   `unavailable`; the signal's reason when it goes off
   */
  run(plan: GuardedPlan, limits: AskedLimits): Promise<QueryResult>;
  /**
   * The same in batches, of which few are in memory at a time: while `take` is busy, the server waits.
   * @param take the last batch may have no rows; what it throws ends the statement, and is thrown
   */
  stream(
    plan: GuardedPlan,
    limits: AskedLimits,
    take: (batch: QueryResult) => Promise<void>,
  ): Promise<void>;
  /**
   * Runs a script that writes in one transaction: all of it, or nothing. What was sent once is not
   * sent again.
   * @throws as `run`, and `conflict`
   */
  write(script: GuardedWrite, limits: AskedLimits): Promise<readonly WriteResult[]>;
  /** What the database says about itself; nothing of a caller's goes in but names as parameters. */
  readonly introspection: Introspection;
}

export interface AnalyticsStats {
  readonly active: number;
  readonly idle: number;
  readonly waiting: number;
}

/**
 * SQLAlchemy's pool has 5 by default; the rest is this service's own. Sixty-four people who each open
 * a dashboard, four charts at a time, may wait.
 */
const LIMITS: PoolLimits & { readonly total: number } = {
  size: 5,
  queue: 300,
  queueOfOne: 100,
  waitMs: 30_000,
  idleMs: 60_000,
  failures: 5,
  restMs: 30_000,
  total: 30,
};

/** What the answers that are being read may hold together; one alone may hold more. */
const HELD_BYTES = 64 * 1024 * 1024;

const CLOSE_WAIT_MS = 3000;
const INTROSPECTION_TIMEOUT_MS = 15_000;

/** What is lost within so long was lost before, while nobody used it. */
const LOST_AT_ONCE_MS = 1000;

/** What it takes to use a connection. */
interface Opening {
  readonly pool: ConnectionPool;
  readonly now: () => number;
}

interface Opened {
  /** A digest of the row, which holds secrets. */
  readonly version: string;
  readonly pool: ConnectionPool;
  readonly database: AnalyticsDatabase;
}

export class AnalyticsDatabases {
  readonly #options: AnalyticsOptions;
  readonly #limits: PoolLimits & { readonly total: number };
  readonly #budget: ConnectionBudget;
  readonly #results = new ResultBudget(HELD_BYTES);
  readonly #box: SecretBox | null;
  readonly #metadata: DatabaseUri | null;
  /** By the row's id and the catalog. */
  readonly #opened = new Map<string, Opened>();
  readonly #versions = new WeakMap<ConnectionRow, string>();
  readonly #draining = new Set<Promise<void>>();

  constructor(options: AnalyticsOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#budget = new ConnectionBudget(this.#limits.total);
    this.#box = options.secretKey === null ? null : makeSecretBox(options.secretKey);
    this.#metadata = options.metadataUri === null ? null : parseDatabaseUri(options.metadataUri);
  }

  /**
   * Connects to nothing before the database is used.
   * @param catalog another database of the same server, as Superset's catalogs in PostgreSQL are
   * @throws ServiceError `unavailable` that says why the row can't be honoured
   */
  open(row: ConnectionRow, catalog: string | null = null): AnalyticsDatabase {
    const key = JSON.stringify([row.id, catalog]);
    const version = this.#versionOf(row);
    const known = this.#opened.get(key);
    if (known?.version === version) return known.database;
    if (known !== undefined) this.#retire(key, known);
    const opened = this.#make(row, catalog, version);
    this.#opened.set(key, opened);
    return opened.database;
  }

  /** Worked out once for each row that is handed in, which is the same object while it reads the same. */
  #versionOf(row: ConnectionRow): string {
    const known = this.#versions.get(row);
    if (known !== undefined) return known;
    const version = createHash("sha256").update(JSON.stringify(row)).digest("base64");
    this.#versions.set(row, version);
    return version;
  }

  stats(): AnalyticsStats {
    const pools = [...this.#opened.values()].map(({ pool }) => pool);
    const sum = (of: (pool: ConnectionPool) => number) =>
      pools.reduce((total, pool) => total + of(pool), 0);
    return {
      active: sum((pool) => pool.active),
      idle: sum((pool) => pool.idle),
      waiting: sum((pool) => pool.waiting),
    };
  }

  /** Closes idle connections now and the others when their statements are over; waits a little. */
  async close(): Promise<void> {
    for (const [key, opened] of this.#opened) this.#retire(key, opened);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, CLOSE_WAIT_MS));
    await Promise.race([Promise.all(this.#draining), late]);
    clearTimeout(timer);
  }

  #retire(key: string, { pool }: Opened): void {
    this.#opened.delete(key);
    const drained = pool.drain().finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
  }

  #make(row: ConnectionRow, catalog: string | null, version: string): Opened {
    const { engine, connector } = this.#connector(row, catalog);
    const pool = new ConnectionPool({
      name: row.name,
      limits: this.#limits,
      budget: this.#budget,
      now: this.#options.now,
      connect: async () => {
        const { resolve } = this.#options;
        await refuseMetadataDatabase(row.name, connector.address, this.#metadata, resolve);
        return await connector.connect();
      },
    });
    const opening = { pool, now: this.#options.now };
    const introspection = withoutSchema(
      engine.introspection((sql, parameters) =>
        using(opening, null, undefined, (connection) => readInTime(connection, sql, parameters))
      ),
      () => metadataSchema(connector.address, this.#metadata, this.#options.resolve),
    );
    const database: AnalyticsDatabase = {
      dialect: engine.name,
      introspection,
      run: (plan, limits) =>
        run(
          opening,
          connector,
          plan,
          limits,
          (connection, statement, within) =>
            this.#results.during((onHeld) => connection.query(statement, { ...within, onHeld })),
        ),
      stream: (plan, limits, take) =>
        run(
          opening,
          connector,
          plan,
          limits,
          (connection, statement, within) =>
            streamed((more) => connection.query(statement, { ...within, ...more }), within, take),
        ),
      // Not held back: it may hold locks that another waits for.
      write: (script, limits) => write(opening, connector, script, limits),
    };
    return { version, pool, database };
  }

  #connector(row: ConnectionRow, catalog: string | null) {
    const settings = connectionSettings(row, this.#box);
    const engine = engineOf(row.name, settings.uri.dialect);
    const tools: EngineTools = { ...this.#options, demo: this.#options.demo ?? null };
    const uri = catalog === null || !engine.hasCatalogs
      ? settings.uri
      : { ...settings.uri, database: catalog };
    try {
      return { engine, connector: engine.connector({ ...settings, uri }, tools) };
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      const reason = error instanceof Error ? error.message : "";
      throw unavailable(`The database '${row.name}' can't be used. ${reason}`, {
        hint: "Change the connection in Superset.",
        cause: error,
      });
    }
  }
}

async function run<T>(
  opening: Opening,
  connector: Connector,
  plan: GuardedPlan,
  { asker, ...limits }: AskedLimits,
  read: (connection: AnalyticsConnection, statement: Statement, limits: RunLimits) => Promise<T>,
): Promise<T> {
  if (!(plan instanceof GuardedPlan)) {
    throw new TypeError("Only a plan that the guard made can be run");
  }
  const timeoutMs = Math.min(limits.timeoutMs, connector.timeoutMs ?? Infinity);
  const statement = {
    sql: plan.sql,
    stoppableSql: plan.stoppableSql,
    parameters: plan.parameters,
    plannedTypes: plan.columns?.map(({ type }) => type) ?? null,
    hideServerWords: plan.rules.length > 0,
  };
  return await using(
    opening,
    asker,
    limits.signal,
    (connection) => read(connection, statement, { ...limits, timeoutMs }),
  );
}

async function write(
  opening: Opening,
  connector: Connector,
  script: GuardedWrite,
  { asker, ...limits }: AskedLimits,
): Promise<readonly WriteResult[]> {
  if (!(script instanceof GuardedWrite)) {
    throw new TypeError("Only a script that the guard made can be run");
  }
  const timeoutMs = Math.min(limits.timeoutMs, connector.timeoutMs ?? Infinity);
  const statements = script.steps.map(({ sql }) => ({
    ...{ sql, parameters: [], plannedTypes: null, hideServerWords: false },
  }));
  return await using(opening, asker, limits.signal, async (connection) => {
    if (connection.write === undefined) throw unavailable("This engine's databases are only read.");
    return await connection.write(statements, { ...limits, timeoutMs });
  });
}

/** The server has no timeout for these; one that does not answer loses the connection. */
async function readInTime(
  connection: AnalyticsConnection,
  sql: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void connection.close();
      reject(timedOut(INTROSPECTION_TIMEOUT_MS));
    }, INTROSPECTION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([connection.read(sql, parameters), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Uses a connection; once more on a new one when the first was lost at once, as idle ones are now and
 * then. What was lost later is not asked again: it may have been what took the server down.
 * A write says by another error that a connection was lost once something was sent.
 */
async function using<T>(
  { pool, now }: Opening,
  asker: Asker,
  signal: AbortSignal | undefined,
  use: (connection: AnalyticsConnection) => Promise<T>,
): Promise<T> {
  let lostAt = Infinity;
  const once = async () => {
    const connection = await pool.acquire(asker, signal);
    const started = now();
    try {
      return await use(connection);
    } catch (error) {
      if (error instanceof ConnectionLost) lostAt = now() - started;
      throw error;
    } finally {
      pool.release(connection);
    }
  };
  try {
    return await once();
  } catch (error) {
    if (lostAt > LOST_AT_ONCE_MS) throw error;
    return await once();
  }
}
