/** A dataset as queries need it: read by the DAO layer, judged by nothing here. */

export interface DatasetColumn {
  readonly column_name: string;
  readonly verbose_name: string | null;
  readonly type: string | null;
  readonly is_dttm: boolean;
  readonly groupby: boolean;
  readonly filterable: boolean;
  /** The SQL of a calculated column; null for one of the table's own. */
  readonly expression: string | null;
  /** `epoch_s`, `epoch_ms` or a strftime pattern, for times kept as numbers or text. */
  readonly python_date_format: string | null;
  readonly datetime_format?: string | null;
}

export interface DatasetMetric {
  readonly metric_name: string;
  readonly verbose_name: string | null;
  readonly expression: string;
}

export interface Dataset {
  readonly id: number;
  readonly uuid: string;
  readonly databaseId: number;
  readonly tableName: string;
  readonly schema: string | null;
  readonly catalog: string | null;
  /** The SQL of a virtual dataset, before Jinja; null for a table. */
  readonly sql: string | null;
  readonly mainDttmCol: string | null;
  readonly alwaysFilterMainDttm: boolean;
  readonly normalizeColumns: boolean;
  readonly fetchValuesPredicate: string | null;
  /** Hours that times are shifted by after the query. */
  readonly offset: number;
  /** Seconds, or null for the database's. */
  readonly cacheTimeout: number | null;
  readonly templateParams: Readonly<Record<string, unknown>>;
  /** ISO 8601, part of every cache key. */
  readonly changedOn: string | null;
  readonly columns: readonly DatasetColumn[];
  readonly metrics: readonly DatasetMetric[];
}
