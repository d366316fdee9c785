/** Transactions that write Superset's metadata in MySQL or MariaDB. */
import type { MysqlTarget } from "../analytics/mysql/options.ts";
import {
  type MetadataWriter,
  type RunInTransaction,
  WRITE_CONNECTIONS,
  WRITE_IDLE_SECONDS,
} from "../metadata_writer.ts";
import type { ResolveHost } from "../resolve_host.ts";
import { Slots } from "../slots.ts";
import { explainWriting } from "./failures.ts";
import { SessionPool } from "./pool.ts";
import type { MetadataSession } from "./session.ts";

export interface MysqlWriterOptions {
  readonly target: MysqlTarget;
  readonly resolve: ResolveHost;
  readonly recycleSeconds: number;
}

/** After how long a statement is ended. */
const STATEMENT_TIMEOUT_MS = 15_000;

const WAIT_MS = 15_000;

export class MysqlWriter implements MetadataWriter {
  readonly dialect = "mysql";
  readonly #slots = new Slots(WRITE_CONNECTIONS, WAIT_MS, "the metadata database");
  readonly #pool: SessionPool;

  /** Connects to nothing before a transaction is asked for. */
  constructor({ target, resolve, recycleSeconds }: MysqlWriterOptions) {
    this.#pool = new SessionPool({
      async open() {
        const address = await resolve(target.host);
        // Imported when it is used: mysql2 would make every start slower.
        const { openMetadataSession } = await import("./session.ts");
        const options = { timeoutMs: STATEMENT_TIMEOUT_MS, writes: true };
        return await openMetadataSession(target, address, options);
      },
      // None stays: writing is rare.
      size: 0,
      recycleMs: recycleSeconds * 1000,
      overflowIdleMs: WRITE_IDLE_SECONDS * 1000,
      now: () => performance.now(),
    });
  }

  async transaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T> {
    const wait = this.#slots.acquire();
    if (wait) await wait;
    try {
      return await this.#pool.lend(false, (session) => inTransaction(session, work));
    } catch (error) {
      throw explainWriting(error);
    } finally {
      this.#slots.release();
    }
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }
}

async function inTransaction<T>(
  session: MetadataSession,
  work: (run: RunInTransaction) => Promise<T>,
): Promise<T> {
  await session.control("start transaction");
  try {
    const result = await work(session.run);
    await session.control("commit");
    return result;
  } catch (error) {
    // What is neither committed nor undone must not wait for the next one to commit it.
    await session.control("rollback").catch(() => session.close());
    throw error;
  }
}
