/** The functions that aggregate and pivot take by numpy's name, each over the values of one group. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { compareValues, isMissing } from "./order.ts";
import { mean, median, numbersOf, percentile, present, sum, variance } from "./statistics.ts";
import type { Table } from "./table.ts";
import { pickOne, type TableColumn } from "./table.ts";

export type Aggregator = (values: readonly Value[], column: TableColumn) => Value;

/** What is made of one column of each group. */
export interface Aggregate {
  readonly name: string;
  readonly column: TableColumn;
  readonly aggregate: Aggregator;
}

/** By the name of the aggregate. */
export const aggregates = z.record(
  z.string(),
  z.object({
    column: z.string().optional(),
    operator: z.string(),
    options: z.record(z.string(), z.unknown()).nullish(),
  }),
);

const aggregatorOptions = z.strictObject({
  q: z.number().min(0).max(100).optional(),
  method: z.enum(["linear", "lower", "higher", "nearest", "midpoint"]).optional(),
  ddof: z.number().int().min(0).optional(),
});

type AggregatorOptions = z.output<typeof aggregatorOptions>;

/**
 * @throws ServiceError `invalid_argument` for a column that is missing, a function that is not
 * one of numpy's list, or options it does not take
 */
export function readAggregates(
  table: Table,
  given: z.output<typeof aggregates>,
): readonly Aggregate[] {
  return Object.entries(given).map(([name, { column = name, operator, options }]) => ({
    name,
    column: pickOne(table, column),
    aggregate: aggregatorOf(operator, options ?? {}),
  }));
}

/** The values of one group, as the aggregate sees them. */
export function aggregateRows({ column, aggregate }: Aggregate, rows: readonly number[]): Value {
  return aggregate(rows.map((row) => column.values[row] ?? null), column);
}

/** The column of an aggregate: the least of dates is a date, a list of outliers is no number. */
export function aggregatedColumn(
  label: readonly Value[],
  column: TableColumn,
  values: readonly Value[],
): TableColumn {
  const kept = column.type !== 0 &&
    values.some((value) => value instanceof Date || typeof value === "string");
  const type = kept ? column.type : values.some(Array.isArray) ? 1 : 0;
  return { label, type, floating: type === 0, values };
}

function aggregatorOf(operator: string, given: Readonly<Record<string, unknown>>): Aggregator {
  const parsed = aggregatorOptions.safeParse(given);
  const make = FUNCTIONS.get(operator);
  if (make === undefined) {
    throw invalidArgument(`Cannot aggregate with '${operator}': it is no function for that.`, {
      hint: `Use one of ${[...FUNCTIONS.keys()].join(", ")}.`,
    });
  }
  if (!parsed.success) {
    throw invalidArgument(`Cannot aggregate with '${operator}': its options are wrong.`, {
      hint: "percentile and nanpercentile take q and method; std and var take ddof.",
    });
  }
  return make(parsed.data, operator);
}

/** Numbers without the missing ones, as methods of a pandas Series take them. */
const skipping = (calculate: (numbers: number[]) => number): Aggregator => (values, column) =>
  calculate(present(numbersOf(values, described(column))));

/** All numbers: numpy's own functions answer NaN as soon as one is missing. */
const plain = (calculate: (numbers: number[]) => number): Aggregator => (values, column) =>
  calculate(numbersOf(values, described(column)));

/** A lone value is its own sum, mean and median: it keeps all of its digits. */
const ofOne = (aggregator: Aggregator): Aggregator => (values, column) => {
  const given = values.filter((value) => !isMissing(value));
  const lone = given.length === 1 && column.type === 0 ? given[0]! : null;
  return typeof lone === "number" || typeof lone === "string" ? lone : aggregator(values, column);
};

const total: Aggregator = (values, column) => {
  const exact = values.some((value) => typeof value === "string") ? wholeSum(values) : null;
  return exact ?? skipping(sum)(values, column);
};

const product = (numbers: readonly number[]) => numbers.reduce((all, number) => all * number, 1);

const extreme = (direction: 1 | -1): Aggregator => (values, column) => {
  let best: Value = null;
  for (const value of values) {
    if (isMissing(value)) continue;
    if (best === null || compareValues(value, best, column.type) * direction < 0) best = value;
  }
  return best;
};

const position = (direction: 1 | -1): Aggregator => (values, column) => {
  const best = extreme(direction)(values, column);
  return best === null ? -1 : values.indexOf(best);
};

export const AVERAGE = ofOne(skipping(mean));
export const MEDIAN = ofOne(skipping(median));
export const GREATEST = extreme(-1);
export const LEAST = extreme(1);
/** numpy's masked count, which counts missing values too: none of them is masked. */
export const COUNT: Aggregator = (values) => values.length;

const quantile =
  (over: typeof skipping) => ({ q, method }: AggregatorOptions, operator: string): Aggregator => {
    if (q === undefined) {
      throw invalidArgument(`Cannot aggregate with '${operator}': it needs the option q.`, {
        hint: 'Give q from 0 to 100, such as {"q": 25}.',
      });
    }
    return over((numbers) => percentile(numbers, q, method));
  };

type MakeAggregator = (options: AggregatorOptions, operator: string) => Aggregator;

/** Superset's `NUMPY_FUNCTIONS`, but for cumsum and cumprod, which answer many values for a group. */
const FUNCTIONS: ReadonlyMap<string, MakeAggregator> = new Map<string, MakeAggregator>([
  ["average", () => plain(mean)],
  ["argmin", () => position(1)],
  ["argmax", () => position(-1)],
  ["count", () => COUNT],
  ["count_nonzero", () => plain((numbers) => numbers.filter((number) => number !== 0).length)],
  ["max", () => GREATEST],
  ["mean", () => AVERAGE],
  ["median", () => plain(median)],
  ["nansum", () => ofOne(total)],
  ["nanmin", () => LEAST],
  ["nanmax", () => GREATEST],
  ["nanmean", () => AVERAGE],
  ["nanmedian", () => MEDIAN],
  ["nanpercentile", quantile(skipping)],
  ["min", () => LEAST],
  ["percentile", quantile(plain)],
  ["prod", () => skipping(product)],
  ["product", () => skipping(product)],
  ["std", ({ ddof = 0 }) => skipping((numbers) => Math.sqrt(variance(numbers, ddof)))],
  ["sum", () => ofOne(total)],
  ["var", ({ ddof = 0 }) => skipping((numbers) => variance(numbers, ddof))],
]);

function described({ label }: TableColumn): string {
  return `column '${label.map(String).join(", ")}'`;
}

/** The exact sum of whole numbers, some beyond ±2^53; null where one is not whole. */
function wholeSum(values: readonly Value[]): Value {
  let whole = 0n;
  for (const value of values) {
    if (isMissing(value)) continue;
    const text = String(value);
    if (!/^-?\d+$/.test(text)) return null;
    whole += BigInt(text);
  }
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : String(whole);
}
