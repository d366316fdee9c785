/** Small operations on rows that several legacy kinds share: pivots, sums and text of values. */
import type { QueryColumn, QueryMetric } from "../../query_object.ts";
import type { Row } from "../chart_kind.ts";
import { TIMESTAMP } from "../base_query.ts";
import { columnLabel, metricLabel } from "../form_values.ts";

/** A column of a pivot: the metric, then the values of the groups. */
export interface Series {
  readonly metric: string;
  readonly groups: readonly unknown[];
  /** By index value: the mean of what the rows have there. */
  readonly points: ReadonlyMap<number, number>;
}

export interface Pivot {
  /** Instants in milliseconds, ascending. */
  readonly index: readonly number[];
  readonly series: readonly Series[];
}

/** Rows by time, one series for each metric and group (pandas' `pivot_table` with its mean). */
export function pivotByTime(
  rows: readonly Row[],
  groupby: readonly QueryColumn[],
  metrics: readonly QueryMetric[],
  aggregate: "mean" | "sum" = "mean",
): Pivot {
  const groups = groupby.map(columnLabel);
  const labels = metrics.map(metricLabel);
  const cells = new Map<string, Cells>();
  const index = new Set<number>();
  // Every group has rows of the same instants.
  const instants = new Map<unknown, number | null>();
  for (const row of rows) {
    const written = row[TIMESTAMP];
    const time = instants.get(written) ?? instant(written);
    instants.set(written, time);
    const key = groups.map((name) => row[name]);
    // pandas drops rows whose group or index is null.
    if (time === null || key.some((value) => value === null || value === undefined)) continue;
    const id = JSON.stringify(key);
    for (const metric of labels) {
      const value = numeric(row[metric]);
      if (value === null) continue;
      index.add(time);
      const name = `${metric} ${id}`;
      const cell = cells.get(name) ?? { metric, groups: key, at: new Map() };
      cells.set(name, cell);
      const found = cell.at.get(time);
      if (found === undefined) cell.at.set(time, { sum: value, count: 1 });
      else {
        found.sum += value;
        found.count += 1;
      }
    }
  }
  const series = [...cells.values()].sort((a, b) => compareLists(keyOf(a), keyOf(b)));
  return {
    index: [...index].sort((a, b) => a - b),
    series: series.map(({ metric, groups: values, at }) => ({
      metric,
      groups: values,
      points: new Map(
        [...at].map(([time, { sum, count }]) => [time, aggregate === "sum" ? sum : sum / count]),
      ),
    })),
  };
}

interface Cells {
  readonly metric: string;
  readonly groups: readonly unknown[];
  readonly at: Map<number, { sum: number; count: number }>;
}

/** Milliseconds since 1970; a text without a zone means UTC. */
export function instant(value: unknown): number | null {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const zoned = /[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.replace(" ", "T")}Z`;
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(value) ? value : zoned);
  return Number.isNaN(time) ? null : time;
}

/** Decimals come as text where a number would lose digits. */
export function numeric(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

export function compareLists(one: readonly unknown[], other: readonly unknown[]): number {
  for (const [at, value] of one.entries()) {
    const order = compareValues(value, other[at]);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

export function compareValues(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [a, b] = [String(one), String(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf(cell: { metric: string; groups: readonly unknown[] }): readonly unknown[] {
  return [cell.metric, ...cell.groups];
}
