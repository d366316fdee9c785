/** Where SQL that a caller writes is to run, and what its templates are made for. */
import type { Dataset } from "../query/dataset.ts";
import type { WriteLeave } from "../auth/caller.ts";
import type { TemplateValues } from "../query/plan/template_values.ts";

export interface SqlPlace {
  readonly catalog: string | null;
  /** Where the caller's names without a schema are looked up; the connection's own path for null. */
  readonly schema: string | null;
  readonly templateParams: Readonly<Record<string, unknown>>;
  /** The text with its templates, which may name datasets; empty where nothing is to run. */
  readonly sql: string;
  /** Whether the service and the caller's scopes let it write. */
  readonly leave: WriteLeave;
}

/** What templates of free SQL can name of a query: nothing. */
export const NO_VALUES: TemplateValues = {
  ...{ columns: [], groupby: null, metrics: null, filter: [], from_dttm: null, to_dttm: null },
  ...{ row_limit: 0, row_offset: 0, time_column: null, time_grain: null, table_columns: [] },
};

/**
 * Templates are made for a dataset; free SQL has none, and only the caller's own parameters. The
 * caller's text is no dataset's: it may use less.
 */
export function noDataset(
  databaseId: number,
  { catalog, schema, templateParams }: SqlPlace,
): Dataset {
  return {
    ...{ id: 0, uuid: "", databaseId, tableName: "", schema, catalog, sql: null },
    ...{ mainDttmCol: null, alwaysFilterMainDttm: false, normalizeColumns: false },
    ...{ fetchValuesPredicate: null, offset: 0, cacheTimeout: null, templateParams },
    ...{ changedOn: null, columns: [], metrics: [] },
  };
}
