/** Pairs of columns compared: their difference, relative change or ratio. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation, names } from "./define_operation.ts";
import { numbersOf, roundTo } from "./statistics.ts";
import { pick, refuseTooManyCells, requireColumns, type Table, type TableColumn } from "./table.ts";

const options = z.strictObject({
  source_columns: names,
  compare_columns: names,
  compare_type: z.enum(["difference", "percentage", "ratio"]),
  drop_original_columns: z.boolean().nullish(),
  precision: z.number().int().min(0).max(15).nullish(),
});

type Options = z.output<typeof options>;

export const compare = defineOperation("compare", options, (table, given) => {
  const { source_columns: sources, compare_columns: others } = given;
  requireColumns(table, [...sources, ...others]);
  if (sources.length !== others.length) {
    throw invalidArgument(
      `Cannot compare ${sources.length} columns with ${others.length}: they go in pairs.`,
      { hint: "Give compare_columns as many names as source_columns." },
    );
  }
  let made = 0;
  const compared = sources.flatMap((source, pair) => {
    // A pair may be named again and again.
    refuseTooManyCells("compare", table.rowCount, made + 1);
    const columns = comparePair(table, source, others[pair]!, given);
    made += columns.length;
    return columns;
  });
  const dropped = new Set(given.drop_original_columns ? [...sources, ...others] : []);
  const kept = table.columns.filter(({ label }) => !dropped.has(String(label[0])));
  return { ...table, columns: [...kept, ...compared] };
});

/** One column in a flat table; in one of several levels, one for each pair of equal lower levels. */
function comparePair(
  table: Table,
  source: string,
  other: string,
  given: Options,
): readonly TableColumn[] {
  const name = [given.compare_type, source, other].join("__");
  const [left, right] = [byLowerLevels(table, source), byLowerLevels(table, other)];
  const lower = new Map([...left, ...right].map(([key, { label }]) => [key, label.slice(1)]));
  const keys = sameKeys(left, right) ? [...lower.keys()] : [...lower.keys()].sort();
  return keys.map((key) => ({
    label: [name, ...lower.get(key)!],
    type: 0,
    floating: true,
    values: change(numbersAt(table, left.get(key)), numbersAt(table, right.get(key)), given),
  }));
}

function byLowerLevels(table: Table, name: string): ReadonlyMap<string, TableColumn> {
  return new Map(
    pick(table, [name]).map((column) => [JSON.stringify(column.label.slice(1)), column]),
  );
}

function sameKeys(
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
): boolean {
  return [...left.keys()].join() === [...right.keys()].join();
}

function numbersAt(table: Table, column: TableColumn | undefined): readonly number[] {
  if (column === undefined) return Array.from({ length: table.rowCount }, () => NaN);
  return numbersOf(column.values, `column '${column.label.map(String).join(", ")}'`);
}

function change(left: readonly number[], right: readonly number[], given: Options): number[] {
  // A null precision is pandas' own default, whole numbers.
  const precision = given.precision === undefined ? 4 : given.precision ?? 0;
  return left.map((number, row) => {
    const other = right[row]!;
    switch (given.compare_type) {
      case "difference":
        return number - other;
      case "percentage":
        return roundTo((number - other) / other, precision);
      case "ratio":
        return roundTo(number / other, precision);
    }
  });
}
