/** Kinds whose queries and data the server makes from the form alone. */
import assert from "node:assert/strict";
import { legacyTransform } from "../../../../src/query/charts/build_query_context.ts";
import { findCountry } from "../../../../src/query/charts/legacy/countries.ts";
import type { Row } from "../../../../src/query/charts/chart_kind.ts";
import { ALWAYS, queriesOf, SALES, SUM_REVENUE } from "./support.ts";

type Form = Readonly<Record<string, unknown>>;

const base = { post_processing: [], is_timeseries: false };
const series = {
  post_processing: [],
  is_timeseries: true,
  granularity: "sold_at",
  time_range: "Last year",
  filters: [],
};
const over = { granularity_sqla: "sold_at", time_range: "Last year" };

const QUERIES: readonly (readonly [string, Form, readonly Form[]])[] = [
  ["bullet", { metric: "count" }, [{ ...base, columns: [], metrics: ["count"] }]],
  ["chord", { groupby: "shop", columns: "region", metric: "count", sort_by_metric: true }, [
    { ...base, columns: ["shop", "region"], metrics: ["count"], orderby: [["count", false]] },
  ]],
  ["country_map", { select_country: "france", entity: "region", metric: "count" }, [
    { ...base, columns: ["region"], metrics: ["count"] },
  ]],
  ["world_map", { entity: "region", metric: "count", secondary_metric: "count" }, [
    { ...base, columns: ["region"], metrics: ["count"] },
  ]],
  ["para", { series: "shop", metrics: ["count"], timeseries_limit_metric: SUM_REVENUE, limit: 5 }, [
    {
      ...base,
      columns: ["shop"],
      metrics: ["count", SUM_REVENUE],
      series_limit_metric: SUM_REVENUE,
      orderby: [[SUM_REVENUE, false]],
    },
  ]],
  [
    "bubble",
    { entity: "shop", series: "shop", x: "count", y: SUM_REVENUE, size: "area", limit: 5 },
    [
      { ...base, columns: ["shop"], metrics: ["area", "count", SUM_REVENUE], row_limit: 5 },
    ],
  ],
  ["horizon", { ...over, metrics: [SUM_REVENUE], groupby: ["shop"], limit: 5 }, [
    {
      ...series,
      columns: ["shop"],
      metrics: [SUM_REVENUE],
      series_columns: ["shop"],
      series_limit: 5,
      orderby: [["SUM(revenue)", true]],
    },
  ]],
  ["compare", { ...over, metrics: ["count"], time_compare: ["1 year ago"] }, [
    { ...series, columns: [], metrics: ["count"], orderby: [["count", true]] },
    {
      ...series,
      columns: [],
      metrics: ["count"],
      orderby: [["count", true]],
      time_shift: "1 year ago",
    },
  ]],
  ["rose", { ...over, metrics: ["count"], time_grain_sqla: "P1M" }, [
    {
      ...series,
      columns: [],
      metrics: ["count"],
      orderby: [["count", true]],
      extras: { time_grain_sqla: "P1M", having: "", where: "" },
    },
  ]],
  ["time_pivot", { ...over, metric: "count" }, [
    { ...series, columns: [], metrics: ["count"], orderby: [["count", true]] },
  ]],
  ["time_table", { ...over, metrics: [SUM_REVENUE], groupby: ["shop"] }, [
    {
      ...series,
      columns: ["shop"],
      metrics: [SUM_REVENUE],
      orderby: [["SUM(revenue)", false]],
    },
  ]],
  ["cal_heatmap", { ...over, metrics: ["count"], subdomain_granularity: "week" }, [
    {
      ...series,
      columns: [],
      metrics: ["count"],
      extras: { time_grain_sqla: "P1W", having: "", where: "" },
    },
  ]],
  ["paired_ttest", { metrics: ["count"], groupby: ["shop"] }, [
    {
      post_processing: [],
      is_timeseries: true,
      granularity: "sold_at",
      columns: ["shop"],
      metrics: ["count"],
    },
  ]],
  ["partition", { metrics: ["count"], groupby: ["region", "shop"] }, [
    { ...base, columns: ["region", "shop"], metrics: ["count"], orderby: [["count", true]] },
  ]],
  ["mapbox", { all_columns_x: "lon", all_columns_y: "lat", mapbox_label: ["shop"] }, [
    { ...base, columns: ["lat", "lon", "shop"], metrics: [] },
  ]],
  ["deck_geojson", { geojson: "shop", js_columns: ["year", "region"] }, [
    { ...base, columns: ["region", "year", "shop"], metrics: [] },
  ]],
];

