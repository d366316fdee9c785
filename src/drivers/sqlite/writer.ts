/** Transactions that write Superset's metadata in SQLite, one at a time. */
import { DatabaseSync } from "node:sqlite";
import type { MetadataWriter, RunInTransaction } from "../metadata_writer.ts";
import { bindable, explainWriting, isBusy } from "./statements.ts";
import type { Row } from "../metadata_database.ts";

/** How long another process's lock is waited for, and how often it is tried, in milliseconds. */
const LOCK_WAIT_MS = 5000, LOCK_TRY_MS = 25;

/** Opens a metadata file for writing. @throws Error where it can't be */
export function openSqliteFileToWrite(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // Waiting inside SQLite would hold up the whole process; and pages that are spilled early take
  // the lock that keeps this process's own reads out.
  database.exec("PRAGMA busy_timeout = 0; PRAGMA cache_spill = OFF");
  return database;
}

export class SqliteWriter implements MetadataWriter {
  readonly dialect = "sqlite";
  readonly #open: () => DatabaseSync;
  #database: DatabaseSync | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param open gives the connection, at the first use, which others may share; tried again while it fails */
  constructor(open: () => DatabaseSync) {
    this.#open = open;
  }

  transaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#transaction(work));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    if (this.#database?.isOpen) this.#database.close();
    this.#database = null;
  }

  async #transaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T> {
    try {
      const database = this.#database ??= this.#open();
      await unlocked(() => database.exec("BEGIN IMMEDIATE"));
      try {
        const result = await work(runIn(database));
        await unlocked(() => database.exec("COMMIT"));
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    } catch (error) {
      throw explainWriting(error);
    }
  }
}

function runIn(database: DatabaseSync): RunInTransaction {
  // deno-lint-ignore require-await -- the interface is asynchronous: a thrown error must reject
  return async ({ sql, parameters }) =>
    database.prepare(sql).all(...parameters.map(bindable)) as Row[];
}

/** Tries again while another process holds the lock. */
async function unlocked(step: () => void): Promise<void> {
  for (let waited = 0;; waited += LOCK_TRY_MS) {
    try {
      return step();
    } catch (error) {
      if (!isBusy(error) || waited >= LOCK_WAIT_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_TRY_MS));
    }
  }
}
