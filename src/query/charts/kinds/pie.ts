/** Parts of a whole: pie, funnel, gauge, sunburst, word cloud and treemap (6.1: plugin-chart-echarts, plugin-chart-word-cloud). */
import type { FormData, QueryObject } from "../../query_object.ts";
import { ascending, baseQuery, type OrderBy, orderUnderLimit } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import { ADHOC_FILTERS, LIST, PLAIN, ROW_LIMIT } from "../controls.ts";
import { asColumns, asList, asMetric, metricLabel } from "../form_values.ts";

export const pie: ChartKind = {
  vizTypes: ["pie"],
  controls: {
    groupby: LIST,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: { default: 100 },
    sort_by_metric: { default: true },
  },
  queries(form) {
    const metric = asMetric(form.metric);
    const label = metric === null ? "" : metricLabel(metric);
    return [{
      ...sortedByMetric(form),
      post_processing: [{
        operation: "contribution",
        options: { columns: [label], rename_columns: [`${label}__contribution`] },
      }],
    }];
  },
};

export const funnel: ChartKind = {
  vizTypes: ["funnel"],
  controls: {
    groupby: LIST,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: { default: 10 },
    sort_by_metric: { default: true },
  },
  queries: (form) => [sortedByMetric(form)],
};

export const gauge: ChartKind = {
  vizTypes: ["gauge_chart"],
  controls: {
    groupby: LIST,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: { default: 10 },
    sort_by_metric: PLAIN,
  },
  queries: (form) => [sortedByMetric(form)],
};

export const sunburst: ChartKind = {
  vizTypes: ["sunburst_v2"],
  controls: {
    columns: LIST,
    metric: PLAIN,
    secondary_metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    sort_by_metric: PLAIN,
  },
  queries: (form) => [sortedByMetric(form)],
};

export const treemap: ChartKind = {
  vizTypes: ["treemap_v2"],
  controls: {
    groupby: LIST,
    metric: PLAIN,
    row_limit: ROW_LIMIT,
    sort_by_metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
  },
  queries: (form) => [{
    ...baseQuery(form),
    ...orderUnderLimit([...metricFirst(form), ...ascending(asList(form.groupby))], form.row_limit),
  }],
};

export const wordCloud: ChartKind = {
  vizTypes: ["word_cloud"],
  controls: {
    series: PLAIN,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: { default: 100 },
    sort_by_metric: PLAIN,
  },
  queries: (form) => [{
    ...baseQuery(form),
    ...orderUnderLimit(
      [...metricFirst(form), ...asColumns(form.series).map((column): OrderBy => [column, true])],
      form.row_limit,
    ),
  }],
};

function sortedByMetric(form: FormData): QueryObject {
  const order = metricFirst(form);
  return { ...baseQuery(form), ...(order.length > 0 ? { orderby: order } : {}) };
}

/** The largest first, where the chart asks for it. */
function metricFirst(form: FormData): readonly OrderBy[] {
  const metric = asMetric(form.metric);
  return form.sort_by_metric && metric !== null ? [[metric, false]] : [];
}
