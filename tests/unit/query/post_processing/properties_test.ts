import assert from "node:assert/strict";
import fc from "fast-check";
import type { Frame } from "../../../../src/query/frame.ts";
import { postProcess } from "../../../../src/query/post_processing/post_process.ts";
import { rowsOf } from "../../../support/recorded_answers.ts";

const rows = fc.uniqueArray(
  fc.record({
    axis: fc.integer({ min: 0, max: 9 }),
    series: fc.constantFrom("a", "b", "c,d", "e\\,f", "", "<x>"),
    metric: fc.integer({ min: 1, max: 1000 }),
  }),
  { minLength: 1, maxLength: 30, selector: ({ axis, series }) => JSON.stringify([axis, series]) },
);

type Row = { axis: number; series: string; metric: number };

function frame(of: readonly Row[]): Frame {
  return {
    columns: [
      { name: "axis", type: 0, values: of.map(({ axis }) => axis) },
      { name: "series", type: 1, values: of.map(({ series }) => series) },
      { name: "metric", type: 0, values: of.map(({ metric }) => metric) },
    ],
    rowCount: of.length,
  };
}

const pivot = {
  operation: "pivot",
  options: {
    index: ["axis"],
    columns: ["series"],
    aggregates: { metric: { operator: "sum" } },
  },
};

Deno.test("a pivot that is flattened loses no value and makes none up", () => {
  fc.assert(fc.property(rows, (of) => {
    const pivoted = postProcess(frame(of), [pivot, { operation: "flatten" }]);
    const values = pivoted.columns.slice(1).flatMap(({ values }) => [...values])
      .filter((value) => value !== null).map(Number);
    const ascending = (a: number, b: number) => a - b;
    assert.deepEqual(values.sort(ascending), of.map(({ metric }) => metric).sort(ascending));
    assert.equal(pivoted.rowCount, new Set(of.map(({ axis }) => axis)).size);
    assert.equal(pivoted.columns.length - 1, new Set(of.map(({ series }) => series)).size);
  }));
});

Deno.test("contributions of a column, and of each row, come to one", () => {
  fc.assert(fc.property(rows, (of) => {
    const share = (orientation: string, columns: string[]) =>
      postProcess(frame(of), [{ operation: "contribution", options: { orientation, columns } }]);
    const total = [...share("column", ["metric"]).columns[2]!.values]
      .reduce<number>((sum, value) => sum + Number(value), 0);
    assert.ok(Math.abs(total - 1) < 1e-9);
    for (const [axis, , metric] of rowsOf(share("row", ["axis", "metric"])).rows) {
      assert.ok(Math.abs(Number(axis) + Number(metric) - 1) < 1e-9);
    }
  }));
});

Deno.test("a running total ends at the sum, and its differences are the values", () => {
  fc.assert(fc.property(rows, (of) => {
    const operations = [
      { operation: "cum", options: { operator: "sum", columns: { metric: "metric" } } },
      { operation: "diff", options: { columns: { metric: "step" } } },
    ];
    const { columns } = postProcess(frame(of), operations);
    assert.equal(columns[2]!.values.at(-1), of.reduce((sum, { metric }) => sum + metric, 0));
    assert.deepEqual([...columns[3]!.values].slice(1), of.slice(1).map(({ metric }) => metric));
  }));
});

Deno.test("a histogram counts every value once, whatever the bins", () => {
  fc.assert(fc.property(rows, fc.integer({ min: 1, max: 40 }), (of, bins) => {
    const options = { column: "metric", groupby: ["series"], bins };
    const { columns } = postProcess(frame(of), [{ operation: "histogram", options }]);
    const counted = columns.slice(1).flatMap(({ values }) => [...values]).map(Number);
    assert.equal(counted.reduce((a, b) => a + b), of.length);
    assert.equal(columns.length, bins + 1);
  }));
});

Deno.test("sorting is a permutation, and descending the reverse of ascending by a unique key", () => {
  fc.assert(fc.property(rows, (of) => {
    const sorted = (ascending: boolean) =>
      rowsOf(postProcess(frame(of), [{
        operation: "sort",
        options: { by: ["axis", "series"], ascending: [ascending, ascending] },
      }])).rows;
    assert.deepEqual(sorted(true), sorted(false).toReversed());
    assert.equal(new Set(sorted(true).map((row) => JSON.stringify(row))).size, of.length);
  }));
});
