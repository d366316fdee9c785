/** Conditions that a time column is within moments (Superset 6.1: `get_time_filter`). */
import type { DatasetColumn } from "../dataset.ts";
import { microseconds } from "../sql/spelling.ts";
import { columnSql, timestampSql } from "./columns.ts";
import type { Planning, TimeBounds } from "./planning.ts";
import { strftime } from "./strftime.ts";

/** @param grain cuts the column before it is compared */
export function timeConditions(
  column: DatasetColumn,
  { from, to }: TimeBounds,
  planning: Planning,
  grain?: string | null,
): readonly string[] {
  if (from === null && to === null) return [];
  const sql = grain ? timestampSql(column, grain, planning) : columnSql(column, planning);
  return [
    ...(from === null ? [] : [`${sql} >= ${momentSql(from, column, planning)}`]),
    ...(to === null ? [] : [`${sql} < ${momentSql(to, column, planning)}`]),
  ];
}

/** A moment as the column's type, or else its format, has it. */
function momentSql(moment: Date, column: DatasetColumn, { dialect }: Planning): string {
  const literal = dialect.timeLiteral(moment, column.type);
  if (literal !== null) return literal;
  const format = column.python_date_format;
  const seconds = Math.trunc(moment.getTime() / 1000);
  if (format === "epoch_s") return dialect.literal(seconds);
  if (format === "epoch_ms") return dialect.literal(seconds * 1000);
  return dialect.literal(format ? strftime(moment, format) : microseconds(moment));
}
