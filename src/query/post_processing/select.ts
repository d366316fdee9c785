/** Keeps some columns, in the order asked for, and renames them. */
import * as z from "zod";
import { defineOperation, nameMap, names } from "./define_operation.ts";
import { pick, rename, requireColumns } from "./table.ts";

const options = z.strictObject({
  columns: names.nullish(),
  exclude: names.nullish(),
  rename: nameMap.nullish(),
});

export const select = defineOperation("select", options, (table, given) => {
  requireColumns(table, [...given.columns ?? [], ...Object.keys(given.rename ?? {})]);
  const kept = given.columns?.length ? pick(table, given.columns) : table.columns;
  const excluded = new Set(given.exclude ?? []);
  requireColumns({ ...table, columns: kept }, [...excluded]);
  const columns = kept.filter(({ label }) => !excluded.has(String(label[0])))
    .map((column) => ({
      ...column,
      label: column.label.map((part) => rename(part, given.rename ?? {})),
    }));
  return { ...table, columns };
});
