import assert from "node:assert/strict";
import fc from "fast-check";
import { arrayOf, mappedValues } from "../../../../src/query/column_values.ts";
import type { Value } from "../../../../src/query/frame.ts";
import { BLOCK_ROWS, PackedValues } from "../../../../src/drivers/analytics/packed_values.ts";

function packed(values: readonly Value[]): PackedValues {
  const made = new PackedValues();
  for (const value of values) made.push(value);
  return made;
}

/** A few values over and over, for several blocks and some rows more. */
function repeated(values: readonly Value[], rows = 2 * BLOCK_ROWS + 7): Value[] {
  return Array.from({ length: rows }, (_, row) => values[row % values.length]!);
}

const COLUMNS: Readonly<Record<string, readonly Value[]>> = {
  "small whole numbers": [0, 1, -2_147_483_648, 2_147_483_647],
  "large numbers and fractions": [2_147_483_648, 0.1, -0, NaN, Infinity],
  "texts of one byte a letter": ["", "a", "one", " "],
  "texts of any letter": ["日本", "🙂", "", "e\u0301"],
  "half a surrogate pair": ["\ud83d", "\ude42"],
  "times": [new Date(0), new Date(-1), new Date(8.64e15)],
  "a time that is none": [new Date(0), new Date(NaN)],
  "yes and no": [true, false],
  "nulls only": [null],
  "numbers and nulls": [null, 0, null, 5],
  "texts and nulls": ["", null, "x"],
  "times and nulls": [null, new Date(0)],
  "yes, no and nulls": [false, null, true],
  "numbers, some as text": [1, "9007199254740993", null],
  "lists": [[1, 2], [], null],
  "objects": [{ a: 1 }, {}],
};

for (const [name, values] of Object.entries(COLUMNS)) {
  Deno.test(`${name} come back as they were`, () => {
    const column = repeated(values);
    const made = packed(column);
    assert.equal(made.length, column.length);
    assert.deepEqual([...made], column);
    assert.deepEqual(column.map((_, row) => made.at(row)), column);
    assert.equal(made.at(column.length), undefined);
  });
}

Deno.test("any values come back, whatever stands beside them in a block", () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.integer(),
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.date({ noInvalidDate: true }),
    fc.array(fc.integer()),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
      const column = repeated(values, BLOCK_ROWS + 1);
      assert.deepEqual([...packed(column)], column);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a column takes about the bytes of its values", () => {
  const rows = 50 * BLOCK_ROWS;
  const bytes = (value: (row: number) => Value) =>
    packed(Array.from({ length: rows }, (_, row) => value(row))).heldBytes / rows;
  assert.equal(bytes((row) => row), 4);
  assert.equal(bytes((row) => row + 0.5), 8);
  assert.equal(bytes((row) => new Date(row)), 8);
  assert.equal(bytes((row) => row % 2 === 0), 1);
  assert.equal(bytes(() => "ten bytes!"), 14);
  assert.equal(bytes(() => null), 0);
  assert.ok(bytes((row) => [row]) > 40, "lists stay as they are");
});

Deno.test("mapped values are made when they are asked for", () => {
  let made = 0;
  const values = mappedValues(packed([1, 2, null]), (value) => {
    made++;
    return value === null ? "nothing" : Number(value) * 2;
  });
  assert.equal(made, 0);
  assert.equal(values.length, 3);
  assert.deepEqual([values.at(1), values.at(2), values.at(3)], [4, "nothing", undefined]);
  assert.deepEqual(arrayOf(values), [2, 4, "nothing"]);
  assert.equal(made, 5);
});
