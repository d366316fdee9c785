import assert from "node:assert/strict";
import {
  joinExtraFormData,
  mergeExtraFormData,
} from "../../../../src/query/charts/extra_form_data.ts";
import { settleQueryContext } from "../../../../src/query/charts/settle_query.ts";
import type { QueryContext, QueryObject } from "../../../../src/query/query_object.ts";
import { ALWAYS, AXIS, queriesOf, SALES } from "./support.ts";

const NORTH = { col: "region", op: "IN", val: ["North"] };

function saved(query: QueryObject, form: Record<string, unknown> = {}): QueryContext {
  return { datasource: { id: 7, type: "table" }, queries: [query], form_data: form };
}

Deno.test("joins lists and lets the second of single values win", () => {
  assert.deepEqual(
    joinExtraFormData(
      { filters: [ALWAYS], time_range: "Last week", time_grain_sqla: "P1D" },
      { filters: [NORTH], time_range: "Last day", interactive_groupby: ["shop"] },
    ),
    {
      filters: [ALWAYS, NORTH],
      time_range: "Last day",
      time_grain_sqla: "P1D",
      interactive_groupby: ["shop"],
    },
  );
});

const MERGES: readonly (readonly [string, unknown, QueryObject, Partial<QueryObject>])[] = [
  ["filters are added", { filters: [NORTH] }, { filters: [ALWAYS] }, { filters: [NORTH, ALWAYS] }],
  [
    "free SQL stands beside the chart's own, each clause by itself",
    {
      adhoc_filters: [
        { clause: "WHERE", expressionType: "SQL", sqlExpression: "a = 1) OR (b = 2" },
        { clause: "WHERE", expressionType: "SQL", sqlExpression: "d" },
        { clause: "HAVING", expressionType: "SQL", sqlExpression: "count(*) > 1" },
      ],
    },
    { extras: { where: "(c = 3)", having: "" } },
    {
      filters: [],
      extras: {
        where: "(c = 3)",
        having: "",
        added_where: ["a = 1) OR (b = 2", "d"],
        added_having: ["count(*) > 1"],
      },
    },
  ],
  ["a time range is set", { time_range: "Last day" }, { filters: [] }, { time_range: "Last day" }],
  [
    "a time column becomes the granularity",
    { granularity_sqla: "shipped_at" },
    { filters: [] },
    { granularity: "shipped_at" },
  ],
  [
    "a grain reaches extras and the time axis",
    { time_grain_sqla: "P1Y" },
    {
      filters: [],
      columns: [{ ...AXIS, columnType: "BASE_AXIS", expressionType: "SQL" }, "region"],
    },
    {
      extras: { time_grain_sqla: "P1Y" },
      columns: [
        { ...AXIS, columnType: "BASE_AXIS", expressionType: "SQL", timeGrain: "P1Y" },
        "region",
      ],
    },
  ],
  [
    "relative ends go to extras",
    { relative_start: "today", relative_end: "now" },
    { filters: [] },
    { extras: { relative_start: "today", relative_end: "now" } },
  ],
  [
    "what is no filter, and unknown keys, do nothing",
    { filters: [null, { col: "region" }], colour: "red", time_range: 7 },
    { filters: [ALWAYS] },
    {},
  ],
];

for (const [name, extra, query, expected] of MERGES) {
  Deno.test(`in a saved context ${name}`, () => {
    const merged = mergeExtraFormData(saved(query), extra);
    assert.deepEqual(merged.queries, [{ extras: {}, ...query, ...expected }]);
  });
}

Deno.test("a saved context and a built one hold the same filters", () => {
  const form = { metric: "count", groupby: ["region"] };
  const extra = { filters: [NORTH], time_range: "Last day", adhoc_filters: [] };
  const [built] = queriesOf("pie", form, extra);
  const [plain] = queriesOf("pie", form);
  const [merged] = mergeExtraFormData(saved({ filters: [ALWAYS], ...plain }), extra).queries;
  assert.deepEqual(merged?.filters, built?.filters);
  assert.equal(merged?.time_range, built?.time_range);
});

Deno.test("a form keeps extra data for the query that is built from it", () => {
  const form = mergeExtraFormData(
    { viz_type: "pie", extra_form_data: { filters: [ALWAYS] } },
    { filters: [NORTH] },
  );
  assert.deepEqual(form.extra_form_data, { filters: [ALWAYS, NORTH] });
});

Deno.test("an override of the time range reaches every time filter, and no other", () => {
  const context = saved({ time_range: "Last day", filters: [ALWAYS, NORTH] });
  assert.deepEqual(settleQueryContext(context, SALES).queries[0]?.filters, [
    { ...ALWAYS, val: "Last day" },
    NORTH,
  ]);
});

Deno.test("a chosen time column replaces the time axis, in the pivot too, and its filter", () => {
  const context = saved({
    granularity: "shipped_at",
    columns: [{ ...AXIS, columnType: "BASE_AXIS", expressionType: "SQL" }, "region"],
    filters: [ALWAYS, NORTH],
    post_processing: [{ operation: "pivot", options: { index: ["sold_at"], columns: [] } }, {
      operation: "flatten",
    }],
  }, { x_axis: "sold_at" });
  const [query] = settleQueryContext(context, SALES).queries;
  assert.deepEqual(query, {
    granularity: "shipped_at",
    columns: [{ ...AXIS, sqlExpression: "shipped_at", label: "shipped_at" }, "region"],
    filters: [NORTH],
    post_processing: [{ operation: "pivot", options: { index: ["shipped_at"], columns: [] } }, {
      operation: "flatten",
    }],
  });
});

Deno.test("without a time axis a chosen time column replaces the first time filter", () => {
  const later = { col: "shipped_at", op: "TEMPORAL_RANGE", val: "Last week" };
  const settle = (granularity: string) =>
    settleQueryContext(saved({ granularity, filters: [ALWAYS, later] }), SALES).queries[0]?.filters;
  assert.deepEqual(settle("created_at"), [later]);
  assert.deepEqual(settle("shipped_at"), [ALWAYS]);
});

Deno.test("columns of a tooltip are asked for once", () => {
  const contents = ["shop", { item_type: "column", column_name: "region" }, {
    item_type: "metric",
  }];
  const context = saved({ columns: ["shop"] }, { tooltip_contents: contents });
  assert.deepEqual(settleQueryContext(context, SALES).queries[0]?.columns, ["shop", "region"]);
});

Deno.test("queries that the server itself makes are left as they are", () => {
  const context = saved(
    { granularity: "sold_at", time_range: "No filter", filters: [{ ...ALWAYS, val: "Last week" }] },
    { viz_type: "horizon" },
  );
  assert.deepEqual(settleQueryContext(context, SALES), context);
});
