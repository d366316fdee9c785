/** Totals of a pivot: a row over all rows, and for each metric a column over all its columns. */
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import { type Aggregate, aggregatedColumn, aggregateRows } from "./aggregators.ts";
import { groupRows } from "./group_rows.ts";
import { isMissing, type Key, keyText } from "./order.ts";
import { type Pivot, pivotLabel } from "./pivot_task.ts";
import type { Table, TableColumn } from "./table.ts";

/**
 * @param name of the totals, in the index and in the labels
 * @throws ServiceError `invalid_argument` where a row or column is named so already
 */
export function addMargins(pivoted: Table, task: Pivot, name: string): Table {
  refuseTaken(pivoted, name);
  const rows = countedRows(task);
  const byIndex = totals(task, task.index, rows);
  const byColumns = totals(task, task.columns, rows);
  const all = task.metrics.map((metric) => aggregateRows(metric, rows));
  const depth = task.columns.length;
  const columns = task.metrics.flatMap((metric, position) => {
    const own = pivoted.columns.filter(({ label }) => label[0] === metric.column.label[0]);
    if (depth === 0) return own.map((column) => extended(column, all[position]!));
    const perRow = indexKeys(pivoted).map((key) => byIndex.get(keyText(key))?.[position] ?? null);
    const total = aggregatedColumn(
      [metric.column.label[0]!, name, ...new Array<string>(depth - 1).fill("")],
      metric.column,
      perRow,
    );
    // Superset drops every column that rows do not have, and this one with them.
    const kept = task.dropMissing ? [extended(total, all[position]!)] : [];
    return [
      ...own.map((column) => {
        const found = byColumns.get(keyText(column.label.slice(1)));
        return extended(column, found === undefined ? task.fill : found[position]!);
      }),
      ...kept,
    ];
  });
  return {
    ...pivoted,
    index: pivoted.index!.map((level, position) => ({
      ...level,
      values: [...level.values, position === 0 ? name : ""],
    })),
    columns,
    rowCount: pivoted.rowCount + 1,
  };
}

/** The totals of each metric by the text of their key. */
function totals(
  task: Pivot,
  keys: readonly TableColumn[],
  rows: readonly number[],
): ReadonlyMap<string, readonly Value[]> {
  const taken: readonly Key[] = keys.map(({ type, values }) => ({
    type,
    values: rows.map((row) => values[row] ?? null),
  }));
  return new Map(
    groupRows(taken, rows.length).map(({ key, rows: positions }) => [
      keyText(keys === task.columns ? pivotLabel(key, keys) : key),
      task.metrics.map((metric) =>
        aggregateRows(metric, positions.map((position) => rows[position]!))
      ),
    ]),
  );
}

/** Where missing columns are dropped, rows with any missing value do not count (pandas). */
function countedRows({ index, columns, metrics, dropMissing, rowCount }: Pivot): readonly number[] {
  const all = Array.from({ length: rowCount }, (_, row) => row);
  if (!dropMissing) return all;
  const used = [...index, ...columns, ...metrics.map(({ column }: Aggregate) => column)];
  return all.filter((row) => used.every(({ values }) => !isMissing(values[row])));
}

function indexKeys({ index, rowCount }: Table): readonly (readonly Value[])[] {
  return Array.from(
    { length: rowCount },
    (_, row) => index!.map(({ values }) => values[row] ?? null),
  );
}

function extended(column: TableColumn, value: Value): TableColumn {
  return { ...column, values: [...column.values, value] };
}

function refuseTaken({ index, columns }: Table, name: string): void {
  const taken = index!.some(({ values }) => values.includes(name)) ||
    columns.some(({ label }) => label.slice(1).includes(name));
  if (!taken) return;
  throw invalidArgument(`Cannot name the totals '${name}': a row or column has that name.`, {
    hint: "Give another marginal_distribution_name.",
  });
}
