/** Columns in short, for an answer that does not hold all of its rows. */
import type { Frame } from "../frame.ts";
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
    const distinct = new Set<unknown>();
    const isOrdered = column.type === 0 || column.type === 2;
    let nulls = 0;
    let least: Ordered | null = null;
    let most: Ordered | null = null;
    for (let row = 0; row < rowCount; row++) {
      const value = outward(values[row] ?? null, column);
      if (value === null) {
        nulls++;
        continue;
      }
      if (distinct.size <= MAX_DISTINCT) {
        distinct.add(typeof value === "object" ? JSON.stringify(value) : value);
      }
      const order = isOrdered ? orderOf(value) : null;
      if (order === null) continue;
      if (least === null || order < least.order) least = { order, value };
      if (most === null || order > most.order) most = { order, value };
    }
    return {
      name: named[at]!.name,
      kind: named[at]!.data_type,
      nulls,
      distinct: distinct.size > MAX_DISTINCT ? null : distinct.size,
      ...(least === null ? {} : { min: least.value }),
      ...(most === null ? {} : { max: most.value }),
    };
  });
}

interface Ordered {
  readonly order: number;
  readonly value: unknown;
}

/** Numbers that are kept as text are numbers; times are ordered as moments. */
function orderOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "") return null;
  const number = Number(value);
  const order = Number.isNaN(number) ? Date.parse(/T/.test(value) ? zoned(value) : value) : number;
  return Number.isNaN(order) ? null : order;
}

function zoned(time: string): string {
  return time.endsWith("Z") ? time : `${time}Z`;
}
