import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decimalValue,
  integerValue,
  jsonValue,
} from "../../../../src/drivers/analytics/numbers.ts";
import { bytesValue } from "../../../../src/drivers/analytics/bytes.ts";
import { uniqueNames } from "../../../../src/drivers/analytics/result_builder.ts";
import {
  arrayReader,
  asBytes,
  asText,
  asTimestamp,
} from "../../../../src/drivers/analytics/postgresql/values.ts";

const DECIMALS: readonly (readonly [string, number | string])[] = [
  ["1.5", 1.5],
  ["2.5000000000000000", 2.5],
  ["123456789012345", 123456789012345],
  ["1234567890123456", "1234567890123456"],
  ["1000000000000000000000", 1e21],
  ["0.00000000000000000123", 1.23e-18],
  ["3.3333333333333333", "3.3333333333333333"],
  ["-0.1234567890123456", "-0.1234567890123456"],
  ["NaN", NaN],
  ["-Infinity", -Infinity],
];
for (const [text, expected] of DECIMALS) {
  Deno.test(`keeps the decimal ${text} as ${typeof expected}`, () => {
    assert.deepEqual(decimalValue(text), expected);
  });
}

Deno.test("a decimal that is a number says no other value than was printed", () => {
  const digits = fc.stringMatching(/^[1-9]\d{0,19}$/);
  fc.assert(fc.property(digits, fc.nat(18), (text, places) => {
    const at = Math.max(1, text.length - places);
    const printed = at < text.length ? `${text.slice(0, at)}.${text.slice(at)}` : text;
    const value = decimalValue(printed);
    if (typeof value === "string") return assert.equal(value, printed);
    // Fifteen digits and their exponent survive a double.
    assert.equal(Number(value.toPrecision(15)), value);
    assert.equal(Number(printed), value);
  }));
});

Deno.test("whole numbers that no double holds stay text", () => {
  assert.equal(integerValue("9007199254740991"), 9007199254740991);
  assert.equal(integerValue("-9007199254740992"), "-9007199254740992");
});

Deno.test("JSON keeps its long numbers, and text that is none stays text", () => {
  assert.deepEqual(jsonValue('{"a": [12345678901234567890, 1.5, "12345678901234567890"]}'), {
    a: ["12345678901234567890", 1.5, "12345678901234567890"],
  });
  assert.equal(jsonValue("{oops"), "{oops");
});

const BYTES: readonly (readonly [string, readonly number[], string])[] = [
  ["UTF-8", [0x68, 0xc3, 0xa9], "hé"],
  ["UTF-16 that is no UTF-8", [0xe9, 0x00], "é"],
  ["neither", [0xff, 0x00, 0x41], "[bytes]"],
  ["nothing", [], ""],
];
for (const [what, bytes, expected] of BYTES) {
  Deno.test(`shows bytes that are ${what} as Superset does`, () => {
    assert.equal(bytesValue(new Uint8Array(bytes)), expected);
  });
}

Deno.test("reads bytea in the older escape format", () => {
  assert.equal(asBytes("h\\303\\251\\\\"), "hé\\");
});

const TIMES: readonly (readonly [string, Date | string | null])[] = [
  ["2024-01-02 03:04:05", new Date("2024-01-02T03:04:05Z")],
  ["2024-01-02 03:04:05.1", new Date("2024-01-02T03:04:05.100Z")],
  ["2024-01-02 03:04:05.285999+00", new Date("2024-01-02T03:04:05.285Z")],
  ["2024-01-02 03:04:05-03:30", new Date("2024-01-02T06:34:05Z")],
  ["1850-01-01 00:00:00+00:53:28", new Date("1849-12-31T23:06:32Z")],
  ["0001-01-01 00:00:00 BC", new Date("0000-01-01T00:00:00Z")],
  ["12024-01-02 03:04:05", new Date("+012024-01-02T03:04:05Z")],
  ["294276-12-31 00:00:00", "294276-12-31 00:00:00"],
  ["infinity", null],
];
for (const [printed, expected] of TIMES) {
  Deno.test(`reads the timestamp ${printed}`, () =>
    assert.deepEqual(asTimestamp(printed), expected));
}

Deno.test("reads back every array of texts that PostgreSQL prints", () => {
  const print = (items: readonly (string | null)[]): string =>
    `{${
      items.map((item) => item === null ? "NULL" : `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")
    }}`;
  fc.assert(fc.property(fc.array(fc.option(fc.string())), (items) => {
    assert.deepEqual(arrayReader(asText)(print(items)), items);
  }));
  assert.deepEqual(arrayReader(Number)("[0:1]={{1,2},{3,4}}"), [[1, 2], [3, 4]]);
});

Deno.test("gives every column a name of its own", () => {
  const name = fc.constantFrom("", "a", "a__1", "_col_0", "b");
  fc.assert(fc.property(fc.array(name, { maxLength: 8 }), (names) => {
    const unique = uniqueNames(names);
    assert.equal(new Set(unique).size, names.length);
    assert.ok(unique.every((one) => one !== ""));
  }));
  assert.deepEqual(uniqueNames(["count", "count", "", "count"]), [
    "count",
    "count__1",
    "_col_0",
    "count__2",
  ]);
});
