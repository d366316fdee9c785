/** Superset's metadata in MySQL or MariaDB, over mysql2, with the pool that Superset's settings ask for. */
import { columnsByTable } from "../columns_by_table.ts";
import type { MysqlTarget } from "../analytics/mysql/options.ts";
import type {
  MetadataDatabase,
  MetadataPool,
  PoolStats,
  Row,
  SqlStatement,
} from "../metadata_database.ts";
import type { ResolveHost } from "../resolve_host.ts";
import { Slots } from "../slots.ts";
import { explain, isDropped } from "./failures.ts";
import { SessionPool } from "./pool.ts";

export interface MysqlMetadataOptions {
  readonly target: MysqlTarget;
  readonly pool: MetadataPool;
  readonly resolve: ResolveHost;
  /** After how long a statement is ended, such as one that waits for a lock; 30 s by default. */
  readonly statementTimeoutMs?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** Half the time that a call has: no caller waits longer, and the connection is free again. */
const STATEMENT_TIMEOUT_MS = 30_000;

const OVERFLOW_IDLE_MS = 15_000;

export class MysqlMetadata implements MetadataDatabase {
  readonly dialect = "mysql";
  readonly #slots: Slots;
  readonly #pool: SessionPool;

  constructor(options: MysqlMetadataOptions) {
    const { target, resolve, pool } = options;
    const timeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
    this.#slots = new Slots(
      pool.size + pool.maxOverflow,
      pool.timeoutSeconds * 1000,
      "the metadata database",
    );
    this.#pool = new SessionPool({
      async open() {
        const address = await resolve(target.host);
        // Imported when it is used: mysql2 would make every start slower.
        const { openMetadataSession } = await import("./session.ts");
        return await openMetadataSession(target, address, { timeoutMs });
      },
      size: pool.size,
      recycleMs: pool.recycleSeconds * 1000,
      overflowIdleMs: OVERFLOW_IDLE_MS,
      now: options.now ?? (() => performance.now()),
    });
  }

  async read(statement: SqlStatement): Promise<readonly Row[]> {
    const wait = this.#slots.acquire();
    if (wait) await wait;
    try {
      return await this.#run(statement, false);
    } catch (error) {
      if (!isDropped(error)) throw explain(error);
      try {
        return await this.#run(statement, true);
      } catch (again) {
        throw explain(again);
      }
    } finally {
      this.#slots.release();
    }
  }

  async describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    // MySQL gives the information schema's own names in capitals unless they are given anew.
    const rows = await this.read({
      sql: `select table_name as table_name, column_name as column_name
              from information_schema.columns where table_schema = database()`,
      parameters: [],
      prepared: false,
    });
    return columnsByTable(rows);
  }

  stats(): PoolStats {
    return this.#pool.counts;
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }

  #run(statement: SqlStatement, fresh: boolean): Promise<readonly Row[]> {
    return this.#pool.lend(fresh, (session) => session.run(statement));
  }
}
