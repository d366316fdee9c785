import assert from "node:assert/strict";
import { namedColumns, uniqueNames } from "../../../../src/query/answer/answer_columns.ts";
import { outward, rowsOf } from "../../../../src/query/answer/rows.ts";
import type { Value } from "../../../../src/query/frame.ts";
import { answered } from "./support.ts";

const MOMENT = new Date("2024-01-31T12:30:00.250Z");
const MIDNIGHT = new Date("2024-01-31T00:00:00Z");

const VALUES: readonly (readonly [string, Value, string, boolean, unknown])[] = [
  ["an instant in UTC", MOMENT, "timestamp with time zone", true, "2024-01-31T12:30:00.250Z"],
  ["a time without a zone", MOMENT, "timestamp", false, "2024-01-31T12:30:00.250"],
  ["a whole second without its fraction", MIDNIGHT, "timestamp", false, "2024-01-31T00:00:00"],
  ["a date as a day", MIDNIGHT, "date", false, "2024-01-31"],
  ["a DATE of SQLite as a day", MIDNIGHT, "DATE", false, "2024-01-31"],
  ["a datetime at midnight as a time", MIDNIGHT, "datetime", false, "2024-01-31T00:00:00"],
  ["no time as null", new Date(NaN), "timestamp", true, null],
  ["NaN as null", NaN, "double precision", false, null],
  ["infinity as null", -Infinity, "double precision", false, null],
  [
    "a big number as text, as it came",
    "12345678901234567890.12",
    "numeric",
    false,
    "12345678901234567890.12",
  ],
  ["a list with its values", [1, NaN, MIDNIGHT], "date[]", false, [1, null, "2024-01-31"]],
  ["JSON as JSON", { a: [1] }, "jsonb", false, { a: [1] }],
  ["false as false", false, "boolean", false, false],
];

for (const [what, value, databaseType, hasZone, expected] of VALUES) {
  Deno.test(`answers ${what}`, () => {
    assert.deepEqual(outward(value, { databaseType, hasZone }), expected);
  });
}

const NAMES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["a", "b"], ["a", "b"]],
  [["count", "count", "count"], ["count", "count__1", "count__2"]],
  [["count", "count", "count__1"], ["count", "count__2", "count__1"]],
  [["", ""], ["", "__1"]],
];

for (const [given, expected] of NAMES) {
  Deno.test(`names ${JSON.stringify(given)} each once`, () => {
    assert.deepEqual(uniqueNames(given), expected);
  });
}

Deno.test("rows are objects by those names, whatever they are", () => {
  const { frame, columns } = answered(
    { name: "__proto__", type: 1, values: ["a", "b"] },
    { name: "n", type: 0, values: [1, 2] },
    { name: "n", type: 3, values: [true, null] },
  );
  const [row] = rowsOf(frame, columns, 1, 9);
  assert.equal(JSON.stringify(row), '{"__proto__":"b","n":2,"n__1":null}');
  assert.deepEqual(namedColumns(columns), [
    { name: "__proto__", data_type: "string" },
    { name: "n", data_type: "numeric" },
    { name: "n__1", data_type: "boolean" },
  ]);
});
