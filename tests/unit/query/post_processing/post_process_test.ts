import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import type { Frame } from "../../../../src/query/frame.ts";
import { OPERATIONS, postProcess } from "../../../../src/query/post_processing/post_process.ts";
import type { PostProcessing } from "../../../../src/query/query_object.ts";
import { rowsOf } from "../../../support/recorded_answers.ts";

const day = (date: string) => new Date(`${date}T00:00:00Z`);

const SALES: Frame = {
  columns: [
    { name: "day", type: 2, values: ["2024-01-01", "2024-01-01", "2024-01-03"].map(day) },
    { name: "shop", type: 1, values: ["Oslo, north", null, "Oslo, north"] },
    { name: "sum", type: 0, values: [1, 2, "12345678901234567890"] },
  ],
  rowCount: 3,
};

const pivot = (options: Record<string, unknown>): PostProcessing => ({
  operation: "pivot",
  options: { index: ["day"], aggregates: { sum: { operator: "mean" } }, ...options },
});

Deno.test("has every operation of Superset but prophet", () => {
  assert.deepEqual(
    OPERATIONS.map(({ name }) => name),
    ("aggregate boxplot compare contribution cum diff flatten geodetic_parse geohash_decode " +
      "geohash_encode histogram pivot rank rename resample rolling select sort").split(" "),
  );
});

Deno.test("leaves rows alone without operations, and passes over empty entries", () => {
  assert.deepEqual(postProcess(SALES, [null, undefined]), SALES);
});

Deno.test("names series by their values: levels joined, commas kept, nulls named", () => {
  const operations = [pivot({ columns: ["shop"] }), { operation: "flatten" }];
  assert.deepEqual(rowsOf(postProcess(SALES, operations)), {
    columns: ["day", "sum, <NULL>", "sum, Oslo, north"],
    rows: [
      [day("2024-01-01"), 2, 1],
      [day("2024-01-03"), null, "12345678901234567890"],
    ],
  });
});

Deno.test("names a series without its metric once that is renamed away", () => {
  const operations = [
    pivot({ columns: ["shop"] }),
    { operation: "rename", options: { columns: { sum: null }, level: 0, inplace: true } },
    { operation: "flatten" },
  ];
  assert.deepEqual(
    postProcess(SALES, operations).columns.map(({ name }) => name),
    ["day", "<NULL>", "Oslo, north"],
  );
});

Deno.test("prints the numbers of a floating-point column as Python does", () => {
  const columns = (values: number[], floating: boolean) =>
    postProcess({
      columns: [
        { name: "day", type: 2, values: values.map(() => day("2024-01-01")) },
        { name: "rate", type: 0, floating, values },
        { name: "sum", type: 0, values },
      ],
      rowCount: values.length,
    }, [pivot({ columns: ["rate"] }), { operation: "flatten" }]).columns.map(({ name }) => name);
  assert.deepEqual(columns([1, 0.00001, 1e16], true), [
    "day",
    "sum, 1e-05",
    "sum, 1.0",
    "sum, 1e+16",
  ]);
  assert.deepEqual(columns([1, 20, 3], false), ["day", "sum, 1", "sum, 3", "sum, 20"]);
});

Deno.test("fills the days that are missing", () => {
  const at = (method: string, fill_value: number | null) =>
    rowsOf(postProcess(SALES, [
      pivot({}),
      { operation: "resample", options: { rule: "1D", method, fill_value } },
      { operation: "flatten" },
    ])).rows.map((row) => row[1]);
  assert.deepEqual(at("asfreq", 0), [1.5, 0, "12345678901234567890"]);
  assert.deepEqual(at("asfreq", null), [1.5, null, "12345678901234567890"]);
  assert.deepEqual(at("ffill", null), [1.5, 1.5, "12345678901234567890"]);
});

Deno.test("keeps the digits of whole numbers that it only adds", () => {
  const big: Frame = {
    columns: [{ name: "sum", type: 0, values: ["9007199254740993", 2, null] }],
    rowCount: 3,
  };
  const total = { sum: { operator: "sum" } };
  assert.deepEqual(
    rowsOf(postProcess(big, [{ operation: "aggregate", options: { aggregates: total } }])).rows,
    [["9007199254740995"]],
  );
});

Deno.test("ranks within a lone group too, where pandas fails", () => {
  const operations = [{ operation: "rank", options: { metric: "sum", group_by: "shop" } }];
  assert.deepEqual(rowsOf(postProcess(SALES, operations)).rows.map((row) => row[3]), [
    0.5,
    null,
    1,
  ]);
});

Deno.test("turns NaN and infinities into null", () => {
  const frame: Frame = {
    columns: [
      { name: "a", type: 0, values: [1, 0, 5] },
      { name: "b", type: 0, values: [0, 0, 2] },
    ],
    rowCount: 3,
  };
  const options = { source_columns: ["a"], compare_columns: ["b"], compare_type: "ratio" };
  assert.deepEqual(
    rowsOf(postProcess(frame, [{ operation: "compare", options }])),
    { columns: ["a", "b", "ratio__a__b"], rows: [[1, 0, null], [0, 0, null], [5, 2, 2.5]] },
  );
});

