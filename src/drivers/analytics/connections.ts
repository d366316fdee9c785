/**
 * The analytics databases of a Superset, each with its own pool, made when it is first asked for
 * and made anew when its row in `dbs` changes.
 */
import { createHash } from "node:crypto";
import { ServiceError, unavailable } from "../../errors.ts";
import type { ResolveHost } from "../resolve_host.ts";
import { makeSecretBox, type SecretBox } from "../secret_box.ts";
import { type DatabaseUri, parseDatabaseUri } from "../sqlalchemy_uri.ts";
import { connectionSettings } from "./connection_settings.ts";
import { ConnectionBudget } from "./connection_budget.ts";
import { ConnectionPool, type PoolLimits } from "./connection_pool.ts";
import type { ConnectionRow, EngineTools } from "./engine.ts";
import { engineOf } from "./engines.ts";
import { metadataSchema, refuseMetadataDatabase } from "./metadata_database.ts";
import { type AnalyticsDatabase, analyticsDatabase } from "./analytics_database.ts";
import { ResultBudget } from "./result_budget.ts";

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
    const database = analyticsDatabase({
      ...{ engine, connector, pool },
      now: this.#options.now,
      results: this.#results,
      metadataSchema: () =>
        metadataSchema(connector.address, this.#metadata, this.#options.resolve),
    });
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
