/** Groups rows by an index, and makes a column of each combination of the pivoted columns' values. */
import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import type { Value } from "../frame.ts";
import {
  type Aggregate,
  aggregatedColumn,
  aggregateRows,
  aggregates,
  readAggregates,
} from "./aggregators.ts";
import { combineValueWithMetric } from "./combine_metrics.ts";
import { defineOperation, names } from "./define_operation.ts";
import { NULL_LABEL } from "./labels.ts";
import { addMargins } from "./margins.ts";
import { type Group, groupRows } from "./group_rows.ts";
import { compareKeys, isMissing, keyText } from "./order.ts";
import { type Pivot, pivotLabel } from "./pivot_task.ts";
import { pickOne, refuseTooManyCells, type Table, type TableColumn } from "./table.ts";

const options = z.strictObject({
  index: names,
  columns: names.nullish(),
  aggregates,
  metric_fill_value: z.union([z.number(), z.string(), z.boolean()]).nullish(),
  column_fill_value: z.string().nullish(),
  drop_missing_columns: z.boolean().nullish(),
  combine_value_with_metric: z.boolean().nullish(),
  marginal_distributions: z.boolean().nullish(),
  marginal_distribution_name: z.string().nullish(),
});

export const pivot = defineOperation("pivot", options, (table, given) => {
  if (given.index.length === 0) throw needs("at least one name in index");
  const wanted = readAggregates(table, given.aggregates);
  if (wanted.length === 0) throw needs("at least one aggregate");
  const filler = given.column_fill_value === undefined ? NULL_LABEL : given.column_fill_value;
  const task: Pivot = {
    index: given.index.map((name) => pickOne(table, name)),
    columns: (given.columns ?? []).map((name) =>
      fillMissing(pickOne(table, name), filler, given.drop_missing_columns ?? true)
    ),
    metrics: bySource(wanted),
    fill: given.metric_fill_value ?? null,
    dropMissing: given.drop_missing_columns ?? true,
    rowCount: table.rowCount,
  };
  const pivoted = pivotRows(task);
  const totalled = given.marginal_distributions
    ? addMargins(pivoted, task, given.marginal_distribution_name ?? "All")
    : pivoted;
  const kept = task.dropMissing ? withoutEmptyColumns(totalled) : totalled;
  return given.combine_value_with_metric ? combineValueWithMetric(kept) : kept;
});

function pivotRows(task: Pivot): Table {
  const { index, columns, metrics, dropMissing } = task;
  const keys = [...index, ...columns];
  const groups = groupRows(keys, task.rowCount, !dropMissing)
    .map(({ key, rows }): PivotedGroup => ({
      key,
      row: keyText(key.slice(0, index.length)),
      label: keyText(key.slice(index.length)),
      values: metrics.map((metric) => aggregateRows(metric, rows)),
    }))
    .filter(({ values }) => !dropMissing || !values.every(isMissing));
  const rows = indexKeys(groups, task);
  const labels = columnKeys(groups, task);
  refuseTooManyCells("pivot", rows.length, labels.length * metrics.length);
  const cells = cellsOf(groups, rows, labels, task);
  return {
    index: index.map((column, level) => ({
      ...column,
      name: String(column.label[0]),
      values: rows.map((key) => key[level] ?? null),
    })),
    levels: [null, ...columns.map(({ label }) => String(label[0]))],
    columns: metrics.flatMap((metric, position) =>
      labels.map((label, at) =>
        aggregatedColumn(
          [metric.column.label[0]!, ...pivotLabel(label, columns)],
          metric.column,
          cells[position]![at]!,
        )
      )
    ),
    rowCount: rows.length,
  };
}

type Keys = readonly (readonly Value[])[];

interface PivotedGroup {
  readonly key: Group["key"];
  /** Its place in the index, and among the columns, as `keyText` of these parts of its key. */
  readonly row: string;
  readonly label: string;
  readonly values: readonly Value[];
}

