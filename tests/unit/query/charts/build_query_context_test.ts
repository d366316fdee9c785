import assert from "node:assert/strict";
import { buildQueryContext, deckLayers } from "../../../../src/query/charts/build_query_context.ts";
import type { ChartDataset } from "../../../../src/query/charts/chart_kind.ts";
import { knownVizTypes } from "../../../../src/query/charts/kinds.ts";
import { CHARTS, formDataOf } from "../../../../src/demo/charts.ts";
import { datasetNamed } from "../../../../src/demo/datasets.ts";
import { datasetId } from "../../../../src/demo/names.ts";
import { SALES } from "./support.ts";

/** Every `viz_type` that Superset 6.1's page registers, filters and the separator aside, and later names. */
const SHIPPED = (
  "ag-grid-table big_number big_number_period_over_period big_number_total box_plot bubble " +
  "bubble_v2 bullet cal_heatmap cartodiagram chord compare country_map deck_arc deck_contour " +
  "deck_geojson deck_grid deck_heatmap deck_hex deck_multi deck_path deck_polygon deck_scatter " +
  "deck_screengrid echarts_area echarts_timeseries echarts_timeseries_bar " +
  "echarts_timeseries_line echarts_timeseries_scatter echarts_timeseries_smooth " +
  "echarts_timeseries_step funnel gantt_chart gauge_chart graph_chart handlebars heatmap_v2 " +
  "histogram_v2 horizon mapbox mixed_timeseries paired_ttest para partition pie " +
  "pivot_table_v2 point_cluster_map pop_kpi radar rose sankey_v2 sunburst_v2 table time_pivot " +
  "time_table tree_chart treemap_v2 waterfall word_cloud world_map"
).split(" ");

/** Of every control that some kind can't do without. */
const EVERYTHING = {
  metric: "count",
  metrics: ["count"],
  x: "count",
  y: "area",
  size: "height",
  groupby: ["region"],
  columns: ["shop"],
  column: "year",
  entity: "region",
  series: "shop",
  source: "shop",
  target: "region",
  select_country: "france",
  all_columns_x: "region",
  all_columns_y: "region",
  geojson: "shop",
  line_column: "shop",
  spatial: { type: "geohash", geohashCol: "shop" },
  start_spatial: { type: "geohash", geohashCol: "shop" },
  end_spatial: { type: "geohash", geohashCol: "region" },
  selected_chart: { viz_type: "pie", params: '{"metric":"count"}' },
};

Deno.test("knows every kind that ships with Superset 6.1", () => {
  assert.deepEqual(knownVizTypes(), SHIPPED);
});

for (const vizType of SHIPPED) {
  Deno.test(`builds a query of a ${vizType} chart`, () => {
    const context = buildQueryContext({ viz_type: vizType, ...EVERYTHING }, SALES);
    assert.deepEqual(context.datasource, { id: 7, type: "table" });
    assert.equal(context.queries.length > 0, vizType !== "deck_multi");
    assert.equal(context.form_data?.datasource, "7__table");
    for (const { columns = [], metrics = [], orderby = [] } of context.queries) {
      assert.ok([...columns, ...metrics ?? [], ...orderby.map(([by]) => by)].every(Boolean));
    }
  });
}

for (const chart of CHARTS) {
  Deno.test(`builds the demo's chart '${chart.name}'`, () => {
    const demo = datasetNamed(chart.dataset);
    const dataset: ChartDataset = {
      id: datasetId(chart.dataset),
      mainDttmCol: demo.timeColumn,
      columns: demo.columns.map(({ name, type }) => ({
        column_name: name,
        is_dttm: type === "DATETIME",
        type,
      })),
    };
    const { queries } = buildQueryContext(formDataOf(chart), dataset);
    const metrics = queries.flatMap((query) => query.metrics ?? []);
    const columns = queries.flatMap((query) => query.columns ?? []);
    assert.ok(metrics.length + columns.length > 0);
  });
}

Deno.test("says so of a kind that it does not know, and offers query_dataset", () => {
  for (const vizType of ["hologram", "constructor", undefined]) {
    assert.throws(() => buildQueryContext({ viz_type: vizType }, SALES), {
      type: "invalid_argument",
      message: `Charts of the kind '${vizType}' are not known here.`,
      hint: /query_dataset/,
    });
  }
});

for (
  const [vizType, form, message] of [
    ["histogram_v2", {}, /no column/],
    ["deck_hex", { spatial: { type: "latlong", lonCol: "lon" } }, /'spatial' is not complete/],
    ["deck_hex", { spatial: { type: "constructor" } }, /'spatial' is not complete/],
    ["deck_path", {}, /'line_column' is empty/],
    ["box_plot", { whiskerOptions: "long" }, /unknown kind: 'long'/],
    ["cartodiagram", { selected_chart: "{" }, /'selected_chart' can't be read/],
    ["cartodiagram", { selected_chart: { viz_type: "hologram", params: "{}" } }, /'hologram'/],
    ["country_map", { metric: "count", entity: "region" }, /it needs a country/],
    ["mapbox", {}, /longitude and latitude/],
    ["mapbox", { all_columns_x: "lon", all_columns_y: "lat", groupby: ["lon"] }, /lat/],
    ["chord", { metric: "count" }, /a source, a target/],
    ["partition", { metrics: ["count"] }, /a column to group by/],
    ["time_table", { metrics: ["count", "area"], groupby: ["shop"] }, /no more than one metric/],
  ] as const
) {
  Deno.test(`refuses a ${vizType} chart that lacks something: ${message.source}`, () => {
    assert.throws(() => buildQueryContext({ viz_type: vizType, ...form }, SALES), {
      type: "invalid_argument",
      message,
    });
  });
}

Deno.test("takes force and the dashboard from the options", () => {
  const context = buildQueryContext({ viz_type: "pie", metric: "count" }, SALES, {
    force: true,
    dashboardId: 3,
  });
  assert.equal(context.force, true);
  assert.equal(context.form_data?.dashboardId, 3);
});

Deno.test("drilled columns and a chosen comparison reach a table", () => {
  const extraFormData = { interactive_groupby: ["shop"], time_compare: "1 week ago" };
  const form = { viz_type: "table", groupby: ["region"], metrics: ["count"] };
  const [query] = buildQueryContext(form, SALES, { extraFormData }).queries;
  assert.deepEqual(query?.columns, ["region", "shop"]);
  assert.deepEqual(query?.time_offsets, ["1 week ago"]);
});

Deno.test("names the layers of a map by id", () => {
  assert.deepEqual(deckLayers({ deck_slices: ["4", 2, "x"] }), [4, 2]);
});
