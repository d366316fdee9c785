/**
 * A query object with its older fields, defaults and limits settled (Superset 6.1:
 * superset/common/query_object.py, query_object_factory.py, query_actions.py).
 */
import { invalidArgument } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import type {
  QueryColumn,
  QueryExtras,
  QueryFilter,
  QueryMetric,
  QueryObject,
  ResultType,
} from "../query_object.ts";
import { NO_TIME_RANGE, timeRange } from "../time/time_range.ts";
import { axisLabel, columnLabel, isAdhocMetric, metricLabel, TIMESTAMP } from "./labels.ts";
import { DEFAULT_LIMITS, type RowLimits, type TimeBounds } from "./planning.ts";

export interface SettledQuery {
  readonly columns: readonly QueryColumn[];
  /** Null asks for rows as they are; an empty list groups by the columns. */
  readonly metrics: readonly QueryMetric[] | null;
  readonly filters: readonly QueryFilter[];
  readonly extras: QueryExtras;
  /** The time column of the query's bounds and grain, one of the dataset's time columns. */
  readonly granularity: string | null;
  readonly isTimeseries: boolean;
  readonly isRowcount: boolean;
  readonly orderby: readonly (readonly [QueryColumn | QueryMetric, boolean])[];
  readonly rowLimit: number;
  /** The most rows that any query gives. */
  readonly maxRows: number;
  readonly rowOffset: number;
  readonly seriesLabels: readonly string[];
  readonly seriesLimit: number;
  readonly seriesLimitMetric: QueryMetric | null;
  /** Whether the series with the highest metric are kept, or those with the lowest. */
  readonly seriesDescending: boolean;
  readonly othersGrouped: boolean;
  readonly fetchValuesPredicate: boolean;
  readonly timeShift: string | null;
  readonly bounds: TimeBounds;
}

export interface SettleOptions {
  readonly now: Date;
  readonly resultType?: ResultType | null;
  readonly limits?: RowLimits;
  readonly bounds?: TimeBounds;
}

/** @throws ServiceError `invalid_argument` for labels twice, missing series, a limit that is none */
export function settleQuery(
  asked: QueryObject,
  dataset: Dataset,
  options: SettleOptions,
): SettledQuery {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const resultType = asked.result_type ?? options.resultType ?? "full";
  const query = forResultType(asked, dataset, resultType);
  const columns = filled(query.groupby) ?? query.columns ?? [];
  const metrics = query.metrics?.map(settleMetric) ?? null;
  const isTimeseries = query.is_timeseries ?? columns.includes(TIMESTAMP);
  refuseDuplicates(columns, metrics ?? []);
  return {
    columns,
    metrics,
    filters: query.filters ?? [],
    extras: {
      ...query.extras,
      where: query.where || query.extras?.where,
      having: query.having || query.extras?.having,
    },
    granularity: granularityOf(query, dataset),
    isTimeseries,
    isRowcount: query.is_rowcount ?? false,
    orderby: query.orderby ?? [],
    rowLimit: rowLimit(query, resultType, limits),
    maxRows: limits.maxRows,
    rowOffset: wholeNumber(query.row_offset ?? 0, "row_offset"),
    seriesLabels: seriesLabels(query, columns, isTimeseries),
    seriesLimit: wholeNumber(query.timeseries_limit || query.series_limit || 0, "series_limit"),
    seriesLimitMetric: query.timeseries_limit_metric || query.series_limit_metric || null,
    seriesDescending: query.order_desc ?? true,
    othersGrouped: query.group_others_when_limit_reached ?? false,
    fetchValuesPredicate: query.apply_fetch_values_predicate ?? false,
    timeShift: query.time_shift ?? null,
    bounds: boundsOf(query, columns, resultType, options),
  };
}

