/**
 * The query object that every kind of chart starts from (6.1: superset-ui-core/src/query
 * buildQueryObject.ts, extractQueryFields.ts, extractExtras.ts, processExtraFormData.ts,
 * normalizeTimeColumn.ts, normalizeOrderBy.ts).
 */
import type {
  AdhocColumn,
  FormData,
  QueryColumn,
  QueryMetric,
  QueryObject,
} from "../query_object.ts";
import { splitAdhocFilters } from "./adhoc_filters.ts";
import { mergeIntoQuery } from "./extra_form_data.ts";
import {
  asColumns,
  asList,
  asMetrics,
  asNumber,
  columnLabel,
  isAdhocColumn,
  isDefined,
  isEmpty,
  isObject,
  isText,
  metricLabel,
  uniqueBy,
  withoutUndefined,
} from "./form_values.ts";

export type OrderBy = NonNullable<QueryObject["orderby"]>[number];

/** Controls whose values are metrics, columns or orders under another name. */
const FIELDS: Readonly<Record<string, string>> = {
  metric: "metrics",
  metric_2: "metrics",
  secondary_metric: "metrics",
  x: "metrics",
  y: "metrics",
  size: "metrics",
  all_columns: "columns",
  series: "groupby",
  order_by_cols: "orderby",
};

/** The column that stands for the time column of `granularity`. */
export const TIMESTAMP = "__timestamp";

/**
 * @param form a form that its controls have filled in
 * @param fields more controls that hold columns or metrics: `{ source: "columns" }`
 */
export function baseQuery(
  form: FormData,
  fields: Readonly<Record<string, string>> = {},
): QueryObject {
  const { filters, where, having } = splitAdhocFilters(form.adhoc_filters);
  const query: QueryObject = {
    time_range: text(form.time_range),
    granularity: text(form.granularity) ?? text(form.granularity_sqla),
    filters,
    extras: withoutUndefined({
      time_grain_sqla: form.time_grain_sqla as string | null | undefined,
      having,
      where,
    }),
    applied_time_extras: {},
    ...queryFields(form, fields),
    annotation_layers: asList(form.annotation_layers),
    row_limit: asNumber(form.row_limit),
    series_columns: isDefined(form.series_columns) ? asColumns(form.series_columns) : undefined,
    series_limit: asNumber(form.series_limit ?? form.limit) ?? 0,
    series_limit_metric: seriesLimitMetric(form),
    group_others_when_limit_reached: form.group_others_when_limit_reached === true,
    order_desc: form.order_desc === undefined ? true : Boolean(form.order_desc),
    url_params: isObject(form.url_params) ? form.url_params : {},
    custom_params: isObject(form.custom_params) ? form.custom_params : {},
    custom_form_data: {},
  };
  return withoutUndefined(mergeIntoQuery(query, form.extra_form_data));
}

/** What the page does to every query at the end: empty steps go, and the x-axis gets its grain. */
export function finishQuery(query: QueryObject, form: FormData): QueryObject {
  const steps = query.post_processing?.filter(isDefined);
  return withoutUndefined(withTimeAxis({ ...query, post_processing: steps }, form));
}

function withTimeAxis(query: QueryObject, form: FormData): QueryObject {
  const axis = form.x_axis;
  if (!isText(axis) && !isAdhocColumn(axis)) return query;
  const sql = (column: QueryColumn) => isText(column) ? column : column.sqlExpression;
  const columns = query.columns ?? [];
  const at = columns.findIndex((column) =>
    isText(column) === isText(axis) && sql(column) === sql(axis)
  );
  const found = columns[at];
  if (found === undefined) return query;
  const { is_timeseries: _, ...rest } = query;
  const timeGrain = query.extras?.time_grain_sqla;
  const named: AdhocColumn = isText(found)
    ? { sqlExpression: found, label: found, expressionType: "SQL", isColumnReference: true }
    : found;
  const base: AdhocColumn = withoutUndefined({ timeGrain, columnType: "BASE_AXIS", ...named });
  return { ...rest, columns: columns.with(at, base) };
}

function queryFields(
  form: FormData,
  more: Readonly<Record<string, string>>,
): Pick<QueryObject, "columns" | "metrics" | "orderby"> {
  const names: Readonly<Record<string, string>> = { ...FIELDS, ...more };
  const { query_mode: mode, ...controls } = form;
  const columns: QueryColumn[] = [];
  const metrics: QueryMetric[] = [];
  const orders: OrderBy[] = [];
  for (const [control, value] of Object.entries(controls)) {
    const field = Object.hasOwn(names, control) ? names[control] : control;
    if (mode === "aggregate" && field === "columns") continue;
    if (mode === "raw" && (field === "groupby" || field === "metrics")) continue;
    if (field === "metrics") metrics.push(...asMetrics(value));
    if (field === "groupby" || field === "columns") columns.push(...asColumns(value));
    if (field === "orderby") orders.push(...asList(value).map(order));
  }
  return {
    columns: uniqueBy(columns.filter((column) => column !== ""), columnLabel),
    metrics: mode === "raw" ? undefined : uniqueBy(metrics, metricLabel),
    orderby: orders.length > 0 ? orders : undefined,
  };
}

/** The page keeps orders as JSON text, `["name", true]`; bubble charts keep the bare metric. */
function order(value: unknown): OrderBy {
  const pair = isText(value) ? parsedPair(value) : value;
  if (Array.isArray(pair)) return [pair[0], pair[1] === true];
  return [value as QueryMetric, false];
}

function parsedPair(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function seriesLimitMetric(form: FormData): QueryMetric | undefined {
  const own = form.series_limit_metric;
  const isMetric = isText(own) ||
    isObject(own) && (own.expressionType === "SIMPLE" || own.expressionType === "SQL");
  return (isMetric ? own : form.timeseries_limit_metric) as QueryMetric | undefined ?? undefined;
}

function text(value: unknown): string | undefined {
  return isText(value) && value !== "" ? value : undefined;
}

/** The order of a query that has none: by the limit's metric, or else by the first metric. */
export function defaultOrder(query: QueryObject): QueryObject["orderby"] {
  const first = query.orderby?.[0];
  if (
    Array.isArray(first) && first.length === 2 && !isEmpty(first[0]) &&
    typeof first[1] === "boolean"
  ) return query.orderby;
  const by = isEmpty(query.series_limit_metric) ? query.metrics?.[0] : query.series_limit_metric;
  return isDefined(by) ? [[by, !query.order_desc]] : undefined;
}

/** The x-axis, or the time column that stands in for it in charts of before 2.1. */
export function xAxis(form: FormData): QueryColumn | undefined {
  if (!form.granularity_sqla && !form.x_axis) return undefined;
  return hasXAxis(form) ? form.x_axis as QueryColumn : TIMESTAMP;
}

export function xAxisLabel(form: FormData): string | undefined {
  const axis = xAxis(form);
  return axis === undefined ? undefined : columnLabel(axis);
}

export function hasXAxis(form: FormData): boolean {
  return isText(form.x_axis) || isAdhocColumn(form.x_axis);
}

/** Ascending by each name that is one. */
export function ascending(names: readonly unknown[]): readonly OrderBy[] {
  return names.filter((name) => isText(name) && name !== "").map((name) => [name as string, true]);
}

/** An order matters to a query only where it has a row limit. */
export function orderUnderLimit(
  orders: readonly OrderBy[],
  rowLimit: unknown,
): Pick<QueryObject, "orderby"> {
  return isDefined(rowLimit) && Number(rowLimit) !== 0 && orders.length > 0
    ? { orderby: orders }
    : {};
}
