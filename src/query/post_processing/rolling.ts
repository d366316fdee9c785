/** Statistics over a window of rows that moves down. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation, nameMap } from "./define_operation.ts";
import {
  mean,
  numbersOf,
  percentile,
  type PercentileMethod,
  present,
  sum,
  variance,
} from "./statistics.ts";
import { append, pick, refuseTooManyCells, takeRows } from "./table.ts";

const typeOptions = z.strictObject({
  ddof: z.number().int().min(0).optional(),
  quantile: z.number().min(0).max(1).optional(),
  interpolation: z.enum(["linear", "lower", "higher", "nearest", "midpoint"]).optional(),
});

const options = z.strictObject({
  rolling_type: z.string(),
  columns: nameMap,
  window: z.number().int().min(1),
  rolling_type_options: typeOptions.nullish(),
  center: z.boolean().nullish(),
  win_type: z.null().optional(),
  min_periods: z.number().int().min(0).nullish(),
});

type TypeOptions = z.output<typeof typeOptions>;
type Statistic = (numbers: readonly number[]) => number;

export const rolling = defineOperation("rolling", options, (table, given) => {
  const statistic = statisticOf(given.rolling_type, given.rolling_type_options ?? {});
  const { window, min_periods } = given;
  const needed = min_periods ?? window;
  if (needed > window) {
    throw invalidArgument(`Cannot roll: min_periods ${needed} is above window ${window}.`, {
      hint: "Give min_periods up to the window.",
    });
  }
  const picked = pick(table, Object.keys(given.columns));
  refuseTooManyCells("rolling", table.rowCount, Math.min(window, table.rowCount) * picked.length);
  const ahead = given.center ? Math.floor((window - 1) / 2) : 0;
  const computed = picked.map((column) => {
    const numbers = numbersOf(column.values, `column '${column.label.map(String).join(", ")}'`);
    const values = numbers.map((_, row) => {
      const last = row + ahead + 1;
      const rows = numbers.slice(Math.max(0, last - window), last);
      const inside = present(rows);
      // What counts values needs rows, whether or not they have one (pandas).
      const enough = given.rolling_type === "count" ? rows.length : inside.length;
      return enough < needed ? NaN : statistic(inside);
    });
    return { ...column, type: 0 as const, floating: true, values };
  });
  const rolled = append(table, computed, given.columns);
  if (!min_periods) return rolled;
  const complete = Array.from({ length: table.rowCount }, (_, row) => row).slice(min_periods - 1);
  return takeRows(rolled, complete);
});

const root = (statistic: Statistic): Statistic => (numbers) => Math.sqrt(statistic(numbers));
const extreme = (choose: (a: number, b: number) => number): Statistic => (numbers) =>
  numbers.length === 0 ? NaN : numbers.reduce((a, b) => choose(a, b));

const STATISTICS: ReadonlyMap<string, (options: TypeOptions) => Statistic> = new Map([
  ["count", () => (numbers: readonly number[]) => numbers.length],
  ["kurt", () => excessKurtosis],
  ["max", () => extreme(Math.max)],
  ["mean", () => mean],
  ["median", () => (numbers: readonly number[]) => percentile(numbers, 50)],
  ["min", () => extreme(Math.min)],
  ["std", ({ ddof = 1 }: TypeOptions) => root((numbers) => variance(numbers, ddof))],
  ["skew", () => skewness],
  ["sum", () => sum],
  ["var", ({ ddof = 1 }: TypeOptions) => (numbers: readonly number[]) => variance(numbers, ddof)],
  ["quantile", ({ quantile, interpolation }: TypeOptions) => quantileOf(quantile, interpolation)],
]);

/** Superset's list but for corr and cov, whose answers are matrices. */
function statisticOf(type: string, given: TypeOptions): Statistic {
  const make = STATISTICS.get(type);
  if (make !== undefined) return make(given);
  throw invalidArgument(`Cannot roll with '${type}': it is no type of rolling window here.`, {
    hint: `Use one of ${[...STATISTICS.keys()].join(", ")}; a running total is the operation cum.`,
  });
}

function quantileOf(quantile: number | undefined, method: PercentileMethod = "linear"): Statistic {
  if (quantile === undefined) {
    throw invalidArgument("Cannot roll with 'quantile': it needs the option quantile.", {
      hint: 'Give rolling_type_options such as {"quantile": 0.25}.',
    });
  }
  return (numbers) => percentile(numbers, quantile * 100, method);
}

/** pandas' unbiased estimate; three values at least. */
function skewness(numbers: readonly number[]): number {
  const n = numbers.length;
  const [second, third] = [centralMoment(numbers, 2), centralMoment(numbers, 3)];
  if (n < 3 || !(second > 1e-14)) return NaN;
  return Math.sqrt(n * (n - 1)) / (n - 2) * third / second ** 1.5;
}

/** pandas' unbiased estimate of the excess; four values at least. */
function excessKurtosis(numbers: readonly number[]): number {
  const n = numbers.length;
  const [second, fourth] = [centralMoment(numbers, 2), centralMoment(numbers, 4)];
  if (n < 4 || !(second > 1e-14)) return NaN;
  const ratio = fourth / second ** 2;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * ratio - 3 * (n - 1));
}

function centralMoment(numbers: readonly number[], power: number): number {
  const middle = mean(numbers);
  return mean(numbers.map((number) => (number - middle) ** power));
}