/** The range that a query's time filters stand for: its own, or else that of one of its filters. */
export function timeRangeOf(query: QueryObject, columns: readonly QueryColumn[]): string {
  if (query.time_range !== null && query.time_range !== undefined) return query.time_range;
  const temporal = (query.filters ?? []).filter(({ op }) => op === "TEMPORAL_RANGE");
  const axis = axisLabel(columns);
  const filter = temporal.find(({ col }) => axis !== null && col === axis) ?? temporal[0];
  return typeof filter?.val === "string" ? filter.val : NO_TIME_RANGE;
}

/**
 * The query as a result type asks it: samples and drilling to detail show the dataset's columns as
 * they are, without post-processing. Any other type leaves it alone.
 */
export function forResultType(
  query: QueryObject,
  dataset: Dataset,
  type: ResultType,
): QueryObject {
  if (type !== "samples" && type !== "drill_detail") return query;
  const columns = dataset.columns.map(({ column_name }) => column_name);
  const first = columns[0];
  return {
    ...query,
    columns,
    groupby: undefined,
    metrics: null,
    is_timeseries: false,
    post_processing: [],
    orderby: type === "samples" || first === undefined ? [] : [[first, true]],
  };
}

/** What is no time column of the dataset stands for its main one. */
function granularityOf(query: QueryObject, dataset: Dataset): string | null {
  const asked = query.granularity_sqla || query.granularity;
  if (!asked) return null;
  const isTime = dataset.columns.some((column) => column.column_name === asked && column.is_dttm);
  return isTime ? asked : dataset.mainDttmCol;
}

/** An older form names a saved metric by its label alone. */
function settleMetric(metric: QueryMetric): QueryMetric {
  return typeof metric === "object" && metric !== null && !isAdhocMetric(metric)
    ? metricLabel(metric)
    : metric;
}

function refuseDuplicates(columns: readonly QueryColumn[], metrics: readonly QueryMetric[]): void {
  const labels = [...metrics.map(metricLabel), ...columns.map(columnLabel)];
  const twice = [...new Set(labels.filter((label, at) => labels.indexOf(label) !== at))];
  if (twice.length === 0) return;
  throw invalidArgument(
    `Two columns or metrics have the label ${twice.map((label) => `'${label}'`).join(", ")}.`,
    { hint: "Give each column and metric a label of its own.", details: { labels: twice } },
  );
}

function rowLimit(query: QueryObject, type: ResultType, limits: RowLimits): number {
  const asked = wholeNumber(query.row_limit ?? 0, "row_limit");
  const limit = asked || (type === "samples" ? limits.samplesRowLimit : limits.rowLimit);
  return limit === 0 ? limits.maxRows : Math.min(limit, limits.maxRows);
}

/** Old charts keep limits as text. */
function wholeNumber(value: number | string, field: string): number {
  const number = typeof value === "string" ? Number(value.trim() || NaN) : value;
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw invalidArgument(`Cannot use ${field} '${value}': it is no whole number from 0 up.`, {
    hint: "Give a number of rows, or leave it out.",
  });
}

/** Of a time series, all dimensions make its series, unless the query says which. */
function seriesLabels(
  query: QueryObject,
  columns: readonly QueryColumn[],
  isTimeseries: boolean,
): readonly string[] {
  const labels = columns.map(columnLabel).filter((label) => label !== TIMESTAMP);
  const series = filled(query.series_columns)?.map(columnLabel);
  if (series === undefined) return isTimeseries ? labels : [];
  const missing = series.filter((label) => !labels.includes(label));
  if (missing.length === 0) return series;
  throw invalidArgument(`The series column '${missing[0]}' is not among the columns.`, {
    hint: "Name it in `columns` as well.",
    details: { missing },
  });
}

function boundsOf(
  query: QueryObject,
  columns: readonly QueryColumn[],
  type: ResultType,
  { now, bounds }: SettleOptions,
): TimeBounds {
  if (type === "samples") return { from: null, to: null };
  return bounds ?? timeRange(timeRangeOf(query, columns), {
    now,
    relativeStart: query.extras?.relative_start,
    relativeEnd: query.extras?.relative_end,
    timeShift: query.time_shift,
    instantTimeComparisonRange: query.extras?.instant_time_comparison_range,
  });
}

function filled<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}
