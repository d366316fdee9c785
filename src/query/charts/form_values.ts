/**
 * Reads values out of a chart's form data, which older versions, imports and people's scripts have
 * written, too: nothing in it is sure to have the shape that the page gives it today.
 */
import type { AdhocColumn, QueryColumn, QueryMetric } from "../query_object.ts";

/** The value as a list: nothing is the empty one, a single value a list of one. */
export function asList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Columns as they stand in the form; what is no column at all is left out. */
export function asColumns(value: unknown): readonly QueryColumn[] {
  return asList(value).filter((entry) => isText(entry) || isObject(entry)) as QueryColumn[];
}

/** Metrics as they stand in the form; what is no metric at all is left out. */
export function asMetrics(value: unknown): readonly QueryMetric[] {
  return asList(value).filter((entry) => isText(entry) || isObject(entry)) as QueryMetric[];
}

/** The first metric, or null. */
export function asMetric(value: unknown): QueryMetric | null {
  return asMetrics(value)[0] ?? null;
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Neither null nor undefined, which the page tells from each other nowhere that matters here. */
export function isDefined<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** An empty text, list or object, or nothing: what lodash's `isEmpty`, which the page asks, calls empty. */
export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value) || isText(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : true;
}

/** An expression of its own, as opposed to a column's name. */
export function isAdhocColumn(value: unknown): value is AdhocColumn {
  return isObject(value) && value.sqlExpression !== undefined && value.label !== undefined &&
    (value.expressionType === undefined || value.expressionType === "SQL");
}

export function columnLabel(column: QueryColumn): string {
  return isText(column) ? column : column.label || column.sqlExpression || "";
}

export function metricLabel(metric: QueryMetric): string {
  if (isText(metric)) return metric;
  if (metric.label) return metric.label;
  if (metric.expressionType === "SIMPLE") {
    return `${metric.aggregate}(${metric.column?.column_name})`;
  }
  return metric.sqlExpression ?? "";
}

/** The first of each label, in order. */
export function uniqueBy<T>(values: readonly T[], label: (value: T) => string): readonly T[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = label(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A limit or another number, which forms hold as text, too; undefined for what is none. */
export function asNumber(value: unknown): number | undefined {
  const number = isText(value) && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** Without the keys that hold undefined, as JSON would have it. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as T;
}

/** The columns of a deck.gl chart's tooltip: names, or items that say they are columns. */
export function tooltipColumns(contents: unknown): readonly string[] {
  return asList(contents).flatMap((item) => {
    if (isText(item)) return [item];
    if (!isObject(item) || item.item_type !== "column") return [];
    return isText(item.column_name) ? [item.column_name] : [];
  });
}
