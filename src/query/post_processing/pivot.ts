/** Groups rows by an index, and makes a column of each combination of the pivoted columns' values. */
import { z } from "zod";
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
import { compareKeys, type Group, groupRows, isMissing, keyText } from "./order.ts";
import { type Pivot, pivotLabel } from "./pivot_task.ts";
import { pickOne, type Table, type TableColumn } from "./table.ts";

/** Superset's page draws far fewer; each is a column of the answer. */
const MOST_COLUMNS = 20_000;

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
    columns: (given.columns ?? []).map((name) => fillMissing(pickOne(table, name), filler)),
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
    .map((group) => ({
      ...group,
      values: metrics.map((metric) => aggregateRows(metric, group.rows)),
    }))
    .filter(({ values }) => !dropMissing || !values.every(isMissing));
  const rows = distinct(groups, (key) => key.slice(0, index.length), index, !dropMissing);
  const labels = distinct(groups, (key) => key.slice(index.length), columns, !dropMissing)
    .filter(seenIn(task));
  if (labels.length * metrics.length > MOST_COLUMNS) {
    throw invalidArgument(`Cannot pivot into ${labels.length * metrics.length} columns.`, {
      hint: `Limit the series, or pivot columns of fewer values: at most ${MOST_COLUMNS}.`,
    });
  }
  const cells = new Map(groups.map(({ key, values }) => [keyText(key), values]));
  return {
    index: index.map((column, level) => ({
      ...column,
      name: String(column.label[0]),
      values: rows.map((key) => key[level] ?? null),
    })),
    levels: [null, ...columns.map(({ label }) => String(label[0]))],
    columns: metrics.flatMap((metric, position) =>
      labels.map((label) =>
        aggregatedColumn(
          [metric.column.label[0]!, ...pivotLabel(label, columns)],
          metric.column,
          rows.map((row) => {
            const value = cells.get(keyText([...row, ...label]))?.[position] ?? null;
            return isMissing(value) ? task.fill : value;
          }),
        )
      )
    ),
    rowCount: rows.length,
  };
}

/**
 * The keys that groups have, in order. Where missing columns are kept pandas makes the product of
 * all values of each level.
 */
function distinct(
  groups: readonly Group[],
  part: (key: readonly Value[]) => readonly Value[],
  columns: readonly TableColumn[],
  product: boolean,
): readonly (readonly Value[])[] {
  const keys = unique(groups.map(({ key }) => part(key)));
  if (!product || columns.length < 2) {
    return keys.toSorted((a, b) => compareKeys(a, b, columns));
  }
  return columns.reduce<readonly (readonly Value[])[]>((products, column, level) => {
    const values = unique(keys.map((key) => [key[level] ?? null]))
      .toSorted((a, b) => compareKeys(a, b, [column]));
    return products.flatMap((head) => values.map(([value]) => [...head, value!]));
  }, [[]]);
}

function unique(keys: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

/** Of the product only the combinations that rows have stay. */
function seenIn({ columns, dropMissing, rowCount }: Pivot): (key: readonly Value[]) => boolean {
  if (dropMissing || columns.length < 2) return () => true;
  const seen = new Set(groupRows(columns, rowCount, true).map(({ key }) => keyText(key)));
  return (key) => seen.has(keyText(key));
}

/** The last aggregate of a source column wins, since pandas keeps one function a column. */
function bySource(wanted: readonly Aggregate[]): readonly Aggregate[] {
  const bySource = new Map(wanted.map((aggregate) => [aggregate.column.label[0], aggregate]));
  return [...bySource.values()]
    .toSorted((a, b) => compareKeys(a.column.label, b.column.label, [{ type: 1 }]));
}

function fillMissing(column: TableColumn, filler: string | null): TableColumn {
  if (!filler || !column.values.some(isMissing)) return column;
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
