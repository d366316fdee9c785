/** Groups rows and aggregates columns of each group. */
import * as z from "zod";
import {
  type Aggregate,
  aggregatedColumn,
  aggregateRows,
  aggregates,
  readAggregates,
} from "./aggregators.ts";
import { defineOperation, names } from "./define_operation.ts";
import { groupRows } from "./group_rows.ts";
import { flatTable, pickOne, type Table } from "./table.ts";

const options = z.strictObject({ groupby: names.nullish(), aggregates: aggregates.nullish() });

export const aggregate = defineOperation(
  "aggregate",
  options,
  (table, given) =>
    aggregateGroups(table, given.groupby ?? [], readAggregates(table, given.aggregates ?? {})),
);

/** The columns grouped by, then the aggregates; groups sorted, those with a missing key left out. */
export function aggregateGroups(
  table: Table,
  groupby: readonly string[],
  wanted: readonly Aggregate[],
): Table {
  const keys = groupby.map((name) => pickOne(table, name));
  const groups = groupRows(keys, table.rowCount);
  return flatTable([
    ...keys.map((column, level) => ({
      ...column,
      values: groups.map(({ key }) => key[level] ?? null),
    })),
    ...wanted.map((item) =>
      aggregatedColumn(
        [item.name],
        item.column,
        groups.map(({ rows }) => aggregateRows(item, rows)),
      )
    ),
  ], groups.length);
}
