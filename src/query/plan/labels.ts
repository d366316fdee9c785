/** What columns and metrics are called in an answer (Superset 6.1: superset/utils/core.py). */
import { invalidArgument } from "../../errors.ts";
import type { AdhocColumn, AdhocMetric, QueryColumn, QueryMetric } from "../query_object.ts";

/** The time of a chart's points, where the query says `is_timeseries`. */
export const TIMESTAMP = "__timestamp";

export function isAdhocColumn(value: QueryColumn | QueryMetric): value is AdhocColumn {
  return typeof value === "object" && value !== null && "sqlExpression" in value &&
    typeof value.sqlExpression === "string";
}

/** As Superset tells them: by having an `expressionType`, even one that no metric can have. */
export function isAdhocMetric(value: QueryColumn | QueryMetric): value is AdhocMetric {
  return typeof value === "object" && value !== null && "expressionType" in value;
}

/** @throws ServiceError `invalid_argument` for an object that is no column */
export function columnLabel(column: QueryColumn): string {
  if (typeof column === "string") return column;
  const label = column?.label || column?.sqlExpression;
  if (typeof label === "string" && label !== "") return label;
  throw invalidArgument(`Cannot read the column ${excerpt(column)}.`, {
    hint: "Give a column's name, or an object {sqlExpression, label}.",
  });
}

/**
 * A saved metric's name, a metric's own label, or what it does: `SUM(sales)`, the expression.
 *
 * @throws ServiceError `invalid_argument` for an object that is no metric
 */
export function metricLabel(metric: QueryMetric): string {
  if (typeof metric === "string") return metric;
  if (metric?.label) return String(metric.label);
  if (metric?.expressionType === "SQL" && metric.sqlExpression) return metric.sqlExpression;
  const column = metric?.column?.column_name;
  if (metric?.expressionType === "SIMPLE" && column) {
    return metric.aggregate ? `${metric.aggregate}(${column})` : column;
  }
  throw invalidArgument(`Cannot read the metric ${excerpt(metric)}.`, {
    hint: "Give a saved metric's name, or an object {expressionType: 'SIMPLE', column: " +
      "{column_name}, aggregate} or {expressionType: 'SQL', sqlExpression, label}.",
  });
}

/** The label of the time axis, to which the query's grain belongs; null without one. */
export function axisLabel(columns: readonly QueryColumn[]): string | null {
  const axis = columns.find((column) => isAdhocColumn(column) && column.columnType === "BASE_AXIS");
  return axis === undefined ? null : columnLabel(axis);
}

/** Names for a hint, as many as a reader takes in. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 30);
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
