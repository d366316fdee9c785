/**
 * Writing to Superset's metadata database: apart from `MetadataDatabase`, whose connections the
 * server itself keeps from writing, and handed to the layer of commands alone.
 */
import type { MetadataDialect, Row, SqlStatement } from "./metadata_database.ts";

/** Runs one statement of an open transaction and gives its rows, if it has any. */
export type RunInTransaction = (statement: SqlStatement) => Promise<readonly Row[]>;

export interface MetadataWriter {
  readonly dialect: MetadataDialect;
  /**
   * Runs `work` in one transaction, which is committed when it resolves and undone when it rejects.
   * Nothing is ever sent twice: what was lost on the way may have been done.
   * @throws what `work` throws; ServiceError `unavailable` where the database can't be reached or
   *   does not let this service write, `timeout`, `conflict` for a value that has to be unique
   */
  transaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How many connections write at once, beside the pool that reads. */
export const WRITE_CONNECTIONS = 2;

/** How long one of them may lie idle, in seconds. */
export const WRITE_IDLE_SECONDS = 60;
