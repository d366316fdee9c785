/** Sorts rows, by columns or by the index. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation, names } from "./define_operation.ts";
import { compareValues, isMissing, type Key } from "./order.ts";
import { pickOne, type Table, takeRows } from "./table.ts";

const options = z.strictObject({
  is_sort_index: z.boolean().nullish(),
  by: names.nullish(),
  ascending: z.union([z.boolean(), z.array(z.boolean())]).nullish(),
});

export const sort = defineOperation("sort", options, (table, { is_sort_index, by, ascending }) => {
  if (!is_sort_index && !by?.length) return table;
  const keys = is_sort_index ? indexKeys(table) : by!.map((name) => pickOne(table, name));
  const directions = Array.isArray(ascending) ? ascending : keys.map(() => ascending ?? true);
  if (directions.length !== keys.length) {
    throw invalidArgument(
      `Cannot sort by ${keys.length} keys with ${directions.length} directions.`,
      { hint: "Give ascending as one boolean, or one for each name in by." },
    );
  }
  const rows = Array.from({ length: table.rowCount }, (_, row) => row);
  return takeRows(
    table,
    rows.sort((a, b) => {
      for (const [position, key] of keys.entries()) {
        const order = compareRows(key, a, b, directions[position]!);
        if (order !== 0) return order;
      }
      return 0;
    }),
  );
});

/** Missing values stay last whatever the direction. */
function compareRows({ values, type }: Key, a: number, b: number, ascending: boolean): number {
  const [left, right] = [values[a] ?? null, values[b] ?? null];
  const order = compareValues(left, right, type);
  return ascending || isMissing(left) || isMissing(right) ? order : -order;
}

function indexKeys(table: Table): readonly Key[] {
  const numbered = {
    type: 0,
    values: Array.from({ length: table.rowCount }, (_, row) => row),
  } as const;
  return table.index ?? [numbered];
}
