/** Layouts of dashboards: without hidden charts, and as nested parts, however odd they are. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type LayoutPart, layoutTree, visibleLayout } from "../../../src/dao/layout.ts";

const chart = (id: number, more: object = {}) => ({
  type: "CHART",
  id: `CHART-${id}`,
  children: [],
  meta: { chartId: id, sliceName: `Chart ${id}`, width: 4, ...more },
});

const LAYOUT = {
  DASHBOARD_VERSION_KEY: "v2",
  ROOT_ID: { type: "ROOT", id: "ROOT_ID", children: ["GRID_ID"] },
  GRID_ID: { type: "GRID", id: "GRID_ID", children: ["HEADER-1", "TABS-1"] },
  "HEADER-1": { type: "HEADER", id: "HEADER-1", children: [], meta: { text: "Sales" } },
  "TABS-1": { type: "TABS", id: "TABS-1", children: ["TAB-1"], meta: {} },
  "TAB-1": {
    type: "TAB",
    id: "TAB-1",
    children: ["ROW-1"],
    meta: { text: "", defaultText: "Tab" },
  },
  "ROW-1": { type: "ROW", id: "ROW-1", children: ["CHART-1", "CHART-2", "MARKDOWN-1"], meta: {} },
  "CHART-1": chart(1),
  "CHART-2": chart(2, { sliceNameOverride: "By hand" }),
  "MARKDOWN-1": { type: "MARKDOWN", id: "MARKDOWN-1", children: [], meta: { code: "**Hi**" } },
};

Deno.test("a layout loses the charts that may not be seen, their names and every mention", () => {
  const layout = visibleLayout(LAYOUT, new Set([1]));
  assert.deepEqual(Object.keys(layout!), Object.keys(LAYOUT).filter((id) => id !== "CHART-2"));
  assert.deepEqual((layout!["ROW-1"] as typeof LAYOUT["ROW-1"]).children, [
    "CHART-1",
    "MARKDOWN-1",
  ]);
  assert.doesNotMatch(JSON.stringify(layout), /CHART-2|By hand/);
});

Deno.test("a layout stays as it is for one who may see all of its charts", () => {
  assert.equal(visibleLayout(LAYOUT, new Set([1, 2])), LAYOUT);
  assert.equal(visibleLayout(null, new Set()), null);
});

Deno.test("a chart whose id is missing or text is hidden unless it is among the visible", () => {
  const odd = {
    A: { type: "CHART", meta: {} },
    B: { type: "CHART" },
    C: { type: "CHART", meta: { chartId: "7" } },
    D: { type: "CHART", meta: { chartId: "8" } },
    E: { type: "chart", meta: { chartId: 8, sliceName: "hidden" } },
  };
  assert.deepEqual(Object.keys(visibleLayout(odd, new Set([7]))!), ["C"]);
});

Deno.test("a layout nests as on the page, with titles, texts and chart ids", () => {
  assert.deepEqual(layoutTree(LAYOUT), [{
    type: "grid",
    id: "GRID_ID",
    children: [
      { type: "header", id: "HEADER-1", title: "Sales" },
      {
        type: "tabs",
        id: "TABS-1",
        children: [{
          type: "tab",
          id: "TAB-1",
          children: [{
            type: "row",
            id: "ROW-1",
            children: [
              { type: "chart", id: "CHART-1", title: "Chart 1", chart_id: 1, width: 4 },
              { type: "chart", id: "CHART-2", title: "By hand", chart_id: 2, width: 4 },
              { type: "markdown", id: "MARKDOWN-1", text: "**Hi**" },
            ],
          }],
        }],
      },
    ],
  }]);
});

Deno.test("a layout without a root begins at its grid, one without either is empty", () => {
  const { ROOT_ID: _, ...rootless } = LAYOUT;
  assert.deepEqual(layoutTree(rootless).map(({ id }) => id), ["HEADER-1", "TABS-1"]);
  assert.deepEqual(layoutTree({}), []);
  assert.deepEqual(layoutTree(null), []);
});

Deno.test("nodes that contain themselves or each other are shown once", () => {
  const cyclic = {
    ROOT_ID: { type: "ROOT", children: ["A", "A", "ROOT_ID"] },
    A: { type: "ROW", children: ["B", "A"] },
    B: { type: "COLUMN", children: ["A", "ROOT_ID", "gone"] },
  };
  assert.deepEqual(layoutTree(cyclic), [
    { type: "row", id: "A", children: [{ type: "column", id: "B" }] },
  ]);
});

Deno.test("nodes deeper than any editor nests them are left out", () => {
  const deep = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [
      index === 0 ? "ROOT_ID" : `N${index}`,
      { type: "ROW", children: [`N${index + 1}`] },
    ]),
  );
  const depthOf = (parts: readonly LayoutPart[]): number =>
    Math.max(0, ...parts.map(({ children }) => 1 + depthOf(children ?? [])));
  const depth = depthOf(layoutTree(deep));
  assert.ok(depth >= 10 && depth <= 40, `${depth} levels`);
});

Deno.test("any JSON that stands where a layout should makes parts, never a fault", () => {
  const names = fc.constantFrom("ROOT_ID", "GRID_ID", "A", "B", "CHART-1", "__proto__");
  const node = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.oneof(fc.constantFrom("ROW", "CHART", "TAB"), fc.jsonValue()),
      children: fc.oneof(fc.array(fc.oneof(names, fc.jsonValue())), fc.jsonValue()),
      meta: fc.oneof(fc.record({ chartId: fc.jsonValue(), text: fc.jsonValue() }), fc.jsonValue()),
    }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(fc.dictionary(names, node), fc.array(fc.nat(9)), (layout, charts) => {
      const visible = visibleLayout(layout, new Set(charts));
      JSON.stringify(layoutTree(visible));
    }),
    { numRuns: 500 },
  );
});
