/** Each value's share of its row's or its column's total. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { defineOperation, names } from "./define_operation.ts";
import { numbersOf, present, sum } from "./statistics.ts";
import { labelKey, pick, requireColumns, type Table, type TableColumn } from "./table.ts";

const options = z.strictObject({
  orientation: z.enum(["row", "column"]).nullish(),
  columns: names.nullish(),
  time_shifts: names.nullish(),
  rename_columns: names.nullish(),
  contribution_totals: z.record(z.string(), z.number().nullable()).nullish(),
});

export const contribution = defineOperation("contribution", options, (table, given) => {
  requireColumns(table, given.columns ?? []);
  const selected = given.columns?.length
    ? pick(table, given.columns)
    : table.columns.filter(({ type }) => type === 0);
  const selectedNames = given.columns?.length ? given.columns : selected.map(({ label }) => label);
  const renamed = given.rename_columns?.length ? given.rename_columns : null;
  if (renamed !== null && renamed.length !== selectedNames.length) {
    throw invalidArgument(
      `Cannot rename the contributions: ${renamed.length} names for ${selectedNames.length} columns.`,
      { hint: "Give rename_columns as many names as columns." },
    );
  }
  const text = selected.find(({ type }) => type === 1);
  if (text !== undefined) {
    throw invalidArgument(
      `Cannot calculate contributions of column '${
        text.label.map(String).join(", ")
      }': it is not numeric.`,
      { hint: "Name numeric columns only." },
    );
  }
  const numbers = selected.map(({ label, values }) =>
    numbersOf(values, `column '${label.join(", ")}'`)
  );
  const isRow = given.orientation === "row";
  const shifts = shiftsOf(selected, isRow ? given.time_shifts ?? [] : []);
  const shares = isRow
    ? sharesOfRows(table, numbers, shifts)
    : sharesOfColumns(selected, numbers, given.contribution_totals ?? null);
  const computed = shares.map((values, position): TableColumn => ({
    label: renamed === null
      ? selected[position]!.label
      : relabel(selected[position]!.label, renamed[position]!),
    type: 0,
    floating: true,
    values,
  }));
  // New columns come by their time shift: first those without one.
  const order = [null, ...new Set(shifts.filter((shift) => shift !== null))];
  const ordered = order.flatMap((shift) =>
    computed.filter((_, position) => shifts[position] === shift)
  );
  return put(table, ordered);
});

function sharesOfColumns(
  columns: readonly TableColumn[],
  numbers: readonly (readonly number[])[],
  totals: Readonly<Record<string, number | null>> | null,
): readonly (readonly Value[])[] {
  return numbers.map((column, position) => {
    const filled = column.map((number) => Number.isNaN(number) ? 0 : number);
    if (totals === null) {
      const total = sum(filled);
      return filled.map((number) => number / total);
    }
    const total = totals[String(columns[position]!.label[0])] ?? 0;
    return filled.map((number) => total === 0 ? 0 : number / total);
  });
}

/** Columns of one time shift have a total of their own. */
function sharesOfRows(
  table: Table,
  numbers: readonly (readonly number[])[],
  shifts: readonly (string | null)[],
): readonly (readonly Value[])[] {
  const totals = new Map([...new Set(shifts)].map((shift) => {
    const columns = numbers.filter((_, position) => shifts[position] === shift);
    const rows = Array.from(
      { length: table.rowCount },
      (_, row) => sum(present(columns.map((column) => column[row]!))),
    );
    return [shift, rows];
  }));
  return numbers.map((column, position) => {
    const total = totals.get(shifts[position]!)!;
    return column.map((number, row) => number / total[row]!);
  });
}

function shiftsOf(
  columns: readonly TableColumn[],
  timeShifts: readonly string[],
): readonly (string | null)[] {
  return columns.map(({ label: [name] }) =>
    timeShifts.find((shift) => typeof name === "string" && name.endsWith(shift)) ?? null
  );
}

function relabel(label: readonly Value[], name: string): readonly Value[] {
  return [name, ...label.slice(1)];
}

/** Replaces columns of the same label, and appends the others. */
function put(table: Table, computed: readonly TableColumn[]): Table {
  const byLabel = new Map(computed.map((column) => [labelKey(column.label), column]));
  const columns = table.columns.map((column) => {
    const key = labelKey(column.label);
    const replacement = byLabel.get(key);
    byLabel.delete(key);
    return replacement ?? column;
  });
  return { ...table, columns: [...columns, ...byLabel.values()] };
}
