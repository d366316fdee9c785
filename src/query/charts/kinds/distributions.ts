/** How values spread: box plot, histogram, heatmap, waterfall, radar and bubbles (6.1: plugin-chart-echarts). */
import type { PostProcessing, QueryColumn, QueryObject } from "../../query_object.ts";
import { baseQuery, type OrderBy, xAxis } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  defaultTemporalColumn,
  LIST,
  METRICS,
  PLAIN,
  ROW_LIMIT,
  someTemporal,
  TEMPORAL_COLUMNS_LOOKUP,
  TIME_GRAIN,
  X_AXIS,
} from "../controls.ts";
import {
  asColumns,
  asList,
  asMetric,
  asNumber,
  columnLabel,
  isEmpty,
  isText,
  metricLabel,
} from "../form_values.ts";
import { withTimeGrain } from "./table_columns.ts";
import { invalidArgument } from "../../../errors.ts";

export const boxPlot: ChartKind = {
  vizTypes: ["box_plot"],
  controls: {
    columns: {
      default: [],
      multi: true,
      initial: (value, { dataset }) =>
        isEmpty(value) ? asList(defaultTemporalColumn(dataset)) : undefined,
    },
    time_grain_sqla: { visible: ({ form, dataset }) => someTemporal(form.columns, dataset) },
    temporal_columns_lookup: TEMPORAL_COLUMNS_LOOKUP,
    groupby: LIST,
    metrics: METRICS,
    adhoc_filters: ADHOC_FILTERS,
    series_limit: PLAIN,
    series_limit_metric: PLAIN,
    row_limit: ROW_LIMIT,
    whiskerOptions: { default: "Tukey" },
  },
  queries(form) {
    const query = baseQuery(form);
    const groupby = asColumns(form.groupby);
    const distributed = asColumns(form.columns).map((column) =>
      withTimeGrain(column, form.time_grain_sqla, form.temporal_columns_lookup)
    );
    return [{
      ...query,
      columns: [...distributed, ...groupby],
      series_columns: groupby,
      post_processing: [whiskers(form.whiskerOptions, groupby, query)],
    }];
  },
};

export const histogram: ChartKind = {
  vizTypes: ["histogram_v2"],
  controls: {
    column: PLAIN,
    groupby: LIST,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    bins: { default: 5 },
    normalize: { default: false },
    cumulative: { default: false },
  },
  queries(form) {
    const groupby = asColumns(form.groupby);
    const [column] = asColumns(form.column);
    if (column === undefined) {
      throw invalidArgument("This histogram has no column to count the values of.", {
        hint: "Ask query_dataset for the column that you need.",
      });
    }
    return [{
      ...baseQuery(form),
      columns: [...groupby, column],
      post_processing: [{
        operation: "histogram",
        options: {
          column: columnLabel(column),
          groupby: groupby.map(columnLabel),
          bins: asNumber(form.bins) ?? 5,
          cumulative: form.cumulative,
          normalize: form.normalize,
        },
      }],
      metrics: undefined,
    }];
  },
};

export const heatmap: ChartKind = {
  vizTypes: ["heatmap_v2"],
  controls: {
    x_axis: X_AXIS,
    time_grain_sqla: TIME_GRAIN,
    groupby: { default: [] },
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    sort_x_axis: { choices: ["alpha_asc", "alpha_desc", "value_asc", "value_desc"] },
    sort_y_axis: { choices: ["alpha_asc", "alpha_desc", "value_asc", "value_desc"] },
    normalize_across: { default: "heatmap", choices: ["heatmap", "x", "y"] },
  },
  queries(form) {
    const columns = [...asColumns(xAxis(form)), ...asColumns(form.groupby)];
    const metric = asMetric(form.metric);
    const label = metric === null ? "" : metricLabel(metric);
    const orderby: OrderBy[] = [];
    for (const [sort, column] of [[form.sort_x_axis, columns[0]], [form.sort_y_axis, columns[1]]]) {
      if (!isText(sort) || sort === "") continue;
      const by = sort.includes("value") ? label : column;
      if (by !== undefined) orderby.push([by as QueryColumn, sort.includes("asc")]);
    }
    const across = { x: form.x_axis, y: form.groupby }[String(form.normalize_across)];
    // A list, which older forms hold, the page does not read.
    const group = Array.isArray(across) ? undefined : asColumns(across)[0];
    return [{
      ...baseQuery(form),
      columns,
      orderby,
      post_processing: [{
        operation: "rank",
        options: {
          metric: label,
          ...(group === undefined ? {} : { group_by: columnLabel(group) }),
        },
      }],
    }];
  },
};

export const waterfall: ChartKind = {
  vizTypes: ["waterfall"],
  controls: {
    x_axis: X_AXIS,
    time_grain_sqla: TIME_GRAIN,
    groupby: { default: [] },
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const columns = [...asColumns(form.x_axis), ...asColumns(form.groupby)];
    return [{ ...baseQuery(form), columns, orderby: columns.map((column) => [column, true]) }];
  },
};

export const radar: ChartKind = {
  vizTypes: ["radar"],
  controls: {
    groupby: LIST,
    metrics: METRICS,
    timeseries_limit_metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: { default: 10 },
  },
  queries(form) {
    const query = baseQuery(form);
    const by = asMetric(form.series_limit_metric) ?? query.metrics?.[0];
    return [{ ...query, orderby: by === undefined ? query.orderby ?? [] : [[by, false]] }];
  },
};

export const bubble: ChartKind = {
  vizTypes: ["bubble_v2"],
  controls: {
    series: PLAIN,
    entity: PLAIN,
    x: PLAIN,
    y: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    size: PLAIN,
    orderby: PLAIN,
    order_desc: { default: true, visible: ({ form }) => Boolean(form.orderby) },
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const query = baseQuery(form);
    const [by] = query.orderby ?? [];
    return [{
      ...query,
      columns: [...asColumns(form.entity), ...asColumns(form.series)],
      orderby: by === undefined ? undefined : [[by[0], !query.order_desc]],
    }];
  },
};

function whiskers(
  option: unknown,
  groupby: readonly QueryColumn[],
  query: QueryObject,
): PostProcessing | undefined {
  if (!isText(option) || option === "") return undefined;
  const percentiles = /(\d+)\/(\d+) percentiles/.exec(option);
  let kind: { whisker_type: string; percentiles?: number[] };
  if (option === "Tukey") kind = { whisker_type: "tukey" };
  else if (option === "Min/max (no outliers)") kind = { whisker_type: "min/max" };
  else if (percentiles !== null) {
    kind = {
      whisker_type: "percentile",
      percentiles: [Number(percentiles[1]), Number(percentiles[2])],
    };
  } else {
    throw invalidArgument(`This box plot has whiskers of an unknown kind: '${option}'.`, {
      hint: "Known are 'Tukey', 'Min/max (no outliers)' and such as '2/98 percentiles'.",
    });
  }
  return {
    operation: "boxplot",
    options: {
      ...kind,
      groupby: groupby.map(columnLabel),
      metrics: (query.metrics ?? []).map(metricLabel),
    },
  };
}
