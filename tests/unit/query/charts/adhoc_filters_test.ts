import assert from "node:assert/strict";
import { splitAdhocFilters } from "../../../../src/query/charts/adhoc_filters.ts";

const NONE = { filters: [], where: "", having: "" };
const simple = (rest: object) => ({ clause: "WHERE", expressionType: "SIMPLE", ...rest });
const sql = (clause: string, sqlExpression: string) => ({
  clause,
  expressionType: "SQL",
  sqlExpression,
});

const CASES: readonly (readonly [string, unknown, object])[] = [
  ["nothing at all", undefined, NONE],
  ["what is no filter", [null, "region", {}], NONE],
  [
    "a comparison",
    [simple({ subject: "region", operator: "==", comparator: "North" })],
    { ...NONE, filters: [{ col: "region", op: "==", val: "North" }] },
  ],
  [
    "a list of values",
    [simple({ subject: "region", operator: "IN", comparator: ["North", null] })],
    { ...NONE, filters: [{ col: "region", op: "IN", val: ["North", null] }] },
  ],
  [
    "a test for null, whose comparator means nothing",
    [simple({ subject: "region", operator: "IS NOT NULL", comparator: "left over" })],
    { ...NONE, filters: [{ col: "region", op: "IS NOT NULL" }] },
  ],
  [
    "a time range",
    [simple({ subject: "sold_at", operator: "TEMPORAL_RANGE", comparator: "Last week" })],
    { ...NONE, filters: [{ col: "sold_at", op: "TEMPORAL_RANGE", val: "Last week" }] },
  ],
  [
    "an operator that is named by its id only",
    [simple({ subject: "year", operatorId: "GREATER_THAN_OR_EQUAL", comparator: 2020 })],
    { ...NONE, filters: [{ col: "year", op: ">=", val: 2020 }] },
  ],
  [
    "free SQL, bracketed clause by clause",
    [sql("WHERE", "a = 1 OR b = 2"), sql("WHERE", "c = 3"), sql("HAVING", "SUM(d) > 4")],
    { filters: [], where: "(a = 1 OR b = 2) AND (c = 3)", having: "(SUM(d) > 4)" },
  ],
  [
    "free SQL that ends in a comment, whose bracket goes to the next line",
    [sql("WHERE", "a = 1 -- always")],
    { ...NONE, where: "(a = 1 -- always\n)" },
  ],
];

for (const [name, filters, expected] of CASES) {
  Deno.test(`splits ${name}`, () => {
    assert.deepEqual(splitAdhocFilters(filters), expected);
  });
}

Deno.test("leaves a simple condition on groups out, as the page does", () => {
  const filter = { ...simple({ subject: "n", operator: ">", comparator: 1 }), clause: "HAVING" };
  assert.deepEqual(splitAdhocFilters([filter]), NONE);
});
