/** A dataset's columns and metrics, read in its own row as JSON: one statement rather than three. */
import type { Dataset, DatasetColumn, DatasetMetric } from "../query/dataset.ts";
import { decode } from "./decode.ts";
import type { StoredColumn, Values } from "./resource.ts";
import { type Dialect, type RawBuilder, sql } from "./sql.ts";

/** The columns of the dataset's row that hold them. */
export const DEFINITION = ["definition_columns", "definition_metrics"] as const;

export function definitionColumns(
  dialect: Dialect,
): Readonly<Record<typeof DEFINITION[number], StoredColumn>> {
  return {
    definition_columns: internal(dialect.rowsAsJson(
      ["id", ...COLUMN_FIELDS].map((name) => sql.ref(`c.${name}`)),
      sql`table_columns c where c.table_id = tables.id`,
    )),
    definition_metrics: internal(dialect.rowsAsJson(
      ["id", ...METRIC_FIELDS].map((name) => sql.ref(`m.${name}`)),
      sql`sql_metrics m where m.table_id = tables.id`,
    )),
  };
}

/** In the order in which they were added, as Superset has them. */
export function definitionOf(row: Values): Pick<Dataset, "columns" | "metrics"> {
  return {
    columns: rowsOf(row.definition_columns).map(columnOf),
    metrics: rowsOf(row.definition_metrics).map(metricOf),
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

function rowsOf(value: unknown): readonly StoredRow[] {
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

function internal(expression: RawBuilder<unknown>): StoredColumn {
  return {
    source: "stored",
    type: "list",
    description: "",
    expression,
    reads: [],
    internal: true,
    sortable: false,
  };
}
