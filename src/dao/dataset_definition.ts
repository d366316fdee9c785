/** A dataset with its columns and metrics, which its own row holds as JSON: one statement, not three. */
import type { Dataset, DatasetColumn, DatasetMetric } from "../query/dataset.ts";
import { decode, parseObject } from "./decode.ts";
import { lookedUp, type Resource, type Values } from "./resource.ts";
import { datasets } from "./resources/datasets.ts";
import { type Dialect, sql } from "./sql.ts";

/** The stored columns that `datasetOf` reads. */
export const DEFINITION = [
  "id",
  "uuid",
  "database_id",
  "table_name",
  "schema",
  "catalog",
  "sql",
  "main_dttm_col",
  "always_filter_main_dttm",
  "normalize_columns",
  "fetch_values_predicate",
  "offset",
  "cache_timeout",
  "template_params",
  "changed_on",
  "definition_columns",
  "definition_metrics",
];

/** Datasets with the columns of a definition. */
export function definedDatasets(dialect: Dialect): Resource {
  const rows = (table: string, fields: readonly string[]) => {
    const columns = ["id", ...fields].map((name) => sql.ref(`of.${name}`));
    const from = sql`${sql.table(table)} of where of.table_id = tables.id`;
    return lookedUp(dialect.rowsAsJson(columns, from), "list", "", { internal: true });
  };
  return {
    ...datasets,
    columns: {
      ...datasets.columns,
      definition_columns: rows("table_columns", COLUMN_FIELDS),
      definition_metrics: rows("sql_metrics", METRIC_FIELDS),
    },
  };
}

/** @param found the values of `DEFINITION` */
export function datasetOf(found: Values): Dataset {
  return {
    id: found.id as number,
    uuid: String(found.uuid),
    databaseId: found.database_id as number,
    tableName: String(found.table_name),
    schema: (found.schema as string | null) || null,
    catalog: (found.catalog as string | null) || null,
    sql: (found.sql as string | null) || null,
    mainDttmCol: found.main_dttm_col as string | null,
    alwaysFilterMainDttm: found.always_filter_main_dttm === true,
    normalizeColumns: found.normalize_columns === true,
    fetchValuesPredicate: (found.fetch_values_predicate as string | null) || null,
    offset: (found.offset as number | null) ?? 0,
    cacheTimeout: found.cache_timeout as number | null,
    templateParams: parseObject(found.template_params) ?? {},
    changedOn: found.changed_on as string | null,
    columns: inOrder(found.definition_columns).map(columnOf),
    metrics: inOrder(found.definition_metrics).map(metricOf),
  };
}

const COLUMN_FIELDS = [
  "column_name",
  "verbose_name",
  "type",
  "is_dttm",
  "groupby",
  "filterable",
  "expression",
  "python_date_format",
];

const METRIC_FIELDS = ["metric_name", "verbose_name", "expression"];

type StoredRow = readonly [id: number, ...fields: unknown[]];

/** In which they were added, as Superset has them. */
function inOrder(value: unknown): readonly StoredRow[] {
  return (value as readonly StoredRow[] | null ?? []).toSorted(([one], [other]) => one - other);
}

function columnOf(
  [, name, verbose, type, isTime, groupby, filterable, expression, format]: StoredRow,
): DatasetColumn {
  return {
    column_name: String(name),
    verbose_name: textOf(verbose),
    type: type as string | null,
    is_dttm: decode(isTime, "bool") === true,
    groupby: decode(groupby, "bool") === true,
    filterable: decode(filterable, "bool") === true,
    expression: textOf(expression),
    python_date_format: textOf(format),
  };
}

function metricOf([, name, verbose, expression]: StoredRow): DatasetMetric {
  return {
    metric_name: String(name),
    verbose_name: textOf(verbose),
    expression: String(expression),
  };
}

/** Superset stores the empty text for what was cleared. */
function textOf(value: unknown): string | null {
  return (value as string | null) || null;
}
