import assert from "node:assert/strict";
import type { Controls } from "../../../../src/query/charts/controls.ts";
import {
  ADHOC_FILTERS,
  ADVANCED_ANALYTICS,
  LIST,
  ORDER_BY_COLUMNS,
  ROW_LIMIT,
  TIME_GRAIN,
  X_AXIS,
} from "../../../../src/query/charts/controls.ts";
import { pageForm } from "../../../../src/query/charts/page_form.ts";
import { SALES } from "./support.ts";

const CONTROLS: Controls = {
  x_axis: X_AXIS,
  time_grain_sqla: TIME_GRAIN,
  groupby: LIST,
  row_limit: ROW_LIMIT,
  adhoc_filters: ADHOC_FILTERS,
  order_by_cols: ORDER_BY_COLUMNS,
  ...ADVANCED_ANALYTICS,
};
const DEFAULTS = {
  groupby: [],
  row_limit: 10_000,
  adhoc_filters: [{
    clause: "WHERE",
    subject: "sold_at",
    operator: "TEMPORAL_RANGE",
    comparator: "No filter",
    expressionType: "SIMPLE",
  }],
  order_by_cols: [],
};
const weekly = { ...DEFAULTS.adhoc_filters[0], comparator: "Last week" };

const CASES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ["fills in defaults", {}, DEFAULTS],
  ["fills in defaults for null", { row_limit: null, groupby: null }, DEFAULTS],
  ["keeps zero", { row_limit: 0 }, { ...DEFAULTS, row_limit: 0 }],
  ["makes a list of a single value", { groupby: "region" }, { ...DEFAULTS, groupby: ["region"] }],
  ["drops what is no control of the kind", { donut: true, metrics_b: ["count"] }, DEFAULTS],
  [
    "takes the older time column for the x-axis and for a time filter",
    { granularity_sqla: "shipped_at", time_range: "Last week" },
    {
      ...DEFAULTS,
      x_axis: "shipped_at",
      adhoc_filters: [{ ...weekly, subject: "shipped_at" }],
      comparison_type: "values",
    },
  ],
  [
    "keeps a time filter that is there",
    { adhoc_filters: [weekly] },
    { ...DEFAULTS, adhoc_filters: [weekly] },
  ],
  [
    "hides the grain and what needs a time where the x-axis is none",
    { x_axis: "region", time_grain_sqla: "P1M", rolling_type: "sum", time_compare: ["1 year ago"] },
    { ...DEFAULTS, x_axis: "region" },
  ],
  [
    "shows them where it is a time",
    { x_axis: "sold_at", time_grain_sqla: "P1M", rolling_type: "sum", time_compare: "1 year ago" },
    {
      ...DEFAULTS,
      x_axis: "sold_at",
      time_grain_sqla: "P1M",
      rolling_type: "sum",
      time_compare: ["1 year ago"],
      comparison_type: "values",
    },
  ],
  [
    "clears a choice that is not offered any more",
    { x_axis: "sold_at", rolling_type: "None", comparison_type: "absolute" },
    { ...DEFAULTS, x_axis: "sold_at", rolling_type: null, comparison_type: null },
  ],
  [
    "drops orders by columns that are gone, in either spelling of the list",
    { order_by_cols: ['["region",true]', '["shop", false]', '["gone", true]'] },
    { ...DEFAULTS, order_by_cols: ['["region",true]', '["shop", false]'] },
  ],
];

for (const [name, saved, expected] of CASES) {
  Deno.test(name, () => {
    assert.deepEqual(pageForm(saved, CONTROLS, SALES), expected);
  });
}

Deno.test("makes no time filter for a dataset without times", () => {
  const places = { id: 1, mainDttmCol: null, columns: [] };
  assert.deepEqual(pageForm({}, { adhoc_filters: ADHOC_FILTERS }, places), { adhoc_filters: [] });
});
