/** The difference from the row, or the column, some periods before. */
import * as z from "zod";
import { defineOperation, nameMap } from "./define_operation.ts";
import { numbersOf } from "./statistics.ts";
import { append, pick } from "./table.ts";

const options = z.strictObject({
  columns: nameMap,
  periods: z.number().int().nullish(),
  /** 0 goes down the rows, 1 along the columns. */
  axis: z.union([z.literal(0), z.literal(1)]).nullish(),
});

export const diff = defineOperation("diff", options, (table, { columns, periods, axis }) => {
  const back = periods ?? 1;
  const picked = pick(table, Object.keys(columns));
  const numbers = picked.map(({ label, values }) =>
    numbersOf(values, `column '${label.map(String).join(", ")}'`)
  );
  const computed = picked.map((column, position) => ({
    ...column,
    type: 0 as const,
    floating: true,
    values: numbers[position]!.map((number, row) => {
      const before = axis === 1 ? numbers[position - back]?.[row] : numbers[position]![row - back];
      return number - (before ?? NaN);
    }),
  }));
  return append(table, computed, columns);
});
