/** Counts values into bins of equal width, a column each, for each group. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation, names } from "./define_operation.ts";
import { printedFloat } from "./labels.ts";
import { groupRows } from "./group_rows.ts";
import { isMissing } from "./order.ts";
import { numbersOf, sum } from "./statistics.ts";
import { flatColumn, flatTable, pickOne, refuseTooManyCells, takeRows } from "./table.ts";

/** More would be no picture, and every bin is a column of the answer. */
const MOST_BINS = 1000;

const options = z.strictObject({
  column: z.string(),
  groupby: names.nullish(),
  bins: z.number().int().min(1).max(MOST_BINS).nullish(),
  cumulative: z.boolean().nullish(),
  normalize: z.boolean().nullish(),
});

export const histogram = defineOperation("histogram", options, (given, chosen) => {
  const all = pickOne(given, chosen.column).values;
  const rows = all.flatMap((value, row) => isMissing(value) ? [] : [row]);
  const table = takeRows(given, rows);
  if (table.rowCount === 0) return table;
  const numbers = numbersOf(pickOne(table, chosen.column).values, `column '${chosen.column}'`);
  if (!numbers.every(Number.isFinite)) {
    throw invalidArgument(
      `Cannot count column '${chosen.column}' into bins: it holds an infinity.`,
      {
        hint: "Filter infinities out of the query.",
      },
    );
  }
  const edges = binEdges(numbers, chosen.bins ?? 5);
  const keys = (chosen.groupby ?? []).map((name) => pickOne(table, name));
  const groups = groupRows(keys, table.rowCount);
  refuseTooManyCells("histogram", groups.length, edges.length);
  const counts = groups.map(({ rows }) => {
    const counted = countIn(edges, rows.map((row) => numbers[row]!));
    return chosen.cumulative ? running(counted) : counted;
  });
  const total = chosen.normalize ? sum(counts.flat()) : 1;
  return flatTable([
    ...keys.map((column, level) => ({
      ...column,
      values: groups.map(({ key }) => key[level] ?? null),
    })),
    ...edges.slice(1).map((edge, bin) =>
      flatColumn(
        `${printedFloat(edges[bin]!)} - ${printedFloat(edge)}`,
        counts.map((counted) => counted[bin]! / total),
      )
    ),
  ], groups.length);
});

/** numpy's edges: evenly from the least to the greatest, half a unit around a lone value. */
function binEdges(numbers: readonly number[], bins: number): readonly number[] {
  let low = numbers.reduce((a, b) => Math.min(a, b));
  let high = numbers.reduce((a, b) => Math.max(a, b));
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = (high - low) / bins;
  return Array.from({ length: bins + 1 }, (_, bin) => bin === bins ? high : bin * step + low);
}

/** Each bin holds its lower edge, and the last its upper one too. */
function countIn(edges: readonly number[], numbers: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const number of numbers) {
    let [low, high] = [0, edges.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= number) low = middle;
      else high = middle;
    }
    counts[low]!++;
  }
  return counts;
}

function running(counts: readonly number[]): number[] {
  let sofar = 0;
  return counts.map((count) => sofar += count);
}
