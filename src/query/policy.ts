/** Row-level rules as they bind one caller: resolved by auth over the DAO, applied by guard.ts. */

/** A table as an engine resolves it. */
export interface TableName {
  /** Null where the engine has no catalogs, or for the connection's own. */
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}

/** One rule that binds the caller on a dataset. */
export interface RowRule {
  readonly id: number;
  readonly name: string;
  /** Rules of one key are OR'd; rules without a key, and the groups, are AND'd. */
  readonly groupKey: string | null;
  /** The clause, with Jinja rendered already. */
  readonly clause: string;
}

/** What binds a caller on one dataset's rows. */
export interface RowPolicy {
  readonly datasetId: number;
  readonly table: TableName;
  /** True where the dataset is made of SQL: its name is no table's. */
  readonly virtual: boolean;
  readonly rules: readonly RowRule[];
}
