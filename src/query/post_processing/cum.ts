/** Running totals, products and extremes down the rows. */
import * as z from "zod";
import { defineOperation, nameMap } from "./define_operation.ts";
import { numbersOf } from "./statistics.ts";
import { append, pick } from "./table.ts";

const STEPS = {
  sum: (sofar: number, next: number) => sofar + next,
  prod: (sofar: number, next: number) => sofar * next,
  min: Math.min,
  max: Math.max,
} as const;

const options = z.strictObject({
  operator: z.enum(["sum", "prod", "min", "max"]),
  columns: nameMap.nullish(),
});

export const cum = defineOperation("cum", options, (table, { operator, columns }) => {
  const names = columns ?? {};
  const computed = pick(table, Object.keys(names)).map((column) => {
    let sofar: number | null = null;
    const values = numbersOf(column.values, `column '${column.label.map(String).join(", ")}'`)
      .map((number) => {
        const next = Number.isNaN(number) ? 0 : number;
        return sofar = sofar === null ? next : STEPS[operator](sofar, next);
      });
    return { ...column, type: 0 as const, values };
  });
  return append(table, computed, names);
});