/** Values by metric, column and row, the gaps filled. */
function cellsOf(
  groups: readonly PivotedGroup[],
  rows: Keys,
  labels: Keys,
  { metrics, fill }: Pivot,
): readonly (readonly (readonly Value[])[])[] {
  const rowAt = new Map(rows.map((key, position) => [keyText(key), position]));
  const labelAt = new Map(labels.map((key, position) => [keyText(key), position]));
  const cells = metrics.map(() => labels.map(() => new Array<Value>(rows.length).fill(fill)));
  for (const group of groups) {
    const row = rowAt.get(group.row)!;
    const label = labelAt.get(group.label)!;
    for (const [metric, value] of group.values.entries()) {
      if (!isMissing(value)) cells[metric]![label]![row] = value;
    }
  }
  return cells;
}

/** Where missing columns are kept, the product of all values of each level (pandas). */
function indexKeys(groups: readonly PivotedGroup[], { index, dropMissing }: Pivot): Keys {
  const keys = unique(groups, ({ row }) => row).map(({ key }) => key.slice(0, index.length));
  if (dropMissing || index.length === 1) return sorted(keys, index);
  const levels = index.map((column, level) =>
    sorted(unique(keys.map((key) => [key[level] ?? null]), keyText), [column])
  );
  refuseTooManyCells("pivot", levels.reduce((count, values) => count * values.length, 1), 1);
  return levels.reduce<Keys>(
    (heads, values) => heads.flatMap((head) => values.map(([value]) => [...head, value!])),
    [[]],
  );
}

/**
 * Where missing columns are kept, all combinations that rows have, as far as each of their values
 * is in the pivot; those that groups have otherwise.
 */
function columnKeys(groups: readonly PivotedGroup[], task: Pivot): Keys {
  const { index, columns, dropMissing, rowCount } = task;
  const keys = unique(groups, ({ label }) => label).map(({ key }) => key.slice(index.length));
  if (dropMissing || columns.length < 2) return sorted(keys, columns);
  const known = columns.map((_, level) =>
    new Set(keys.map((key) => keyText([key[level] ?? null])))
  );
  return groupRows(columns, rowCount, true).map(({ key }) => key)
    .filter((key) => key.every((value, level) => known[level]!.has(keyText([value]))));
}

function sorted(keys: Keys, columns: readonly TableColumn[]): Keys {
  return keys.toSorted((a, b) => compareKeys(a, b, columns));
}

/** The last of those that are alike, in the order of the first. */
function unique<T>(ones: readonly T[], text: (one: T) => string): readonly T[] {
  return [...new Map(ones.map((one) => [text(one), one])).values()];
}

/** The last aggregate of a source column wins, since pandas keeps one function a column. */
function bySource(wanted: readonly Aggregate[]): readonly Aggregate[] {
  const bySource = new Map(wanted.map((aggregate) => [aggregate.column.label[0], aggregate]));
  return [...bySource.values()]
    .toSorted((a, b) => compareKeys(a.column.label, b.column.label, [{ type: 1 }]));
}

function fillMissing(
  column: TableColumn,
  filler: string | null,
  dropMissing: boolean,
): TableColumn {
  if (!column.values.some(isMissing)) return column;
  // A level of whole numbers that keeps a missing one is of floating-point numbers in pandas.
  if (!filler) {
    return { ...column, floating: column.floating || (column.type === 0 && !dropMissing) };
  }
  return { ...column, values: column.values.map((value) => isMissing(value) ? filler : value) };
}

function withoutEmptyColumns(table: Table): Table {
  return { ...table, columns: table.columns.filter(({ values }) => !values.every(isMissing)) };
}

function needs(what: string): Error {
  return invalidArgument(`Cannot pivot: it needs ${what}.`, {
    hint: 'Give index and aggregates, such as {"sum__num": {"operator": "mean"}}.',
  });
}
