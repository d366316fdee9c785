/**
 * The query of the kinds that Superset answers through `/explore_json` (6.1: superset/viz.py,
 * `BaseViz.query_obj`). Said as a query object, so that one planner serves them all.
 */
import type { FormData, QueryColumn, QueryMetric, QueryObject } from "../../query_object.ts";
import { addedClauses, splitAdhocFilters, withoutClauses } from "../adhoc_filters.ts";
import { TIMESTAMP } from "../base_query.ts";
import {
  asColumns,
  asMetric,
  asMetrics,
  columnLabel,
  isObject,
  isText,
  metricLabel,
  uniqueBy,
  withoutUndefined,
} from "../form_values.ts";
import { mergeExtraFilters } from "../saved_form.ts";

/** Controls that hold metrics, in viz.py's order (`METRIC_KEYS`). */
const METRIC_CONTROLS = [
  "metric",
  "metrics",
  "percent_metrics",
  "metric_2",
  "secondary_metric",
  "x",
  "y",
  "size",
];

export interface LegacyQueryOptions {
  readonly isTimeseries: boolean;
  /** Instead of the form's `groupby` and `columns`. */
  readonly columns?: readonly QueryColumn[];
  /** Instead of all metrics of the form. */
  readonly metrics?: readonly QueryMetric[];
}

export function legacyQuery(params: FormData, options: LegacyQueryOptions): QueryObject {
  const extra = isObject(params.extra_form_data) ? params.extra_form_data : {};
  const form = mergeExtraFilters({
    ...params,
    extra_form_data: { ...extra, adhoc_filters: withoutClauses(extra.adhoc_filters) },
  });
  const { filters, where, having } = splitAdhocFilters(form.adhoc_filters);
  const grouped = uniqueBy(
    options.columns ?? [...asColumns(form.groupby), ...asColumns(form.columns)],
    columnLabel,
  );
  const columns = grouped.filter((column) => columnLabel(column) !== TIMESTAMP);
  const isTimeseries = options.isTimeseries || columns.length < grouped.length;
  // viz.py limits the series of time series only.
  const limit = isTimeseries ? Number(form.limit) || 0 : 0;
  return withoutUndefined({
    columns,
    metrics: options.metrics ?? allMetrics(form),
    filters,
    extras: withoutUndefined({
      having,
      where,
      ...addedClauses(extra.adhoc_filters),
      time_grain_sqla: text(form.time_grain_sqla),
    }),
    granularity: text(form.granularity_sqla),
    time_range: text(form.time_range),
    is_timeseries: isTimeseries,
    row_limit: Number(form.row_limit) || undefined,
    series_columns: limit > 0 ? columns : undefined,
    series_limit: limit,
    series_limit_metric: asMetric(form.timeseries_limit_metric) ?? undefined,
    order_desc: form.order_desc === undefined ? true : Boolean(form.order_desc),
    time_shift: text(form.time_shift),
    post_processing: [],
  });
}

/** Every metric of the form, once for each label; of two with one label the later one counts. */
export function allMetrics(form: FormData): readonly QueryMetric[] {
  const byLabel = new Map<string, QueryMetric>();
  for (const control of METRIC_CONTROLS) {
    for (const metric of asMetrics(form[control])) {
      if (metric !== "") byLabel.set(metricLabel(metric), metric);
    }
  }
  return [...byLabel.values()];
}

function text(value: unknown): string | undefined {
  return isText(value) && value !== "" ? value : undefined;
}

/** The metrics with one more, unless it is among them. */
export function withMetric(
  metrics: readonly QueryMetric[],
  metric: QueryMetric | null,
): readonly QueryMetric[] {
  if (metric === null) return metrics;
  return metrics.some((other) => metricLabel(other) === metricLabel(metric))
    ? metrics
    : [...metrics, metric];
}
