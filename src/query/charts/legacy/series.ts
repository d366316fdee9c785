/** Time series: compare, horizon, rose, period pivot, time table, calendar and paired t-test (6.1: superset/viz.py). */
import { invalidArgument } from "../../../errors.ts";
import type { FormData, QueryObject } from "../../query_object.ts";
import { TIMESTAMP } from "../base_query.ts";
import type { ChartDataset, ChartKind, Row } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  ADHOC_FILTERS_BESIDE_TIME,
  type Controls,
  defaultTemporalColumn,
  LIST,
  METRICS,
  ORDER_DESC_OF_LIMIT,
  PLAIN,
  ROW_LIMIT,
  TIME_SECTION,
} from "../controls.ts";
import { asColumns, asList, asMetric, isText, metricLabel } from "../form_values.ts";
import { instant, pivotByTime } from "./frames.ts";
import { allMetrics, legacyQuery, withMetric } from "./legacy_query.ts";
import { seriesOf } from "./series_data.ts";

/** The query section of the older time series; a kind without a grain leaves that out. */
export const SERIES_QUERY: Controls = {
  metrics: METRICS,
  adhoc_filters: ADHOC_FILTERS_BESIDE_TIME,
  groupby: LIST,
  limit: PLAIN,
  timeseries_limit_metric: PLAIN,
  order_desc: ORDER_DESC_OF_LIMIT,
  contribution: { default: false },
  row_limit: ROW_LIMIT,
};

export const SERIES_ANALYTICS: Controls = {
  rolling_type: { default: "None" },
  rolling_periods: PLAIN,
  min_periods: PLAIN,
  time_compare: { multi: true },
  comparison_type: { default: "values", choices: ["values", "absolute", "percentage", "ratio"] },
  resample_rule: PLAIN,
  resample_method: PLAIN,
};

const { time_grain_sqla: _, ...TIME_WITHOUT_GRAIN } = TIME_SECTION;

export const compare: ChartKind = {
  vizTypes: ["compare"],
  controls: { ...TIME_SECTION, ...SERIES_QUERY, ...SERIES_ANALYTICS },
  queries: (form) => withTimeShifts(form, sortedSeries(form)),
  transform: (rows, form) => seriesOf(rows, form),
};

export const horizon: ChartKind = {
  vizTypes: ["horizon"],
  controls: { ...TIME_WITHOUT_GRAIN, ...SERIES_QUERY },
  queries: (form) => [sortedSeries(form)],
  transform: (rows, form) => seriesOf(rows, form),
};

export const rose: ChartKind = {
  vizTypes: ["rose"],
  controls: { ...TIME_SECTION, ...SERIES_QUERY, ...SERIES_ANALYTICS },
  queries: (form) => withTimeShifts(form, sortedSeries(form)),
  transform(rows, form) {
    const petals: Record<string, unknown[]> = {};
    for (const { key, values } of seriesOf(rows, form)) {
      for (const { x, y } of values) {
        const petal = petals[String(x)] ??= [];
        petal.push({ key, value: y ?? 0, name: key.join(", "), time: x });
      }
    }
    return petals;
  },
};

export const timePivot: ChartKind = {
  vizTypes: ["time_pivot"],
  controls: {
    ...TIME_SECTION,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS_BESIDE_TIME,
    freq: { default: "W-MON" },
  },
  queries(form) {
    const metric = asMetric(form.metric);
    if (metric === null) throw incomplete("a metric");
    return [{ ...sortedSeries(form), metrics: [metric] }];
  },
};

export const timeTable: ChartKind = {
  vizTypes: ["time_table"],
  controls: {
    ...TIME_SECTION,
    metrics: METRICS,
    adhoc_filters: ADHOC_FILTERS_BESIDE_TIME,
    groupby: LIST,
    limit: PLAIN,
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const query = legacyQuery(form, { isTimeseries: true });
    const first = query.metrics?.[0];
    if (first === undefined) throw incomplete("a metric");
    if (asList(form.groupby).length > 0 && asList(form.metrics).length > 1) {
      throw incomplete("no more than one metric, since it has groups");
    }
    return [{ ...query, orderby: [[metricLabel(first), !query.order_desc]] }];
  },
  transform: timeTableData,
};

