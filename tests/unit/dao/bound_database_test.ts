import assert from "node:assert/strict";
import { rulesOf } from "../../../src/dao/bound_database.ts";

const RULE = [7, "rule", "", "a = 1", 3, null, "", "t", '{"k":"x"}', 0];

Deno.test("rules are read in their order, whatever order the database gave them in", () => {
  const rows = JSON.stringify([RULE, [2, null, "key", null, 4, "c", "s", "v", null, 1]]);
  assert.deepEqual(rulesOf(rows), [
    {
      id: 2,
      name: "",
      groupKey: "key",
      clause: "",
      dataset: { id: 4, catalog: "c", schema: "s", table: "v", virtual: true, templateParams: {} },
    },
    {
      id: 7,
      name: "rule",
      groupKey: null,
      clause: "a = 1",
      dataset: {
        ...{ id: 3, catalog: null, schema: null, table: "t", virtual: false },
        templateParams: { k: "x" },
      },
    },
  ]);
});

Deno.test("no rules is null and nothing else: what is cut off or missing stops the query", () => {
  assert.deepEqual(rulesOf(null), []);
  const whole = JSON.stringify([RULE, RULE]);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => rulesOf(whole.slice(0, length)), `${length} characters`);
  }
  assert.throws(() => rulesOf(undefined));
  assert.throws(() => rulesOf("{}"));
});
