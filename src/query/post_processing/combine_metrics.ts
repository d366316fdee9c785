/** Turns a pivot's labels around: each pivoted column holds its metrics side by side. */
import type { Value } from "../frame.ts";
import { compareKeys, isMissing, keyText } from "./order.ts";
import { labelKey, type Table } from "./table.ts";

/** What `df.stack(0).unstack()` answers: rows without any value leave, gaps are missing values. */
export function combineValueWithMetric(table: Table): Table {
  const depth = table.levels.length - 1;
  const rows = Array.from({ length: table.rowCount }, (_, row) => row)
    .filter((row) => table.columns.some(({ values }) => !isMissing(values[row])))
    .sort((a, b) => depth === 0 ? 0 : nullsFirst(table, b) - nullsFirst(table, a));
  const byLabel = new Map(table.columns.map((column) => [labelKey(column.label), column]));
  // Stacking leaves missing values out, and so a metric that has no other.
  const filled = table.columns.filter(({ values }) => !values.every(isMissing));
  const metrics = unique(filled.map(({ label }) => label.slice(0, 1)));
  const heads = unique(table.columns.map(({ label }) => label.slice(1)))
    .toSorted((a, b) => compareKeys(a, b, new Array(depth).fill({ type: 1 })));
  const columns = heads.flatMap((head) =>
    metrics.map((metric) => {
      const column = byLabel.get(labelKey([...metric, ...head]));
      return {
        label: [...head, ...metric],
        type: column?.type ?? 0,
        floating: column?.floating ?? true,
        values: rows.map((row) => column?.values[row] ?? null),
      } as const;
    })
  );
  return {
    ...table,
    index: table.index?.map((level) => ({
      ...level,
      values: rows.map((row) => level.values[row] ?? null),
    })) ?? null,
    levels: [...table.levels.slice(1), null],
    columns,
    rowCount: rows.length,
  };
}

/** `unstack` of several levels puts a missing key before the others. */
function nullsFirst({ index }: Table, row: number): number {
  return Number(isMissing(index?.[0]?.values[row]));
}

function unique(keys: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}
