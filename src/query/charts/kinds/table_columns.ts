/** Time grains on the columns of tables, pivot tables and box plots. */
import type { QueryColumn } from "../../query_object.ts";
import { isObject, isText } from "../form_values.ts";

/** @param times the columns that are times: `temporal_columns_lookup` */
export function withTimeGrain(column: QueryColumn, grain: unknown, times: unknown): QueryColumn {
  if (!isText(column) || !isText(grain) || grain === "") return column;
  if (!isObject(times) || times[column] !== true) return column;
  return {
    timeGrain: grain,
    columnType: "BASE_AXIS",
    sqlExpression: column,
    label: column,
    expressionType: "SQL",
  };
}

/** The grain that a dashboard chose, or else the chart's. */
export function timeGrain(form: Readonly<Record<string, unknown>>): unknown {
  const extra = isObject(form.extra_form_data) ? form.extra_form_data.time_grain_sqla : undefined;
  return extra || form.time_grain_sqla;
}
