import assert from "node:assert/strict";
import { foldCase, tableKey } from "../../../../src/query/guard/table_key.ts";
import { isWhole } from "../../../../src/query/guard/whole.ts";
import type { TableName } from "../../../../src/query/policy.ts";

const naming = { catalog: null, schema: "s", fold: foldCase };
const named = (table: string): TableName => ({ catalog: null, schema: "s", table });
const key = (table: string) => tableKey(named(table), naming);

const policy = (table: string, virtual: boolean, rules: number) => ({
  ...{ datasetId: 1, table: named(table), virtual },
  rules: Array.from({ length: rules }, (_, id) => ({ id, name: "r", groupKey: null, clause: "1" })),
});

const CONTEXT = {
  naming,
  policies: [policy("Ruled", false, 1), policy("plain", true, 1), policy("plain", false, 0)],
  viewsOver: new Map([
    [key("over_plain"), [named("plain")]],
    [key("over_ruled"), [named("over_deeper"), named("plain")]],
    [key("over_deeper"), [named("ruled")]],
    [key("over_closed"), [named("closed")]],
    [key("foreign"), [null]],
    [key("circle"), [named("circle"), named("plain")]],
  ]),
  mayRead: ({ table }: TableName) => table !== "closed",
  isOwnTable: ({ table }: TableName) => !table.startsWith("unknown") && !table.startsWith("over"),
};

const CASES: readonly (readonly [string, string, boolean])[] = [
  ["a table without rules, whatever a dataset of that name made of SQL has", "plain", true],
  ["a table under rules, in any case", "ruled", false],
  ["a view of a table that is whole", "over_plain", true],
  ["a view over a table under rules, however deep", "over_ruled", false],
  ["a view over a table that the caller may not read", "over_closed", false],
  ["what can't be told", "foreign", false],
  ["a view of which nothing is known", "unknown", false],
  ["a relation that shows itself", "circle", true],
];

for (const [name, table, expected] of CASES) {
  Deno.test(`a caller may ${expected ? "" : "not "}know all of ${name}`, () => {
    assert.equal(isWhole(named(table), CONTEXT), expected);
  });
}