for (const [vizType, form, expected] of QUERIES) {
  Deno.test(`queries a ${vizType} chart as the server does`, () => {
    assert.deepEqual(queriesOf(vizType, form), expected);
  });
}

Deno.test("merges a dashboard's filters into the server's query by the server's rules", () => {
  const [query] = queriesOf("bullet", { metric: "count" }, {
    filters: [{ col: "region", op: "IN", val: ["North"] }],
    time_range: "Last day",
  });
  assert.deepEqual(query?.filters, [{ ...ALWAYS, val: "Last day" }, {
    col: "region",
    op: "IN",
    val: ["North"],
  }]);
});

const JAN = "2026-01-01T00:00:00";
const FEB = "2026-02-01T00:00:00";
const [jan, feb] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)];

const DATA: readonly (readonly [string, Form, readonly Row[], unknown])[] = [
  ["chord", { groupby: "shop", columns: "region", metric: "count" }, [
    { shop: "a", region: "b", count: 3 },
    { shop: "b", region: "a", count: 4 },
    { shop: "a", region: "c", count: 5 },
  ], { nodes: ["a", "b", "c"], matrix: [[0, 3, 5], [4, 0, 0], [0, 0, 0]] }],
  ["country_map", { select_country: "france", entity: "region", metric: SUM_REVENUE }, [
    { region: "FR-64", "SUM(revenue)": 7 },
  ], [{ country_id: "FR-64", metric: 7 }]],
  ["world_map", { entity: "region", metric: "count", country_fieldtype: "cca3" }, [
    { region: "abw", count: 1 },
    { region: "Atlantis", count: 2 },
  ], [
    {
      country: "ABW",
      m1: 1,
      code: "ABW",
      latitude: 12.5,
      longitude: -69.96666666,
      name: "Aruba",
    },
    { country: "XXX", m1: 2 },
  ]],
  ["bullet", { metric: "count" }, [{ count: 9 }], { measures: [9] }],
  ["para", { series: "shop", metrics: ["count"] }, [{ shop: "a", count: 1 }], [
    { shop: "a", count: 1 },
  ]],
  ["bubble", { entity: "shop", series: "region", x: "count", y: SUM_REVENUE, size: "area" }, [
    { shop: "a", region: "North", count: 1, "SUM(revenue)": 2, area: 3 },
    { shop: "b", region: "North", count: 4, "SUM(revenue)": 5, area: 6 },
  ], [{
    key: "North",
    values: [
      ["a", 1, 2, 3],
      ["b", 4, 5, 6],
    ].map(([shop, x, y, size]) => ({
      shop,
      region: "North",
      count: x,
      "SUM(revenue)": y,
      area: size,
      x,
      y,
      size,
      shape: "circle",
      group: "North",
    })),
  }]],
  ["horizon", { ...over, metrics: ["count"], groupby: ["shop"] }, [
    { __timestamp: FEB, shop: "b", count: 2 },
    { __timestamp: JAN, shop: "a", count: "1.5" },
    { __timestamp: FEB, shop: "a", count: 3 },
    { __timestamp: FEB, shop: null, count: 99 },
  ], [
    { key: ["a"], values: [{ x: jan, y: 1.5 }, { x: feb, y: 3 }] },
    { key: ["b"], values: [{ x: jan, y: null }, { x: feb, y: 2 }] },
  ]],
  ["compare", { ...over, metrics: ["count"], groupby: ["shop"], contribution: true }, [
    { __timestamp: JAN, shop: "a", count: 1 },
    { __timestamp: JAN, shop: "b", count: 3 },
  ], [
    { key: ["a"], values: [{ x: jan, y: 0.25 }] },
    { key: ["b"], values: [{ x: jan, y: 0.75 }] },
  ]],
  ["rose", { ...over, metrics: ["count"] }, [{ __timestamp: JAN, count: 1 }], {
    [jan]: [{ key: ["count"], value: 1, name: "count", time: jan }],
  }],
  ["time_table", { ...over, metrics: ["count", "area"] }, [
    { __timestamp: JAN, count: 1, area: 2 },
  ], {
    records: { "2026-01-01 00:00:00": { area: 2, count: 1 } },
    columns: ["area", "count"],
    is_group_by: false,
  }],
  ["cal_heatmap", { ...over, metrics: ["count"] }, [{ __timestamp: JAN, count: 1 }], {
    data: { count: { [jan / 1000]: 1 } },
    domain: "month",
    subdomain: "day",
  }],
  ["paired_ttest", { metrics: ["count"], groupby: ["shop"] }, [
    { __timestamp: JAN, shop: "a", count: 1 },
  ], { count: [{ group: ["a"], values: [{ x: jan, y: 1 }] }] }],
  ["partition", { metrics: ["count"], groupby: ["region", "shop"] }, [
    { region: "North", shop: "a", count: 1 },
    { region: "North", shop: "b", count: 2 },
  ], [{
    name: "count",
    val: 3,
    children: [{
      name: "North",
      val: 3,
      children: [
        { name: ["North", "a"], val: 1, children: [] },
        { name: ["North", "b"], val: 2, children: [] },
      ],
    }],
  }]],
  ["mapbox", { all_columns_x: "lon", all_columns_y: "lat" }, [
    { lon: 1.123456789012, lat: "2" },
    { lon: 3, lat: 1 },
  ], {
    geoJSON: {
      type: "FeatureCollection",
      features: [[1.123456789, 2], [3, 1]].map((coordinates) => ({
        type: "Feature",
        properties: { metric: null, radius: null },
        geometry: { type: "Point", coordinates },
      })),
    },
    hasCustomMetric: false,
    aggregatorName: "sum",
    clusteringRadius: "60",
    pointRadiusUnit: "Pixels",
    bounds: [[1.123456789012, 1], [3, 2]],
  }],
  ["deck_geojson", { geojson: "shop", js_columns: ["region"] }, [
    { shop: '{"type":"Feature"}', region: "North" },
  ], { features: [{ type: "Feature", extraProps: { region: "North" } }] }],
];

for (const [vizType, form, rows, expected] of DATA) {
  Deno.test(`makes the data of a ${vizType} chart from its rows`, () => {
    const transform = legacyTransform({ viz_type: vizType, ...form }, SALES);
    assert.deepEqual(transform?.(rows), expected);
  });
}

Deno.test("leaves a partition over time as rows", () => {
  const form = { viz_type: "partition", groupby: ["shop"], time_series_option: "point_diff" };
  const rows = [{ shop: "a" }];
  assert.equal(legacyTransform(form, SALES)?.(rows), rows);
});

Deno.test("makes nothing of the rows of other kinds", () => {
  assert.equal(legacyTransform({ viz_type: "pie", metric: "count" }, SALES), null);
});

for (
  const [field, symbol, name] of [
    ["cca2", "fr", "France"],
    ["cca3", "DEU", "Germany"],
    ["cioc", "SUI", "Switzerland"],
    ["name", "new zealand", "New Zealand"],
    ["cioc", "", undefined],
    ["latitude", "12.5", undefined],
  ] as const
) {
  Deno.test(`finds ${name ?? "nothing"} by ${field} '${symbol}'`, () => {
    assert.equal(findCountry(field, symbol)?.name, name);
  });
}
