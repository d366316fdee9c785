/** Values as a client gets them, whatever engine they come from. */
import assert from "node:assert/strict";
import { decode, humanized, parseJson, parseObject } from "../../../src/dao/decode.ts";
import type { ColumnType } from "../../../src/dao/resource.ts";

const BYTES = Uint8Array.fromHex("b5007938d7b247fea507ec5b421630d9");
const UUID = "b5007938-d7b2-47fe-a507-ec5b421630d9";

const CASES: readonly (readonly [name: string, ColumnType, stored: unknown, given: unknown])[] = [
  ["a boolean of PostgreSQL", "bool", true, true],
  ["true of SQLite", "bool", 1, true],
  ["false of SQLite", "bool", 0, false],
  ["a bigint that the driver gives as text", "int", "5", 5],
  ["a floating-point number", "float", 1.5, 1.5],
  ["a timestamp of PostgreSQL", "datetime", "2026-01-31 08:00:00.5", "2026-01-31T08:00:00.5"],
  [
    "a timestamp of SQLite",
    "datetime",
    "2026-01-31 08:00:00.000000",
    "2026-01-31T08:00:00.000000",
  ],
  ["a UUID of SQLite", "uuid", BYTES, UUID],
  ["a UUID of PostgreSQL", "uuid", UUID, UUID],
  ["text", "str", "a", "a"],
  ["JSON in text", "list", "[1]", [1]],
  ["JSON that the driver read", "list", [1], [1]],
  ["text that should be JSON", "dict", "{", null],
];

for (const [name, type, stored, given] of CASES) {
  Deno.test(`decodes ${name}`, () => assert.deepEqual(decode(stored, type), given));
}

Deno.test("nothing is null, whatever its type", () => {
  const types: ColumnType[] = ["int", "float", "str", "bool", "datetime", "uuid", "dict", "list"];
  for (const type of types) {
    assert.equal(decode(null, type), null);
    assert.equal(decode(undefined, type), null);
  }
});

Deno.test("an object is read from text, and nothing else is one", () => {
  assert.deepEqual(parseObject('{"a":1}'), { a: 1 });
  for (const text of ["[1]", "1", "null", '"a"', "", "{", null, undefined]) {
    assert.equal(parseObject(text), null);
  }
  assert.equal(parseJson("nonsense"), null);
});

const NOW = Date.parse("2026-11-24T12:00:00Z");
const AGO: readonly (readonly [timestamp: unknown, words: string | null])[] = [
  ["2026-11-24T12:00:00", "now"],
  ["2026-11-24T11:59:59", "a second ago"],
  ["2026-11-24T11:59:30.250000", "30 seconds ago"],
  ["2026-11-24T11:59:00", "a minute ago"],
  ["2026-11-24T11:01:00", "59 minutes ago"],
  ["2026-11-24T11:00:00", "an hour ago"],
  ["2026-11-23T12:00:01", "23 hours ago"],
  ["2026-11-23T12:00:00", "a day ago"],
  ["2026-10-26T12:00:00", "29 days ago"],
  ["2026-10-24T12:00:00", "a month ago"],
  ["2025-11-24T12:00:00", "a year ago"],
  ["2016-11-24T12:00:00", "10 years ago"],
  ["2026-11-24T14:00:00", "2 hours from now"],
  [null, null],
  ["not a time", null],
];

for (const [timestamp, words] of AGO) {
  Deno.test(`${timestamp} is ${words === null ? "no time" : `"${words}"`}`, () => {
    assert.equal(humanized(timestamp, NOW), words);
  });
}
