import assert from "node:assert/strict";
import { savedForm } from "../../../../src/query/charts/saved_form.ts";

const time = (comparator: string, subject = "sold_at") => ({
  clause: "WHERE",
  expressionType: "SIMPLE",
  subject,
  operator: "TEMPORAL_RANGE",
  comparator,
});
const north = { col: "region", op: "IN", val: ["North"] };
const isNorth = {
  clause: "WHERE",
  expressionType: "SIMPLE",
  subject: "region",
  operator: "IN",
  comparator: ["North"],
};

const CASES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  [
    "turns since and until into a time range, over the one beside them",
    { since: "2014-01-01", until: "2014-01-02", time_range: "Last week" },
    { time_range: "2014-01-01 : 2014-01-02", adhoc_filters: [] },
  ],
  [
    "keeps a time open at one end open",
    { since: "", until: "now" },
    { time_range: " : now", adhoc_filters: [] },
  ],
  [
    "turns filters, where and having of the oldest forms into adhoc filters",
    { filters: [north], where: "a = 1", having: "" },
    {
      adhoc_filters: [
        { clause: "WHERE", expressionType: "SQL", sqlExpression: "a = 1" },
        isNorth,
      ],
    },
  ],
  [
    "passes over the oldest filters where there are adhoc filters",
    { filters: [north], where: "a = 1", adhoc_filters: [time("Last week")] },
    { adhoc_filters: [time("Last week")] },
  ],
  [
    "takes the form's time range for its time filters where no time column is named",
    { time_range: "Last month", adhoc_filters: [time("Last week"), isNorth] },
    { time_range: "Last month", adhoc_filters: [time("Last month"), isNorth] },
  ],
  [
    "leaves time filters alone where the form names its time column",
    { time_range: "Last month", granularity_sqla: "sold_at", adhoc_filters: [time("Last week")] },
    { time_range: "Last month", granularity_sqla: "sold_at", adhoc_filters: [time("Last week")] },
  ],
  [
    "merges extra form data: filters are added, a time range overrides",
    {
      adhoc_filters: [time("Last week")],
      extra_form_data: { filters: [north], time_range: "Last day" },
    },
    { time_range: "Last day", adhoc_filters: [time("Last day"), { ...isNorth, isExtra: true }] },
  ],
  [
    "moves the chart's time filter to the time column of extra form data",
    { adhoc_filters: [time("Last week")], extra_form_data: { granularity_sqla: "shipped_at" } },
    { granularity: "shipped_at", adhoc_filters: [time("Last week", "shipped_at")] },
  ],
  [
    "adds a time filter where extra form data names a column and a range and the chart has none",
    { extra_form_data: { granularity_sqla: "shipped_at", time_range: "Last day" } },
    {
      granularity: "shipped_at",
      time_range: "Last day",
      adhoc_filters: [{ ...time("Last day", "shipped_at"), isExtra: true }],
    },
  ],
  [
    "takes the filter box's time for the form's, and drops an empty value",
    {
      extra_filters: [
        { col: "__time_range", op: "==", val: "Last year" },
        { col: "__time_grain", op: "==", val: "P1M" },
        { col: "__time_col", op: "==", val: "No filter" },
        { col: "shop", op: "in", val: [] },
        { col: "shop", op: "in", val: null },
      ],
    },
    {
      time_range: "Last year",
      time_grain_sqla: "P1M",
      adhoc_filters: [{
        clause: "WHERE",
        expressionType: "SIMPLE",
        subject: "shop",
        operator: "in",
        comparator: [],
        isExtra: true,
      }],
    },
  ],
  [
    "does not add a filter of the filter box twice, whatever the order of its values",
    {
      adhoc_filters: [{ ...isNorth, comparator: ["North", "South"] }],
      extra_filters: [{ ...north, val: ["South", "North"] }],
    },
    { adhoc_filters: [{ ...isNorth, comparator: ["North", "South"] }] },
  ],
];

for (const [name, params, expected] of CASES) {
  Deno.test(name, () => {
    const before = structuredClone(params);
    assert.deepEqual(savedForm(params), expected);
    assert.deepEqual(params, before);
  });
}
