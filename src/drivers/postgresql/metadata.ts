/** Superset's metadata in PostgreSQL, over postgres.js, with the pool that Superset's settings ask for. */
import type { Socket } from "node:net";
import type postgres from "postgres";
import { columnsByTable } from "../columns_by_table.ts";
import type {
  MetadataDatabase,
  MetadataPool,
  PoolStats,
  Row,
  SqlStatement,
} from "../metadata_database.ts";
import { Slots } from "../slots.ts";
import type { ResolveHost } from "../resolve_host.ts";
import type { PostgresqlTarget } from "./connection_options.ts";
import { explain, isDropped } from "./failures.ts";
import { RenewablePool } from "./pool.ts";

export interface PostgresqlMetadataOptions {
  readonly target: PostgresqlTarget;
  readonly pool: MetadataPool;
  readonly resolve: ResolveHost;
  /** After how long a statement is ended, such as one that waits for a lock; 30 s by default. */
  readonly statementTimeoutMs?: number;
}

/** Half the time that a call has: no caller waits longer, and the connection is free again. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** How long a connection beyond the pool's size may lie idle, in seconds. */
const OVERFLOW_IDLE_SECONDS = 15;

/**
 * SQLAlchemy's QueuePool in two pools of postgres.js: `size` connections that stay, and up to
 * `maxOverflow` more that close when they have been idle for a while.
 */
export class PostgresqlMetadata implements MetadataDatabase {
  readonly dialect = "postgresql";
  readonly #core: RenewablePool;
  readonly #overflow: RenewablePool | null;
  readonly #coreSlots: Slots;
  readonly #slots: Slots;
  readonly #open = new Set<Socket>();

  constructor(options: PostgresqlMetadataOptions) {
    const { size, maxOverflow, timeoutSeconds } = options.pool;
    const pool = (max: number, idleSeconds: number) =>
      new RenewablePool({
        target: options.target,
        resolve: options.resolve,
        max,
        idleSeconds,
        recycleSeconds: options.pool.recycleSeconds,
        readOnly: true,
        statementTimeoutMs: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
        onOpen: (socket) => {
          this.#forgetClosed();
          this.#open.add(socket);
        },
      });
    this.#core = pool(size, 0);
    this.#overflow = maxOverflow > 0 ? pool(maxOverflow, OVERFLOW_IDLE_SECONDS) : null;
    this.#coreSlots = new Slots(size, 0, "the metadata database");
    this.#slots = new Slots(size + maxOverflow, timeoutSeconds * 1000, "the metadata database");
  }

  async read(statement: SqlStatement): Promise<readonly Row[]> {
    const wait = this.#slots.acquire();
    if (wait) await wait;
    try {
      return await this.#run(statement);
    } catch (error) {
      if (!isDropped(error)) throw explain(error);
      try {
        return await this.#run(statement);
      } catch (again) {
        throw explain(again);
      }
    } finally {
      this.#slots.release();
    }
  }

  async describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const rows = await this.read({
      sql: `SELECT c.relname AS table_name, a.attname AS column_name
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
             WHERE c.relkind IN ('r', 'p', 'v', 'f') AND a.attnum > 0 AND NOT a.attisdropped
               AND pg_catalog.pg_table_is_visible(c.oid)
               AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`,
      parameters: [],
      prepared: false,
    });
    return columnsByTable(rows);
  }

  stats(): PoolStats {
    this.#forgetClosed();
    const active = Math.min(this.#slots.active, this.#open.size);
    return { active, idle: this.#open.size - active };
  }

  async close(): Promise<void> {
    await Promise.all([this.#core.end(5), this.#overflow?.end(5)]);
  }

  /** Looked at, not listened for: postgres.js takes every listener off a socket it puts TLS on. */
  #forgetClosed(): void {
    for (const socket of this.#open) if (socket.destroyed) this.#open.delete(socket);
  }

  async #run(statement: SqlStatement): Promise<readonly Row[]> {
    const core = this.#coreSlots.active < this.#coreSlots.limit || this.#overflow === null;
    const pool = core ? this.#core : this.#overflow!;
    if (core) void this.#coreSlots.acquire();
    const sql = pool.current;
    try {
      return await sql.unsafe(
        statement.sql,
        statement.parameters as postgres.ParameterOrJSON<never>[],
        { prepare: statement.prepared },
      );
    } catch (error) {
      if (isDropped(error)) pool.giveUp(sql);
      throw error;
    } finally {
      if (core) this.#coreSlots.release();
    }
  }
}
