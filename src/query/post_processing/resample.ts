/** Puts rows at regular times: fills those that are missing, or aggregates those of one period. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { defineOperation } from "./define_operation.ts";
import { type Frequency, parseFrequency, periodsBetween } from "./frequency.ts";
import { isMissing } from "./order.ts";
import { mean, median, numbersOf, present, sum } from "./statistics.ts";
import { refuseTooManyCells, type Table, type TableColumn } from "./table.ts";

const options = z.strictObject({
  rule: z.string(),
  method: z.enum(["asfreq", "bfill", "ffill", "linear", "median", "mean", "sum"]),
  fill_value: z.number().nullish(),
});

type Options = z.output<typeof options>;
type Method = Options["method"];

interface Resampling {
  readonly times: readonly number[];
  /** The regular times, ascending. */
  readonly periods: readonly number[];
  readonly frequency: Frequency;
  readonly method: Method;
}

export const resample = defineOperation("resample", options, (table, given): Table => {
  const { times, sorted } = byTime(table);
  const frequency = parseFrequency(given.rule);
  if (times.length === 0) return table;
  const periods = periodsBetween(times[0]!, times.at(-1)!, frequency);
  refuseTooManyCells("resample", periods.length, sorted.columns.length);
  const resampling = { times, periods, frequency, method: given.method };
  const isAggregate = given.method === "mean" || given.method === "median" ||
    given.method === "sum";
  if (!isAggregate && new Set(times).size < times.length) {
    throw invalidArgument("Cannot resample: several rows have one time.", {
      hint: "Pivot to one row a time first, or resample with mean, median or sum.",
    });
  }
  const columns = sorted.columns.map((column): TableColumn => ({
    ...column,
    floating: column.type === 0,
    values: isAggregate ? aggregated(column, resampling) : filled(column, resampling, given),
  }));
  return {
    ...table,
    index: [{ ...table.index![0]!, values: periods.map((time) => new Date(time)) }],
    columns,
    rowCount: periods.length,
  };
});

/** The rows in the order of their index, which must be one of times; those without one are left out. */
function byTime(table: Table): { times: readonly number[]; sorted: Table } {
  const [level, ...more] = table.index ?? [];
  const isTimes = level?.values.every((value) => value === null || value instanceof Date);
  if (level === undefined || more.length > 0 || !isTimes) {
    throw invalidArgument("Cannot resample: the rows have no index of times.", {
      hint: "Pivot first, with a single time column as the index.",
    });
  }
  const time = (row: number) => (level.values[row] as Date).getTime();
  const rows = level.values.flatMap((value, row) => value === null ? [] : [row])
    .sort((a, b) => time(a) - time(b));
  const columns = table.columns.map((column) => ({
    ...column,
    values: rows.map((row) => column.values[row] ?? null),
  }));
  return { times: rows.map(time), sorted: { ...table, columns } };
}

function filled(column: TableColumn, resampling: Resampling, given: Options): readonly Value[] {
  const { times, periods, method } = resampling;
  const { values } = column;
  if (method === "ffill" || method === "bfill") {
    const taken = periods.map((period) => {
      const after = countUpTo(times, period);
      const row = method === "ffill" || times[after - 1] === period ? after - 1 : after;
      return values[row] ?? null;
    });
    return method === "ffill" ? carried(taken) : carried(taken.toReversed()).toReversed();
  }
  const byTime = new Map(times.map((time, row) => [time, values[row] ?? null]));
  const exact = keepsPace(resampling)
    ? values
    : periods.map((period) => byTime.get(period) ?? null);
  if (method === "linear") return interpolated(column, exact);
  const fill = given.fill_value ?? null;
  return fill === null ? exact : exact.map((value) => isMissing(value) ? fill : value);
}

/** Rows that keep the rule's pace already stay, whatever their phase (pandas' `asfreq`). */
function keepsPace({ times, periods, frequency }: Resampling): boolean {
  return frequency.unit === "tick" && times.length === periods.length && times.length > 2 &&
    times.every((time, row) => row === 0 || time - times[row - 1]! === frequency.size);
}

function aggregated(
  column: TableColumn,
  { times, periods, frequency, method }: Resampling,
): Value[] {
  const numbers = numbersOf(column.values, `column '${column.label.map(String).join(", ")}'`);
  const calculate = { mean, median, sum }[method as "mean" | "median" | "sum"];
  let start = 0;
  return periods.map((period, position) => {
    const next = periods[position + 1] ?? Infinity;
    let end = start;
    while (
      end < times.length && (frequency.labelsEnd ? times[end]! < period + DAY : times[end]! < next)
    ) {
      end++;
    }
    const inside = present(numbers.slice(start, end));
    start = end;
    return calculate(inside);
  });
}

/** A period that is labelled by its last day ends with that day. */
const DAY = 86_400_000;

function carried(values: readonly Value[]): Value[] {
  let last: Value = null;
  return values.map((value) => last = isMissing(value) ? last : value);
}

/** A straight line between neighbours by their position; the last value goes on to the end. */
function interpolated(column: TableColumn, values: readonly Value[]): readonly Value[] {
  if (column.type !== 0) return values;
  const numbers = numbersOf(values, `column '${column.label.map(String).join(", ")}'`);
  const known = numbers.flatMap((number, row) => Number.isNaN(number) ? [] : [row]);
  let next = 0;
  return numbers.map((number, row) => {
    if (!Number.isNaN(number)) {
      next++;
      return values[row]!;
    }
    const [before, after] = [known[next - 1], known[next]];
    if (before === undefined) return null;
    const from = numbers[before]!;
    if (after === undefined) return from;
    return from + (numbers[after]! - from) * (row - before) / (after - before);
  });
}

/** How many of the ascending times are at or before one. */
function countUpTo(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
