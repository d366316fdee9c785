import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "../../support/answer_rows.ts";

type Pair = readonly [name: string, got: AnswerRow[], expected: AnswerRow[]];

const SAME: readonly Pair[] = [
  ["in another order", [{ a: 1 }, { a: 2 }], [{ a: 2 }, { a: 1 }]],
  ["columns in another order", [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
  ["a number and its text", [{ a: "12345678901234567890" }], [{ a: 12345678901234567890 }]],
  ["numbers to nine digits", [{ a: 0.1234567891 }], [{ a: 0.1234567894 }]],
  ["a time and its milliseconds", [{ t: "2004-01-02T03:04:05" }], [{ t: 1073012645000 }]],
  ["a time with its zone", [{ t: "2004-01-02T03:04:05+01:00" }], [{ t: "2004-01-02T02:04:05Z" }]],
  ["a date and its milliseconds", [{ t: "2004-01-02" }], [{ t: 1073001600000 }]],
  ["JSON and its text", [{ j: { b: [1], a: null } }], [{ j: '{"a": null, "b": [1]}' }]],
];

const DIFFERENT: readonly Pair[] = [
  ["a value", [{ a: 1 }], [{ a: 2 }]],
  ["a null and a nought", [{ a: null }], [{ a: 0 }]],
  ["a row that comes twice", [{ a: 1 }, { a: 1 }], [{ a: 1 }]],
  ["a row twice for another", [{ a: 1 }, { a: 1 }], [{ a: 1 }, { a: 2 }]],
  ["a column more", [{ a: 1, b: 1 }], [{ a: 1 }]],
  ["no rows", [], [{ a: 1 }]],
  ["an hour", [{ t: "2004-01-02T04:04:05" }], [{ t: 1073012645000 }]],
  ["a case", [{ a: "USA" }], [{ a: "usa" }]],
];

for (const [name, got, expected] of SAME) {
  Deno.test(`rows are the same: ${name}`, () => assertSameRows(got, expected));
}

for (const [name, got, expected] of DIFFERENT) {
  Deno.test(`rows are not the same: ${name}`, () => {
    assert.throws(() => assertSameRows(got, expected), assert.AssertionError);
  });
}

Deno.test("rows have an order in the columns that are named, and ties have none", () => {
  const rows = [{ a: 1, b: "x" }, { a: 1, b: "y" }, { a: 2, b: "z" }];
  assertSameRows([rows[1]!, rows[0]!, rows[2]!], rows, ["a"]);
  assert.throws(() => assertSameRows(rows.toReversed(), rows, ["a"]), /the order by a/);
});
