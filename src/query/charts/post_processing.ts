/**
 * The steps that a chart asks to be done with its rows (6.1: superset-ui-chart-controls/src/
 * operators, one function each there and here). Undefined where the form asks for none.
 */
import type { FormData, PostProcessing, QueryMetric, QueryObject } from "../query_object.ts";
import { xAxisLabel } from "./base_query.ts";
import {
  asColumns,
  asList,
  asMetric,
  asMetrics,
  asNumber,
  columnLabel,
  isDefined,
  isEmpty,
  isText,
  metricLabel,
  withoutUndefined,
} from "./form_values.ts";

type Step = PostProcessing | undefined;

const COMPARISONS = ["values", "difference", "percentage", "ratio"];

/** What stands between a metric and its offset in a column's name. */
const SEPARATOR = "__";

export function pivotStep(form: FormData, query: QueryObject): Step {
  const labels = [...query.metrics ?? [], ...sortMetrics(form)].map(metricLabel);
  return labels.length === 0 ? undefined : pivot(form, query, labels);
}

export function timeComparePivotStep(form: FormData, query: QueryObject): Step {
  const offsets = offsetColumns(form, query);
  return pivot(form, query, [...offsets.values(), ...offsets.keys()]);
}

function pivot(form: FormData, query: QueryObject, labels: readonly string[]): Step {
  const index = xAxisLabel(form);
  if (index === undefined) return undefined;
  return {
    operation: "pivot",
    options: {
      index: [index],
      columns: asColumns(query.series_columns ?? query.columns).map(columnLabel),
      aggregates: Object.fromEntries(labels.map((label) => [label, { operator: "mean" }])),
      drop_missing_columns: !form.show_empty_columns,
    },
  };
}

export function resampleStep(form: FormData): Step {
  const zerofill = form.resample_method === "zerofill";
  const method = zerofill ? "asfreq" : form.resample_method;
  if (!method || !form.resample_rule) return undefined;
  return {
    operation: "resample",
    options: { method, rule: form.resample_rule, fill_value: zerofill ? 0 : null },
  };
}

export function rollingStep(form: FormData, query: QueryObject): Step {
  const offsets = offsetColumns(form, query);
  const names = isTimeComparison(form, query)
    ? [...offsets.values(), ...offsets.keys()]
    : (query.metrics ?? []).map((metric) => isText(metric) ? metric : String(metric.label));
  const columns = Object.fromEntries(names.map((name) => [name, name]));
  if (form.rolling_type === "cumsum") {
    return { operation: "cum", options: { operator: "sum", columns } };
  }
  if (!["sum", "mean", "std"].includes(String(form.rolling_type))) return undefined;
  return {
    operation: "rolling",
    options: {
      rolling_type: form.rolling_type,
      window: wholeNumber(form.rolling_periods, 1),
      min_periods: wholeNumber(form.min_periods, 0),
      columns,
    },
  };
}

export function compareStep(form: FormData, query: QueryObject): Step {
  if (!isTimeComparison(form, query) || form.comparison_type === "values") return undefined;
  const offsets = offsetColumns(form, query);
  return {
    operation: "compare",
    options: {
      source_columns: [...offsets.values()],
      compare_columns: [...offsets.keys()],
      compare_type: form.comparison_type,
      drop_original_columns: true,
    },
  };
}

export function renameStep(form: FormData, query: QueryObject): Step {
  const metrics = query.metrics ?? [];
  const series = asColumns(query.series_columns ?? query.columns);
  const shifts = asList(form.time_compare).map(String);
  const compares = isTimeComparison(form, query);
  const manySeries = series.length > 0 || shifts.length > 1;
  if (metrics.length === 0 || xAxisLabel(form) === undefined) return undefined;
  if (!compares && !(manySeries && form.truncate_metric)) return undefined;
  const names: [string, string | null][] = [];
  if (compares) {
    for (const [column, metric] of offsetColumns(form, query)) {
      const shift = shifts.find((value) => column.includes(value));
      const from = form.comparison_type === "values"
        ? column
        : [form.comparison_type, metric, column].join(SEPARATOR);
      names.push([from, metrics.length > 1 ? `${metric}, ${shift}` : shift ?? null]);
    }
  }
  const changes = ["difference", "percentage", "ratio"].includes(String(form.comparison_type));
  const only = metrics[0];
  if (!changes && metrics.length === 1 && only !== undefined && names.length === 0) {
    names.push([metricLabel(only), null]);
  }
  if (names.length === 0) return undefined;
  return {
    operation: "rename",
    options: { columns: Object.fromEntries(names), level: 0, inplace: true },
  };
}

export function contributionStep(form: FormData, timeShifts: readonly unknown[]): Step {
  if (!form.contributionMode) return undefined;
  return {
    operation: "contribution",
    options: { orientation: form.contributionMode, time_shifts: timeShifts },
  };
}

export function sortStep(form: FormData): Step {
  const by = form.x_axis_sort;
  const axis = xAxisLabel(form);
  const sortable = [axis, ...asMetrics(form.metrics).map(metricLabel), ...sortMetricLabels(form)];
  if (!isText(by) || !isDefined(form.x_axis_sort_asc) || by === "") return undefined;
  if (!sortable.includes(by) || !isEmpty(form.groupby)) return undefined;
  return {
    operation: "sort",
    options: by === axis
      ? { is_sort_index: true, ascending: form.x_axis_sort_asc }
      : { by, ascending: form.x_axis_sort_asc },
  };
}

export function flattenStep(): Step {
  return { operation: "flatten" };
}

export function prophetStep(form: FormData): Step {
  const index = xAxisLabel(form);
  if (!form.forecastEnabled || index === undefined) return undefined;
  return {
    operation: "prophet",
    options: withoutUndefined({
      time_grain: form.time_grain_sqla,
      periods: wholeNumber(form.forecastPeriods, 10),
      confidence_interval: asNumber(form.forecastInterval) ?? 0.8,
      yearly_seasonality: form.forecastSeasonalityYearly,
      weekly_seasonality: form.forecastSeasonalityWeekly,
      daily_seasonality: form.forecastSeasonalityDaily,
      index,
    }),
  };
}

/** A metric that only sorts the x-axis has to be asked for, too. */
export function sortMetrics(form: FormData): readonly QueryMetric[] {
  const metric = asMetric(form.timeseries_limit_metric);
  if (metric === null || asList(form.groupby).length > 0) return [];
  const label = metricLabel(metric);
  const asked = asMetrics(form.metrics).some((other) => metricLabel(other) === form.x_axis_sort);
  return label === form.x_axis_sort && !asked ? [metric] : [];
}

function sortMetricLabels(form: FormData): readonly string[] {
  return sortMetrics(form).map(metricLabel);
}

export function isTimeComparison(form: FormData, query: QueryObject): boolean {
  return COMPARISONS.includes(String(form.comparison_type)) &&
    offsetColumns(form, query).size > 0;
}

/** By the name of each column of a shifted time: the metric that it is. */
function offsetColumns(form: FormData, query: QueryObject): ReadonlyMap<string, string> {
  const shifts = asList(form.time_compare);
  return new Map(
    (query.metrics ?? []).map(metricLabel).flatMap((label) =>
      shifts.map((shift) => [`${label}${SEPARATOR}${shift}`, label] as const)
    ),
  );
}

function wholeNumber(value: unknown, otherwise: number): number {
  const number = Number.parseInt(String(value), 10);
  return Number.isNaN(number) ? otherwise : number;
}
