import assert from "node:assert/strict";
import type { DatasetColumn } from "../../../../src/query/dataset.ts";
import type { Value } from "../../../../src/query/frame.ts";
import { normalizeFrame } from "../../../../src/query/plan/normalize_frame.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import { ORDERS } from "../../../support/plan_orders.ts";

const NOW = new Date("2024-06-01T00:00:00Z");
const JANUARY = new Date("2024-01-05T10:20:30Z");

interface Case {
  readonly value: Value;
  readonly column?: Partial<DatasetColumn>;
  readonly query?: QueryObject;
  readonly offset?: number;
  readonly expected: Value;
}

const CASES: Readonly<Record<string, Case>> = {
  "a time stays": { value: JANUARY, expected: JANUARY },
  "seconds become a time": {
    value: 1704450030,
    column: { python_date_format: "epoch_s" },
    expected: JANUARY,
  },
  "milliseconds become a time": {
    value: 1704450030000,
    column: { python_date_format: "epoch_ms" },
    expected: JANUARY,
  },
  "text becomes a time": { value: "2024-01-05 10:20:30", expected: JANUARY },
  "a date becomes its midnight": {
    value: "2024-01-05",
    expected: new Date("2024-01-05T00:00:00Z"),
  },
  "text with a zone becomes a time": { value: "2024-01-05T11:20:30+01:00", expected: JANUARY },
  "text of a format becomes a time": {
    value: "05/01/24 10.20",
    column: { python_date_format: "%d/%m/%y %H.%M" },
    expected: new Date("2024-01-05T10:20:00Z"),
  },
  "a year as a number becomes a time": {
    value: 2024,
    column: { python_date_format: "%Y" },
    expected: new Date("2024-01-01T00:00:00Z"),
  },
  "a detected format counts as well": {
    value: "2024|01",
    column: { datetime_format: "%Y|%m" },
    expected: new Date("2024-01-01T00:00:00Z"),
  },
  "a number without a format counts nanoseconds": {
    value: 1_704_450_030_000_000_000,
    expected: JANUARY,
  },
  "what is no time is null": { value: "soon", expected: null },
  "null stays": { value: null, expected: null },
  "the dataset's hours are added": {
    value: JANUARY,
    offset: -3,
    expected: new Date("2024-01-05T07:20:30Z"),
  },
  "a shift into the past is taken back": {
    value: JANUARY,
    query: { time_shift: "1 week" },
    expected: new Date("2024-01-12T10:20:30Z"),
  },
};

for (const [name, { value, column, query, offset = 0, expected }] of Object.entries(CASES)) {
  Deno.test(`on a time axis ${name}`, () => {
    const axis = {
      sqlExpression: "ordered_at",
      label: "ordered_at",
      columnType: "BASE_AXIS",
    } as const;
    const dataset = {
      ...ORDERS,
      offset,
      columns: ORDERS.columns.map((one) =>
        one.column_name === "ordered_at" ? { ...one, ...column } : one
      ),
    };
    const frame = {
      rowCount: 1,
      columns: [{ name: "ordered_at", type: 1 as const, values: [value] }],
    };
    const { columns } = normalizeFrame(frame, { columns: [axis], ...query }, dataset, NOW);
    assert.deepEqual(
      columns.map((one) => ({ ...one, values: [...one.values] })),
      [{ name: "ordered_at", type: 2, values: [expected] }],
    );
  });
}

Deno.test("the time of a time series takes the format of the query's time column", () => {
  const frame = {
    rowCount: 1,
    columns: [{ name: "__timestamp", type: 0 as const, values: [1704450030] }],
  };
  const { columns } = normalizeFrame(frame, { granularity: "epoch" }, ORDERS, NOW);
  assert.deepEqual([...columns[0]!.values], [JANUARY]);
});

Deno.test("columns that are no time axis stay as they are", () => {
  const frame = {
    rowCount: 1,
    columns: [{ name: "epoch", type: 0 as const, values: [1704450030] }],
  };
  assert.deepEqual(normalizeFrame(frame, { columns: ["epoch"] }, ORDERS, NOW), frame);
});

Deno.test("columns come in the order that the page remembers, the others behind", () => {
  const frame = {
    rowCount: 0,
    columns: ["a", "b", "c"].map((name) => ({ name, type: 1 as const, values: [] })),
  };
  const query = { extras: { column_order: ["c", "gone", "a"] } };
  const { columns } = normalizeFrame(frame, query, ORDERS, NOW);
  assert.deepEqual(columns.map(({ name }) => name), ["c", "a", "b"]);
});
