/** Rows as a tree, one level for each group, with the sum or mean of each (6.1: superset/viz.py, `PartitionViz`). */
import type { Row } from "../chart_kind.ts";
import { compareValues, numeric } from "./frames.ts";

export interface Branch {
  readonly name: unknown;
  readonly val: number;
  readonly children: readonly Branch[];
}

/** @param option `time_series_option`: `agg_mean` takes means, everything else sums */
export function nested(
  rows: readonly Row[],
  groups: readonly string[],
  metrics: readonly string[],
  option: unknown,
): readonly Branch[] {
  const value = option === "agg_mean" ? mean : sum;
  return metrics.map((metric) => ({
    name: metric,
    val: value(rows, metric),
    children: level(rows, groups, metric, value, []),
  }));
}

function level(
  rows: readonly Row[],
  groups: readonly string[],
  metric: string,
  value: (rows: readonly Row[], metric: string) => number,
  above: readonly unknown[],
): readonly Branch[] {
  const [group, ...rest] = groups;
  if (group === undefined) return [];
  const byName = Map.groupBy(rows.filter((row) => row[group] !== null), (row) => row[group]);
  return [...byName].sort(([one], [other]) => compareValues(one, other)).map(([name, own]) => ({
    // The first level is named by its value, the ones below by the way to them.
    name: above.length === 0 ? name : [...above, name],
    val: value(own, metric),
    children: level(own, rest, metric, value, [...above, name]),
  }));
}

function sum(rows: readonly Row[], metric: string): number {
  return rows.reduce((total, row) => total + (numeric(row[metric]) ?? 0), 0);
}

function mean(rows: readonly Row[], metric: string): number {
  const values = rows.filter((row) => numeric(row[metric]) !== null);
  return values.length === 0 ? 0 : sum(values, metric) / values.length;
}
