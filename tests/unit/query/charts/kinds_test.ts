/** Kinds and settings that no recorded chart has: what the page would post, written by hand. */
import assert from "node:assert/strict";
import { ALWAYS, AXIS, queriesOf, SUM_REVENUE } from "./support.ts";

type Form = Readonly<Record<string, unknown>>;

const pivot = (columns: readonly string[], labels: readonly string[], dropEmpty = false) => ({
  operation: "pivot",
  options: {
    index: ["sold_at"],
    columns,
    aggregates: Object.fromEntries(labels.map((label) => [label, { operator: "mean" }])),
    drop_missing_columns: dropEmpty,
  },
});
const flatten = { operation: "flatten" };
const monthly = { x_axis: "sold_at", time_grain_sqla: "P1M" };
const MONTHS = { time_grain_sqla: "P1M", having: "", where: "" };
const place = { type: "latlong", lonCol: "lon", latCol: "lat" };
const notNull = (col: string) => ({ col, op: "IS NOT NULL", val: null });

const CASES: readonly (readonly [string, string, Form, readonly Form[]])[] = [
  ["a funnel", "funnel", { groupby: ["region"], metric: "count" }, [
    { columns: ["region"], metrics: ["count"], row_limit: 10, orderby: [["count", false]] },
  ]],
  ["a gauge, which sorts only when told", "gauge_chart", { metric: "count" }, [
    { columns: [], metrics: ["count"], row_limit: 10 },
  ]],
  ["a Gantt chart", "gantt_chart", {
    start_time: "sold_at",
    end_time: "shipped_at",
    y_axis: "shop",
    series: "region",
    tooltip_columns: ["region", "year"],
    tooltip_metrics: ["count"],
    order_by_cols: ['["year",false]'],
  }, [{
    columns: ["sold_at", "shipped_at", "shop", "region", "year"],
    metrics: ["count"],
    orderby: [["year", false]],
    series_columns: ["region"],
  }]],
  ["a graph, ordered by its ends", "graph_chart", {
    source: "shop",
    target: "region",
    metric: "count",
    target_category: "is_web",
  }, [{
    columns: ["shop", "region", "is_web"],
    metrics: ["count"],
    orderby: [["shop", true], ["region", true], ["is_web", true]],
  }]],
  ["bubbles, whose order is turned", "bubble_v2", {
    entity: "shop",
    series: "region",
    x: "count",
    y: SUM_REVENUE,
    size: "count",
    orderby: "count",
    order_desc: false,
  }, [{
    columns: ["shop", "region"],
    metrics: ["count", SUM_REVENUE],
    orderby: [["count", true]],
    order_desc: false,
  }]],
  ["a box plot of months", "box_plot", {
    columns: ["sold_at"],
    time_grain_sqla: "P1M",
    groupby: ["region"],
    metrics: [SUM_REVENUE],
    whiskerOptions: "2/98 percentiles",
  }, [{
    extras: MONTHS,
    columns: [{
      timeGrain: "P1M",
      columnType: "BASE_AXIS",
      sqlExpression: "sold_at",
      label: "sold_at",
      expressionType: "SQL",
    }, "region"],
    metrics: [SUM_REVENUE],
    series_columns: ["region"],
    post_processing: [{
      operation: "boxplot",
      options: {
        whisker_type: "percentile",
        percentiles: [2, 98],
        groupby: ["region"],
        metrics: ["SUM(revenue)"],
      },
    }],
  }]],
  ["lines beside a year ago", "echarts_timeseries_line", {
    ...monthly,
    metrics: [SUM_REVENUE],
    groupby: ["region"],
    time_compare: ["1 year ago"],
    comparison_type: "difference",
  }, [{
    extras: MONTHS,
    columns: [AXIS, "region"],
    metrics: [SUM_REVENUE],
    orderby: [[SUM_REVENUE, false]],
    series_columns: ["region"],
    time_offsets: ["1 year ago"],
    post_processing: [
      pivot(["region"], ["SUM(revenue)", "SUM(revenue)__1 year ago"]),
      {
        operation: "compare",
        options: {
          source_columns: ["SUM(revenue)"],
          compare_columns: ["SUM(revenue)__1 year ago"],
          compare_type: "difference",
          drop_original_columns: true,
        },
      },
      {
        operation: "rename",
        options: {
          columns: { "difference__SUM(revenue)__SUM(revenue)__1 year ago": "1 year ago" },
          level: 0,
          inplace: true,
        },
      },
      flatten,
    ],
  }]],
  ["an area of shares, rolled and resampled", "echarts_area", {
    ...monthly,
    metrics: ["count"],
    contributionMode: "row",
    rolling_type: "mean",
    rolling_periods: "3",
    resample_rule: "1W",
    resample_method: "zerofill",
  }, [{
    extras: MONTHS,
    columns: [AXIS],
    metrics: ["count"],
    orderby: [["count", false]],
    series_columns: [],
    time_offsets: [],
    post_processing: [
      pivot([], ["count"]),
      { operation: "resample", options: { method: "asfreq", rule: "1W", fill_value: 0 } },
      {
        operation: "rolling",
        options: { rolling_type: "mean", window: 3, min_periods: 0, columns: { count: "count" } },
      },
      { operation: "contribution", options: { orientation: "row", time_shifts: [] } },
      flatten,
    ],
  }]],
  ["bars of names, sorted by a metric that nothing else shows", "echarts_timeseries_bar", {
    x_axis: "region",
    metrics: ["count"],
    timeseries_limit_metric: SUM_REVENUE,
    x_axis_sort: "SUM(revenue)",
    x_axis_sort_asc: false,
  }, [{
    columns: [{ ...without(AXIS, "timeGrain"), sqlExpression: "region", label: "region" }],
    metrics: ["count", SUM_REVENUE],
    orderby: [[SUM_REVENUE, false]],
    series_columns: [],
    series_limit_metric: SUM_REVENUE,
    time_offsets: [],
    post_processing: [
      {
        operation: "pivot",
        options: { ...pivot([], ["count", "SUM(revenue)"]).options, index: ["region"] },
      },
      { operation: "sort", options: { by: "SUM(revenue)", ascending: false } },
      flatten,
    ],
  }]],
  ["a forecast, which is left for whoever runs it to refuse", "echarts_timeseries_smooth", {
    ...monthly,
    metrics: ["count"],
    forecastEnabled: true,
    forecastSeasonalityYearly: true,
  }, [{
    extras: MONTHS,
    columns: [AXIS],
    metrics: ["count"],
    orderby: [["count", false]],
    series_columns: [],
    time_offsets: [],
    post_processing: [pivot([], ["count"]), flatten, {
      operation: "prophet",
      options: {
        time_grain: "P1M",
        periods: 10,
        confidence_interval: 0.8,
        yearly_seasonality: true,
        index: "sold_at",
      },
    }],
  }]],
  ["two series of queries", "mixed_timeseries", {
    ...monthly,
    metrics: ["count"],
    metrics_b: [SUM_REVENUE],
    groupby_b: ["region"],
    adhoc_filters_b: [],
    row_limit_b: 5,
  }, [
    {
      extras: MONTHS,
      columns: [AXIS],
      metrics: ["count"],
      orderby: [["count", false]],
      series_columns: [],
      time_offsets: [],
      post_processing: [pivot([], ["count"], true), flatten],
    },
    {
      extras: MONTHS,
      columns: [AXIS, "region"],
      metrics: [SUM_REVENUE],
      orderby: [[SUM_REVENUE, false]],
      row_limit: 5,
      series_columns: ["region"],
      time_offsets: [],
      post_processing: [
        pivot(["region"], ["SUM(revenue)"], true),
        {
          operation: "rename",
          options: { columns: { "SUM(revenue)": null }, level: 0, inplace: true },
        },
        flatten,
      ],
    },
  ]],
  ["a big number that the database computes itself", "big_number", {
    ...monthly,
    metric: "count",
    aggregation: "raw",
  }, [
    {
      extras: MONTHS,
      columns: [AXIS],
      metrics: ["count"],
      post_processing: [pivot([], ["count"], true), flatten],
    },
    {
      extras: MONTHS,
      columns: [],
      metrics: ["count"],
      is_timeseries: false,
      post_processing: [],
    },
  ]],
  ["a number beside an earlier period", "pop_kpi", {
    metric: "count",
    time_compare: "custom",
    start_date_offset: "2025-01-01",
  }, [{
    columns: [],
    metrics: ["count"],
    post_processing: [],
    time_offsets: ["2025-01-01"],
  }]],
  ["a table of raw rows", "table", {
    query_mode: "raw",
    all_columns: ["shop", "year"],
    order_by_cols: ['["year", false]'],
    groupby: ["region"],
    metrics: ["count"],
  }, [{
    columns: ["shop", "year"],
    orderby: [["year", false]],
    post_processing: [],
    time_offsets: [],
  }]],
  ["a table with shares of all and totals, paged by the server", "table", {
    groupby: ["region"],
    metrics: ["count"],
    percent_metrics: [SUM_REVENUE],
    percent_metric_calculation: "all_records",
    server_pagination: true,
    show_totals: true,
    row_limit: 500,
  }, [
    tablePage({ row_limit: 10, post_processing: [share("SUM(revenue)")] }),
    tablePage({ row_limit: 500, post_processing: [], is_rowcount: true }),
    {
      ...tablePage({ row_limit: 0, post_processing: [] }),
      columns: [],
      metrics: [SUM_REVENUE],
      orderby: [],
      is_timeseries: false,
    },
    without({ ...tablePage({ row_limit: 0, post_processing: [] }), columns: [] }, "orderby"),
  ]],
  ["a grid of months, the time column first", "ag-grid-table", {
    groupby: ["region", "sold_at"],
    time_grain_sqla: "P1M",
    metrics: ["count"],
    timeseries_limit_metric: SUM_REVENUE,
    order_desc: false,
  }, [{
    extras: MONTHS,
    columns: [without(AXIS, "isColumnReference"), "region"],
    metrics: ["count"],
    orderby: [[SUM_REVENUE, true]],
    order_desc: false,
    series_limit_metric: SUM_REVENUE,
    post_processing: [],
    time_offsets: [],
  }]],
  ["rows for a template", "handlebars", { groupby: ["shop"], metrics: ["count"] }, [
    { columns: ["shop"], metrics: ["count"], orderby: [["count", false]] },
  ]],
  ["arcs between places", "deck_arc", {
    start_spatial: place,
    end_spatial: { type: "geohash", geohashCol: "shop" },
    color_scheme_type: "categorical_palette",
    dimension: "region",
  }, [{
    columns: ["lon", "lat", "shop", "region"],
    metrics: [],
    filters: [ALWAYS, notNull("lon"), notNull("lat"), notNull("shop")],
    is_timeseries: false,
  }]],
  ["arcs of one colour, which need no dimension", "deck_arc", {
    start_spatial: place,
    end_spatial: { type: "delimited", lonlatCol: "shop" },
    dimension: "region",
  }, [{
    columns: ["lon", "lat", "shop"],
    metrics: [],
    filters: [ALWAYS, notNull("lon"), notNull("lat"), notNull("shop")],
    is_timeseries: false,
  }]],
  ["polygons with a metric", "deck_polygon", {
    line_column: "shop",
    metric: "count",
    js_columns: ["region"],
    point_radius_fixed: { type: "metric", value: SUM_REVENUE },
  }, [{
    columns: ["shop", "region"],
    metrics: ["count", SUM_REVENUE],
    filters: [ALWAYS, { col: "shop", op: "IS NOT NULL" }, { col: "count", op: "IS NOT NULL" }],
    is_timeseries: false,
  }]],
  ["a heat map of places", "deck_heatmap", {
    spatial: place,
    size: "count",
    tooltip_contents: [{ item_type: "column", column_name: "shop" }],
  }, [{
    columns: ["lon", "lat", "shop"],
    metrics: ["count"],
    filters: [ALWAYS, notNull("lon"), notNull("lat")],
    orderby: [["count", false]],
    is_timeseries: false,
  }]],
  ["a chart at every place of a map", "cartodiagram", {
    geom_column: "shop",
    selected_chart: JSON.stringify({
      viz_type: "pie",
      params: JSON.stringify({ metric: "count", groupby: ["region"], row_limit: 3 }),
    }),
  }, [{
    filters: [],
    columns: ["shop", "region"],
    metrics: ["count"],
    row_limit: 3,
    post_processing: [{
      operation: "contribution",
      options: { columns: ["count"], rename_columns: ["count__contribution"] },
    }],
  }]],
  ["layers, each of which is a chart of its own", "deck_multi", { deck_slices: [1, 2] }, []],
];

for (const [name, vizType, form, expected] of CASES) {
  Deno.test(`builds ${name}`, () => {
    assert.deepEqual(queriesOf(vizType, form), expected);
  });
}

function without(value: Form, key: string): Form {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function share(label: string) {
  return {
    operation: "contribution",
    options: { columns: [label], rename_columns: [`%${label}`] },
  };
}

function tablePage(rest: Form): Form {
  return {
    columns: ["region"],
    metrics: ["count", SUM_REVENUE],
    orderby: [["count", false]],
    row_offset: 0,
    time_offsets: [],
    ...rest,
  };
}
