/** Chord, parallel coordinates, bubbles, bullet and partition (6.1: superset/viz.py). */
import { invalidArgument } from "../../../errors.ts";
import type { FormData } from "../../query_object.ts";
import type { ChartKind, Row } from "../chart_kind.ts";
import { ADHOC_FILTERS, METRICS, ORDER_DESC_OF_LIMIT, PLAIN, ROW_LIMIT } from "../controls.ts";
import {
  asColumns,
  asMetric,
  asMetrics,
  columnLabel,
  isDefined,
  metricLabel,
  uniqueBy,
} from "../form_values.ts";
import { legacyQuery, withMetric } from "./legacy_query.ts";
import { nested } from "./partition_data.ts";
import {
  SERIES_ANALYTICS,
  SERIES_QUERY,
  sortedSeries,
  withTimeColumn,
  withTimeShifts,
} from "./series.ts";

export const chord: ChartKind = {
  vizTypes: ["chord"],
  controls: {
    groupby: PLAIN,
    columns: PLAIN,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    sort_by_metric: PLAIN,
  },
  queries(form) {
    const metric = asMetric(form.metric);
    const columns = [...asColumns(form.groupby), ...asColumns(form.columns)];
    if (metric === null || columns.length < 2) throw incomplete("a source, a target and a metric");
    const query = legacyQuery(form, { isTimeseries: false, columns, metrics: [metric] });
    return [form.sort_by_metric ? { ...query, orderby: [[metric, false]] } : query];
  },
  transform: chordData,
};

export const parallelCoordinates: ChartKind = {
  vizTypes: ["para"],
  controls: {
    series: PLAIN,
    metrics: METRICS,
    secondary_metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    limit: PLAIN,
    row_limit: ROW_LIMIT,
    timeseries_limit_metric: PLAIN,
    order_desc: ORDER_DESC_OF_LIMIT,
  },
  queries(form) {
    const columns = asColumns(form.series);
    const query = legacyQuery(form, { isTimeseries: false, columns });
    const by = asMetric(form.timeseries_limit_metric);
    const metrics = withMetric(query.metrics ?? [], by);
    return [
      by !== null && form.order_desc
        ? { ...query, metrics, orderby: [[by, false]] }
        : { ...query, metrics },
    ];
  },
  transform: (rows) => rows,
};

export const olderBubble: ChartKind = {
  vizTypes: ["bubble"],
  controls: {
    series: PLAIN,
    entity: PLAIN,
    x: PLAIN,
    y: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    size: PLAIN,
    limit: PLAIN,
  },
  queries(form) {
    const columns = [...asColumns(form.entity), ...asColumns(form.series)];
    const metrics = [form.size, form.x, form.y].map(asMetric).filter(isDefined);
    const labels = new Set(metrics.map(metricLabel));
    if (labels.size < 3 || columns.length === 0) {
      throw incomplete("an entity and three metrics with labels of their own");
    }
    const { row_limit: _, ...query } = legacyQuery(form, {
      isTimeseries: false,
      columns,
      metrics,
    });
    const limit = Number(form.limit);
    return [limit > 0 ? { ...query, row_limit: limit } : query];
  },
  transform(rows, form) {
    const label = (control: unknown) => metricLabel(asMetric(control) ?? "");
    const [series] = [...asColumns(form.series), ...asColumns(form.entity)].map(columnLabel);
    const groups = new Map<unknown, Row[]>();
    for (const row of rows) {
      const group = row[series ?? ""];
      const x = row[label(form.x)];
      const y = row[label(form.y)];
      const bubble = { ...row, x, y, size: row[label(form.size)], shape: "circle", group };
      groups.set(group, [...groups.get(group) ?? [], bubble]);
    }
    return [...groups].map(([key, values]) => ({ key, values }));
  },
};

export const bullet: ChartKind = {
  vizTypes: ["bullet"],
  controls: { metric: PLAIN, adhoc_filters: ADHOC_FILTERS },
  queries(form) {
    const metric = asMetric(form.metric);
    if (metric === null) throw incomplete("a metric");
    return [legacyQuery(form, { isTimeseries: false, metrics: [metric] })];
  },
  transform: (rows, form) => ({
    measures: rows.map((row) => row[metricLabel(asMetric(form.metric) ?? "")]),
  }),
};

export const partition: ChartKind = {
  vizTypes: ["partition"],
  controls: {
    ...SERIES_QUERY,
    adhoc_filters: ADHOC_FILTERS,
    granularity_sqla: PLAIN,
    time_series_option: { default: "not_time" },
    ...SERIES_ANALYTICS,
  },
  queries(form, dataset) {
    if (asColumns(form.groupby).length === 0) throw incomplete("a column to group by");
    const isTimeseries = form.time_series_option !== "not_time";
    const query = { ...sortedSeries(form), is_timeseries: isTimeseries };
    return withTimeShifts(form, isTimeseries ? withTimeColumn(query, dataset) : query);
  },
  transform(rows, form) {
    const option = String(form.time_series_option);
    // Differences between two times, and lines over time, are no tree of sums.
    if (!["not_time", "agg_sum", "agg_mean"].includes(option)) return rows;
    const groups = asColumns(form.groupby).map(columnLabel);
    return nested(rows, groups, asMetrics(form.metrics).map(metricLabel), option);
  },
};

/** A square matrix of what goes from each node to each; nodes in the order of their first row. */
function chordData(rows: readonly Row[], form: FormData): unknown {
  const [source = "", target = ""] = [...asColumns(form.groupby), ...asColumns(form.columns)]
    .map(columnLabel);
  const value = metricLabel(asMetric(form.metric) ?? "");
  const nodes = uniqueBy(rows.flatMap((row) => [row[source], row[target]]), String);
  const at = new Map(nodes.map((node, index) => [node, index]));
  const matrix: unknown[][] = nodes.map(() => nodes.map(() => 0));
  for (const row of rows) {
    const line = matrix[at.get(row[source]) ?? -1];
    if (line !== undefined) line[at.get(row[target]) ?? 0] = row[value];
  }
  return { nodes, matrix };
}

function incomplete(what: string): Error {
  return invalidArgument(`This chart is not complete: it needs ${what}.`, {
    hint: "Open the chart in Superset and complete it, or ask query_dataset for the rows.",
  });
}