export const calendar: ChartKind = {
  vizTypes: ["cal_heatmap"],
  controls: {
    ...TIME_WITHOUT_GRAIN,
    domain_granularity: { default: "month", choices: ["hour", "day", "week", "month", "year"] },
    subdomain_granularity: { default: "day", choices: ["min", "hour", "day", "week", "month"] },
    metrics: METRICS,
    adhoc_filters: ADHOC_FILTERS_BESIDE_TIME,
  },
  queries(form) {
    const query = legacyQuery(form, { isTimeseries: true });
    const grains = { min: "PT1M", hour: "PT1H", day: "P1D", week: "P1W", month: "P1M" };
    const grain = grains[form.subdomain_granularity as keyof typeof grains] ?? "PT1M";
    return [{ ...query, extras: { ...query.extras, time_grain_sqla: grain } }];
  },
  transform: (rows, form) => ({
    data: Object.fromEntries(
      allMetrics(form).map(metricLabel).map((label) => [label, valuesBySecond(rows, label)]),
    ),
    domain: form.domain_granularity,
    subdomain: form.subdomain_granularity,
  }),
};

export const pairedTTest: ChartKind = {
  vizTypes: ["paired_ttest"],
  controls: {
    ...SERIES_QUERY,
    adhoc_filters: ADHOC_FILTERS,
    granularity_sqla: PLAIN,
    significance_level: { default: 0.05 },
    pvalue_precision: { default: 6 },
    liftvalue_precision: { default: 4 },
  },
  queries(form, dataset) {
    const query = withTimeColumn(legacyQuery(form, { isTimeseries: true }), dataset);
    const by = asMetric(form.timeseries_limit_metric);
    if (by === null) return [query];
    const metrics = withMetric(query.metrics ?? [], by);
    return [{ ...query, metrics, ...(form.order_desc ? { orderby: [[by, false]] } : {}) }];
  },
  transform(rows, form) {
    const groupby = asColumns(form.groupby);
    const { index, series } = pivotByTime(rows, groupby, allMetrics(form));
    const byMetric: Record<string, unknown[]> = {};
    for (const { metric, groups, points } of series) {
      const tested = byMetric[metric] ??= [];
      tested.push({
        group: groupby.length > 0 ? groups : "All",
        values: index.map((x) => ({ x, y: points.get(x) ?? null })),
      });
    }
    return byMetric;
  },
};

/** Sorted by the limit's metric, or else by the first, which is asked for by its label. */
export function sortedSeries(form: FormData): QueryObject {
  const query = legacyQuery(form, { isTimeseries: true });
  const first = query.metrics?.[0];
  const by = asMetric(form.timeseries_limit_metric) ??
    (first === undefined ? null : metricLabel(first));
  if (by === null) return query;
  return {
    ...query,
    metrics: withMetric(query.metrics ?? [], by),
    orderby: [[by, !form.order_desc]],
  };
}

/** A time series without a time column is drawn over the dataset's own. */
export function withTimeColumn(query: QueryObject, dataset: ChartDataset): QueryObject {
  return { ...query, granularity: query.granularity ?? defaultTemporalColumn(dataset) };
}

/** One more query for each time that the chart compares with. */
export function withTimeShifts(form: FormData, query: QueryObject): readonly QueryObject[] {
  const shifts = asList(form.time_compare).filter(isText);
  return [query, ...shifts.map((shift) => ({ ...query, time_shift: shift }))];
}

function timeTableData(rows: readonly Row[], form: FormData): unknown {
  const groupby = asColumns(form.groupby);
  const { index, series } = pivotByTime(rows, groupby, allMetrics(form));
  const name = (groups: readonly unknown[], metric: string) =>
    groupby.length > 0 ? groups.map(String).join(", ") : metric;
  const records = index.map((time) => [
    new Date(time).toISOString().slice(0, 19).replace("T", " "),
    Object.fromEntries(
      series.map(({ metric, groups, points }) => [name(groups, metric), points.get(time) ?? null]),
    ),
  ]);
  return {
    records: Object.fromEntries(records),
    columns: series.map(({ metric, groups }) => name(groups, metric)),
    is_group_by: groupby.length > 0,
  };
}

function valuesBySecond(rows: readonly Row[], label: string): Record<string, unknown> {
  return Object.fromEntries(
    rows.flatMap((row) => {
      const time = instant(row[TIMESTAMP]);
      return time === null ? [] : [[String(time / 1000), row[label]]];
    }),
  );
}

function incomplete(what: string): Error {
  return invalidArgument(`This chart is not complete: it needs ${what}.`, {
    hint: "Open the chart in Superset and complete it, or ask query_dataset for the rows.",
  });
}