const REFUSED: readonly (readonly [string, PostProcessing, RegExp])[] = [
  ["an unknown operation", { operation: "explode" }, /operation 'explode'.*none of that name/],
  ["no operation", {}, /operation ''/],
  ["prophet", { operation: "prophet" }, /'prophet': forecasts/],
  ["an inherited name", { operation: "constructor" }, /'constructor'/],
  ["an unknown option", { operation: "cum", options: { operator: "sum", by: 1 } }, /'cum'.*'by'/],
  ["a wrong option", { operation: "cum", options: { operator: "avg" } }, /'cum'.*'operator'/],
  ["a column there is not", pivot({ index: ["week"] }), /'week'/],
  ["a pivot without index", pivot({ index: [] }), /needs at least one name in index/],
  ["a pivot without aggregate", pivot({ aggregates: {} }), /needs at least one aggregate/],
  ["an unknown aggregate", pivot({ aggregates: { sum: { operator: "eval" } } }), /'eval'/],
  ["a mean of text", pivot({ aggregates: { shop: { operator: "mean" } } }), /column 'shop'/],
  [
    "a resample without times",
    { operation: "resample", options: { rule: "1D", method: "sum" } },
    /no index of times/,
  ],
  [
    "a window type of rolling that is none",
    { operation: "rolling", options: { rolling_type: "corr", window: 2, columns: {} } },
    /'corr'/,
  ],
  [
    "percentiles in the wrong order",
    {
      operation: "boxplot",
      options: { metrics: ["sum"], whisker_type: "percentile", percentiles: [90, 10] },
    },
    /'boxplot'.*'percentiles'/,
  ],
  [
    "a rename to a label in use",
    { operation: "rename", options: { columns: { sum: "shop" } } },
    /'shop'.*exists already/,
  ],
  [
    "a geohash that is none",
    {
      operation: "geohash_decode",
      options: { geohash: "shop", longitude: "x", latitude: "y" },
    },
    /geohash 'Oslo, north'/,
  ],
];

for (const [what, operation, message] of REFUSED) {
  Deno.test(`refuses ${what} by name`, () => {
    assert.throws(() => postProcess(SALES, [operation]), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(error.type, "invalid_argument");
      assert.match(error.message, message);
      assert.ok(error.hint);
      return true;
    });
  });
}

Deno.test("refuses an hourly rule over centuries, rather than make its rows", () => {
  const frame: Frame = {
    columns: [
      { name: "day", type: 2, values: [day("1000-01-01"), day("2024-01-01")] },
      { name: "sum", type: 0, values: [1, 2] },
    ],
    rowCount: 2,
  };
  const rule = { operation: "resample", options: { rule: "1H", method: "asfreq" } };
  assert.throws(() => postProcess(frame, [pivot({}), rule]), /over 1000000 rows/);
});

Deno.test("refuses a pivot or a window of too many cells, before it makes them", () => {
  const count = 5000;
  const numbers = Array.from({ length: count }, (_, row) => row);
  const frame: Frame = {
    columns: ["day", "shop", "size", "sum"].map((name) => ({ name, type: 0, values: numbers })),
    rowCount: count,
  };
  const wide = pivot({ columns: ["shop"] });
  const index = pivot({ index: ["day", "shop", "size"], drop_missing_columns: false });
  const rolling = {
    operation: "rolling",
    options: { rolling_type: "sum", window: 4000, columns: { sum: "sum" } },
  };
  for (const operation of [wide, index, rolling]) {
    assert.throws(() => postProcess(frame, [operation]), (error) => {
      assert.ok(error instanceof ServiceError && error.type === "too_large");
      return true;
    });
  }
});

Deno.test("refuses columns that are multiplied, and operations without end", () => {
  const count = 10_000;
  const numbers = Array.from({ length: count }, (_, row) => row);
  const frame: Frame = {
    columns: [{ name: "sum", type: 0, values: numbers }],
    rowCount: count,
  };
  const pairs = new Array(1000).fill("sum");
  const compare = {
    operation: "compare",
    options: { source_columns: pairs, compare_columns: pairs, compare_type: "difference" },
  };
  const half = { ...compare, options: { ...compare.options } };
  half.options.source_columns = half.options.compare_columns = pairs.slice(0, 300);
  const sort = { operation: "sort", options: { by: ["sum"] } };
  for (const operations of [[compare], [half, half], new Array(51).fill(sort)]) {
    assert.throws(() => postProcess(frame, operations), (error) => {
      assert.ok(error instanceof ServiceError && error.type === "too_large", String(error));
      return true;
    });
  }
  assert.equal(postProcess(frame, new Array(50).fill(sort)).rowCount, count);
});

Deno.test("keeps combinations of three columns without making all that could be", () => {
  const count = 2000;
  const numbers = Array.from({ length: count }, (_, row) => row);
  const frame: Frame = {
    columns: ["day", "shop", "size", "sum"].map((name) => ({ name, type: 0, values: numbers })),
    rowCount: count,
  };
  const combined = pivot({ columns: ["shop", "size"], drop_missing_columns: false });
  assert.equal(postProcess(frame, [combined]).columns.length, count + 1);
});
