/** The nine statistics that a box plot is drawn of, for each metric and group. */
import * as z from "zod";
import { aggregateGroups } from "./aggregate.ts";
import { type Aggregator, AVERAGE, COUNT, GREATEST, LEAST, MEDIAN } from "./aggregators.ts";
import { defineOperation, names } from "./define_operation.ts";
import { numberOf, percentile, present } from "./statistics.ts";
import { pickOne, type Table, type TableColumn } from "./table.ts";

const options = z.strictObject({
  groupby: names.nullish(),
  metrics: names,
  whisker_type: z.enum(["tukey", "min/max", "percentile"]),
  percentiles: z.array(z.number().min(0).max(100)).nullish(),
}).refine(
  ({ whisker_type, percentiles }) =>
    whisker_type !== "percentile" ||
    (percentiles?.length === 2 && percentiles[0]! < percentiles[1]!),
  { path: ["percentiles"], message: "two numbers, the lower first" },
);

type Options = z.output<typeof options>;

interface Whiskers {
  readonly low: Aggregator;
  readonly high: Aggregator;
}

export const boxplot = defineOperation("boxplot", options, (table, given) => {
  const { low, high } = whiskersOf(given);
  const statistics: readonly (readonly [string, Aggregator])[] = [
    ["mean", AVERAGE],
    ["median", MEDIAN],
    ["max", high],
    ["min", low],
    ["q1", quartile(25)],
    ["q3", quartile(75)],
    ["count", COUNT],
    ["outliers", (values, column) => {
      const numbers = numbersIn(values);
      const [least, most] = [
        Number(low(values, column) ?? NaN),
        Number(high(values, column) ?? NaN),
      ];
      return [
        ...numbers.filter((number) => number > most),
        ...numbers.filter((number) => number < least),
      ];
    }],
  ];
  const columns = given.metrics.map((metric) => numeric(table, metric));
  const wanted = statistics.flatMap(([statistic, aggregate]) =>
    columns.map((column) => ({ name: `${column.label[0]}__${statistic}`, column, aggregate }))
  );
  return aggregateGroups(table, given.groupby ?? [], wanted);
});

function whiskersOf({ whisker_type, percentiles }: Options): Whiskers {
  if (whisker_type === "min/max") return { low: LEAST, high: GREATEST };
  if (whisker_type === "percentile") {
    const [low, high] = percentiles as [number, number];
    return { low: whisker(low), high: whisker(high) };
  }
  return {
    low: (values) => {
      const [numbers, q1, q3] = spread(values);
      return least(numbers.filter((number) => number >= q1 - 1.5 * (q3 - q1)));
    },
    high: (values) => {
      const [numbers, q1, q3] = spread(values);
      return -least(numbers.filter((number) => number <= q3 + 1.5 * (q3 - q1)).map((n) => -n));
    },
  };
}

function spread(values: Parameters<Aggregator>[0]): [number[], number, number] {
  const numbers = numbersIn(values);
  return [numbers, percentile(numbers, 25, "midpoint"), percentile(numbers, 75, "midpoint")];
}

function quartile(q: number): Aggregator {
  return (values) => percentile(numbersIn(values), q, "midpoint");
}

function whisker(q: number): Aggregator {
  return (values) => percentile(numbersIn(values), q);
}

function numbersIn(values: Parameters<Aggregator>[0]): number[] {
  return present(values.map((value) => numberOf(value) ?? NaN));
}

function least(numbers: readonly number[]): number {
  return numbers.length === 0 ? NaN : numbers.reduce((a, b) => Math.min(a, b));
}

/** Text that is no number counts as missing here (pandas' `to_numeric` with `coerce`). */
function numeric(table: Table, metric: string): TableColumn {
  const column = pickOne(table, metric);
  return {
    ...column,
    type: 0,
    values: column.values.map((value) => numberOf(value) === null ? null : value),
  };
}
