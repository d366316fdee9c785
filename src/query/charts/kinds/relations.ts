/** What leads to what: sankey, graph, tree and Gantt charts (6.1: plugin-chart-echarts). */
import { ascending, baseQuery, type OrderBy, orderUnderLimit } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import { ADHOC_FILTERS, LIST, METRICS, ORDER_BY_COLUMNS, PLAIN, ROW_LIMIT } from "../controls.ts";
import { asColumns, asList, asMetric, asMetrics, isText } from "../form_values.ts";

export const sankey: ChartKind = {
  vizTypes: ["sankey_v2"],
  controls: {
    source: PLAIN,
    target: PLAIN,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    sort_by_metric: PLAIN,
  },
  queries(form) {
    const metric = asMetric(form.metric);
    const ends = [form.source, form.target].flatMap(asColumns);
    const orders: OrderBy[] = ends.map((end) => [end, true]);
    if (form.sort_by_metric && metric !== null) orders.unshift([metric, false]);
    return [{ ...baseQuery(form), groupby: ends, ...orderUnderLimit(orders, form.row_limit) }];
  },
};

export const graph: ChartKind = {
  vizTypes: ["graph_chart"],
  controls: {
    source: PLAIN,
    target: PLAIN,
    metric: PLAIN,
    source_category: PLAIN,
    target_category: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const query = baseQuery(form, {
      source: "columns",
      target: "columns",
      source_category: "columns",
      target_category: "columns",
    });
    const { source, target, source_category, target_category } = form;
    const orders = ascending([source, target, source_category, target_category]);
    return [{ ...query, ...orderUnderLimit(orders, form.row_limit) }];
  },
};

export const tree: ChartKind = {
  vizTypes: ["tree_chart"],
  controls: {
    id: PLAIN,
    parent: PLAIN,
    name: PLAIN,
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const query = baseQuery(form, { id: "columns", parent: "columns", name: "columns" });
    const orders = ascending([form.parent, form.id, form.name]);
    return [{ ...query, ...orderUnderLimit(orders, form.row_limit) }];
  },
};

export const gantt: ChartKind = {
  vizTypes: ["gantt_chart"],
  controls: {
    start_time: PLAIN,
    end_time: PLAIN,
    y_axis: PLAIN,
    series: PLAIN,
    tooltip_metrics: METRICS,
    tooltip_columns: LIST,
    adhoc_filters: ADHOC_FILTERS,
    order_by_cols: ORDER_BY_COLUMNS,
    row_limit: ROW_LIMIT,
  },
  queries(form) {
    const query = baseQuery(form);
    const orders = query.orderby ?? [];
    const ordered = orders.map(([column]) => column);
    const columns = [form.start_time, form.end_time, form.y_axis, form.series].flatMap(asColumns);
    return [{
      ...query,
      columns: [
        ...new Set([...columns, ...asColumns(form.tooltip_columns), ...ordered.filter(isText)]),
      ],
      metrics: asMetrics(asList(form.tooltip_metrics)),
      orderby: orders,
      series_columns: asColumns(form.series),
    }];
  },
};
