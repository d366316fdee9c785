/** Columns in short, for an answer that does not hold all of its rows. */
import type { ColumnValues } from "../column_values.ts";
import type { Frame, Value } from "../frame.ts";
import { type AnswerColumn, namedColumns, type TypeWord } from "./answer_columns.ts";
import { outward } from "./rows.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly kind: TypeWord;
  readonly nulls: number;
  /** Different values; null where there are more than are counted. */
  readonly distinct: number | null;
  /** Of numbers and times. */
  readonly min?: unknown;
  readonly max?: unknown;
}

/** Above it, how many there are is of little use, and counting takes memory. */
const MAX_DISTINCT = 10_000;

/** Of the first `rowCount` rows of a frame. */
export function summaryOf(
  frame: Frame,
  columns: readonly AnswerColumn[],
  rowCount: number = frame.rowCount,
): ColumnSummary[] {
  const named = namedColumns(columns);
  return frame.columns.map(({ values }, at) => {
    const column = columns[at]!;
    return {
      name: named[at]!.name,
      kind: named[at]!.data_type,
      ...counted(values, rowCount, column),
    };
  });
}

/** Goes through the values as they are kept; only what is shown is made into an answer's value. */
function counted(
  values: ColumnValues,
  rowCount: number,
  column: AnswerColumn,
): Omit<ColumnSummary, "name" | "kind"> {
  const distinct = new Set<unknown>();
  const isOrdered = column.type === 0 || column.type === 2;
  let nulls = 0;
  let left = rowCount;
  let least: Ordered | null = null;
  let most: Ordered | null = null;
  for (const value of values) {
    if (left-- === 0) break;
    if (isNothing(value)) {
      nulls++;
      continue;
    }
    if (distinct.size <= MAX_DISTINCT) distinct.add(keyOf(value));
    const order = isOrdered ? orderOf(value) : null;
    if (order === null) continue;
    if (least === null || order < least.order) least = { order, value };
    if (most === null || order > most.order) most = { order, value };
  }
  return {
    nulls,
    distinct: distinct.size > MAX_DISTINCT ? null : distinct.size,
    ...(least === null ? {} : { min: outward(least.value, column) }),
    ...(most === null ? {} : { max: outward(most.value, column) }),
  };
}

/** What an answer shows as null. */
function isNothing(value: Value | undefined): boolean {
  return value === null || value === undefined ||
    (typeof value === "number" && !Number.isFinite(value)) ||
    (value instanceof Date && Number.isNaN(value.getTime()));
}

/** The same for values that are shown the same. */
function keyOf(value: Value): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === "object" ? JSON.stringify(value) : value;
}

interface Ordered {
  readonly order: number;
  readonly value: Value;
}

/** Numbers that are kept as text are numbers; times are ordered as moments. */
function orderOf(value: Value): number | null {
  if (typeof value === "number") return value;
  if (value instanceof Date) return value.getTime();
  if (typeof value !== "string" || value === "") return null;
  const number = Number(value);
  const order = Number.isNaN(number) ? Date.parse(/T/.test(value) ? zoned(value) : value) : number;
  return Number.isNaN(order) ? null : order;
}

function zoned(time: string): string {
  return time.endsWith("Z") ? time : `${time}Z`;
}
