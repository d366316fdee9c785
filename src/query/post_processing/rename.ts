/** Renames columns, or the labels of one level; to null takes a label away. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { defineOperation } from "./define_operation.ts";
import { levelOf } from "./flatten.ts";
import { rename as renamed, requireColumns } from "./table.ts";

const options = z.strictObject({
  columns: z.record(z.string(), z.string().nullable()),
  /** Nothing is changed in place here; Superset's page says it. */
  inplace: z.boolean().nullish(),
  level: z.union([z.number().int(), z.string()]).nullish(),
});

export const rename = defineOperation("rename", options, (table, { columns, level }) => {
  requireColumns(table, Object.keys(columns));
  const targets = Object.values(columns);
  if (targets.length === 0) return table;
  const only = level === null || level === undefined ? null : levelOf(table, level);
  const taken = new Set(table.columns.map(({ label }) => label[only ?? 0]));
  if (targets.every((target) => taken.has(target))) {
    throw invalidArgument(`Cannot rename a column to '${targets[0]}': that label exists already.`, {
      hint: "Rename to a label that is not in use.",
    });
  }
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      label: column.label.map((part, position) =>
        only === null || position === only ? renamed(part, columns) : part
      ),
    })),
  };
});
