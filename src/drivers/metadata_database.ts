/**
 * What the DAO layer needs of a metadata database, whatever its engine: run one prepared statement
 * and give its rows back in the types of `dao/schema.ts`.
 */

export type MetadataDialect = "postgresql" | "sqlite";

export type Row = Readonly<Record<string, unknown>>;

/** A statement whose text never holds a value: values stand in `parameters`. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface PoolStats {
  readonly active: number;
  readonly idle: number;
}

export interface MetadataDatabase {
  readonly dialect: MetadataDialect;
  /**
   * Runs one reading statement in a read-only transaction; retries once when the connection turns
   * out to be dropped.
   * @throws ServiceError `unavailable` when the server can't be reached or no connection comes free
   *   within the pool's timeout.
   */
  read(statement: SqlStatement): Promise<readonly Row[]>;
  /** Column names by table name, as the server has them now. */
  describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  stats(): PoolStats;
  close(): Promise<void>;
}
