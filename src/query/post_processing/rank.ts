/** Where each value stands among the others, as a share from above 0 to 1; equal ones share the mean. */
import * as z from "zod";
import type { Value } from "../frame.ts";
import { defineOperation } from "./define_operation.ts";
import { groupRows } from "./group_rows.ts";
import { compareValues, isMissing } from "./order.ts";
import { flatColumn, pickOne, type Table } from "./table.ts";

const options = z.strictObject({ metric: z.string(), group_by: z.string().nullish() });

export const rank = defineOperation("rank", options, (table, { metric, group_by }): Table => {
  const { values, type } = pickOne(table, metric);
  const groups = groupRows(group_by ? [pickOne(table, group_by)] : [], table.rowCount);
  const ranks = new Array<Value>(table.rowCount).fill(null);
  for (const { rows } of groups) {
    const order = (a: number, b: number) => compareValues(values[a]!, values[b]!, type);
    const sorted = rows.filter((row) => !isMissing(values[row])).toSorted(order);
    for (let start = 0; start < sorted.length;) {
      let end = start + 1;
      while (end < sorted.length && order(sorted[start]!, sorted[end]!) === 0) end++;
      // Ranks count from 1; `start` and `end` are of a run of equal values.
      const share = (start + 1 + end) / 2 / sorted.length;
      for (const row of sorted.slice(start, end)) ranks[row] = share;
      start = end;
    }
  }
  const column = flatColumn("rank", ranks);
  const known = table.columns.some(({ label }) => label[0] === "rank");
  return {
    ...table,
    columns: known
      ? table.columns.map((other) => other.label[0] === "rank" ? column : other)
      : [...table.columns, column],
  };
});
