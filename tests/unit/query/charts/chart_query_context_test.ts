import assert from "node:assert/strict";
import { chartQueryContext } from "../../../../src/query/charts/chart_query_context.ts";
import { ALWAYS, SALES } from "./support.ts";

const pie = { viz_type: "pie", metric: "count", groupby: ["region"] };
const saved = {
  datasource: { id: 99, type: "table" },
  queries: [{ columns: ["shop"], metrics: ["count"], filters: [ALWAYS], extras: {} }],
};

Deno.test("runs the saved context, on the chart's own dataset", () => {
  const context = chartQueryContext({ params: pie, queryContext: saved }, SALES);
  assert.deepEqual(context.datasource, { id: 7, type: "table" });
  assert.deepEqual(context.queries, saved.queries);
  assert.equal(context.form_data?.viz_type, "pie");
});

for (const queryContext of [null, "{}", {}, { queries: [] }, { queries: [null] }]) {
  Deno.test(`builds one where ${JSON.stringify(queryContext)} was saved`, () => {
    const context = chartQueryContext({ params: pie, queryContext }, SALES);
    assert.deepEqual(context.queries[0]?.columns, ["region"]);
  });
}

Deno.test("a kind that the server queries runs its form, whatever was saved", () => {
  const params = {
    viz_type: "country_map",
    select_country: "x",
    entity: "region",
    metric: "count",
  };
  const context = chartQueryContext({ params, queryContext: saved }, SALES);
  assert.deepEqual(context.queries[0]?.columns, ["region"]);
});

Deno.test("a saved context and a built one take a dashboard's filters alike", () => {
  const north = { col: "region", op: "IN", val: ["North"] };
  const extraFormData = { filters: [north], time_range: "Last day" };
  for (const queryContext of [saved, null]) {
    const context = chartQueryContext({ params: pie, queryContext }, SALES, { extraFormData });
    assert.deepEqual(context.queries[0]?.filters, [north, { ...ALWAYS, val: "Last day" }]);
    assert.equal(context.queries[0]?.time_range, "Last day");
  }
});

Deno.test("a kind that is not known runs what was saved", () => {
  const params = { viz_type: "hologram" };
  const context = chartQueryContext({ params, queryContext: saved }, SALES);
  assert.deepEqual(context.queries, saved.queries);
});

Deno.test("refuses a saved context of more queries than a chart can draw", () => {
  const many = (count: number) => ({ ...saved, queries: new Array(count).fill(saved.queries[0]) });
  const asked = (count: number) =>
    chartQueryContext({ params: pie, queryContext: many(count) }, SALES).queries.length;
  assert.equal(asked(50), 50);
  assert.throws(() => asked(51), { type: "too_large" });
});
