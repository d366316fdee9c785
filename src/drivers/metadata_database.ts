/**
 * What the DAO layer needs of a metadata database, whatever its engine: run one reading statement
 * and give its rows back.
 */

export type MetadataDialect = "postgresql" | "mysql" | "sqlite";

export type Row = Readonly<Record<string, unknown>>;

/** A statement whose text never holds a value: values stand in `parameters`. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /**
   * True where the text is one of a small fixed set, so that the server may keep its plan. A text
   * that depends on a caller's arguments must say false, or plans pile up on the server.
   */
  readonly prepared: boolean;
}

/** SQLAlchemy's QueuePool, as Superset's settings ask for it. */
export interface MetadataPool {
  /** Connections that stay open. */
  readonly size: number;
  /** How many more there may be while they are needed. */
  readonly maxOverflow: number;
  /** How long a read may wait for a connection. */
  readonly timeoutSeconds: number;
  /** The age at which a connection is replaced by a new one. */
  readonly recycleSeconds: number;
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
   * @throws ServiceError `unavailable` when the server can't be reached, or when no connection
   *   comes free within the pool's timeout
   */
  read(statement: SqlStatement): Promise<readonly Row[]>;
  /** Column names by table name, as the server has them now. */
  describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  stats(): PoolStats;
  close(): Promise<void>;
}
