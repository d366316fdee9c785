/**
 * One analytics database over its pool: takes a connection for each thing that is asked of it, runs it,
 * and gives the connection back. Runs nothing but what the guard made.
 */
import { unavailable } from "../../errors.ts";
import { GuardedPlan } from "../../query/guard/guarded_plan.ts";
import { GuardedWrite } from "../../query/guard/guarded_write.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type {
  AnalyticsConnection,
  Connector,
  Engine,
  Introspection,
  QueryResult,
  Row,
  RunLimits,
  Statement,
  WriteResult,
} from "./engine.ts";
import { ConnectionLost, timedOut } from "./failures.ts";
import type { ResultBudget } from "./result_budget.ts";
import { streamed } from "./streamed.ts";
import type { Asker } from "./waiting_line.ts";
import { withoutSchema } from "./without_schema.ts";

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

export interface AnalyticsDatabaseParts {
  readonly engine: Engine;
  readonly connector: Connector;
  readonly pool: ConnectionPool;
  /** Milliseconds. */
  readonly now: () => number;
  /** What the answers of all databases hold together. */
  readonly results: ResultBudget;
  /** The schema of Superset's own tables, where they lie on the same server. */
  readonly metadataSchema: () => Promise<string | null>;
}

const INTROSPECTION_TIMEOUT_MS = 15_000;

/** What is lost within so long was lost before, while nobody used it. */
const LOST_AT_ONCE_MS = 1000;

type Opening = Pick<AnalyticsDatabaseParts, "pool" | "now">;

export function analyticsDatabase(parts: AnalyticsDatabaseParts): AnalyticsDatabase {
  const { engine, connector, results } = parts;
  const introspection = withoutSchema(
    engine.introspection((sql, parameters) =>
      using(parts, null, undefined, (connection) => readInTime(connection, sql, parameters))
    ),
    parts.metadataSchema,
  );
  return {
    dialect: engine.name,
    introspection,
    run: (plan, limits) =>
      run(
        parts,
        connector,
        plan,
        limits,
        (connection, statement, within) =>
          results.during((onHeld) => connection.query(statement, { ...within, onHeld })),
      ),
    stream: (plan, limits, take) =>
      run(
        parts,
        connector,
        plan,
        limits,
        (connection, statement, within) =>
          streamed((more) => connection.query(statement, { ...within, ...more }), within, take),
      ),
    // Not held back: it may hold locks that another waits for.
    write: (script, limits) => write(parts, connector, script, limits),
  };
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
