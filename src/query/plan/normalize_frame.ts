/**
 * Rows as Superset hands them to post-processing: times that are kept as numbers or text become
 * times, moved by the dataset's hours (6.1: superset/models/helpers.py `normalize_df`,
 * superset/utils/core.py `normalize_dttm_col`).
 */
import { mappedValues } from "../column_values.ts";
import type { Dataset, DatasetColumn } from "../dataset.ts";
import type { Column, Frame, Value } from "../frame.ts";
import type { QueryObject } from "../query_object.ts";
import { moved, timeDelta } from "../time/human_time.ts";
import { axisLabel, TIMESTAMP } from "./labels.ts";
import { strptime } from "./strftime.ts";

const HOUR = 3_600_000;

/** @param now the moment that a `time_shift` in words is counted from */
export function normalizeFrame(
  frame: Frame,
  query: QueryObject,
  dataset: Dataset,
  now: Date,
): Frame {
  const column = (name: string | null | undefined) =>
    dataset.columns.find(({ column_name }) => column_name === name);
  const times = new Map<string, DatasetColumn | undefined>();
  for (const name of [axisLabel(query.columns ?? []), query.granularity]) {
    const known = column(name);
    if (known?.is_dttm) times.set(known.column_name, known);
  }
  times.set(TIMESTAMP, column(query.granularity));
  const shift = dataset.offset * HOUR + shiftOf(query.time_shift, now);
  const columns = frame.columns.map((one) =>
    times.has(one.name) ? asTimes(one, times.get(one.name), shift) : one
  );
  return { ...frame, columns: inOrder(columns, query.extras?.column_order) };
}

function asTimes(column: Column, known: DatasetColumn | undefined, shift: number): Column {
  const format = known?.python_date_format || known?.datetime_format || null;
  const values = mappedValues(column.values, (value) => {
    const time = timeOf(value, format);
    return time === null || shift === 0 ? time : new Date(time.getTime() + shift);
  });
  return { name: column.name, type: 2, values };
}

/** Null for what is no time, as pandas coerces it. */
function timeOf(value: Value, format: string | null): Date | null {
  if (value instanceof Date || value === null) return value;
  if (typeof value === "number") return ofNumber(value, format);
  if (typeof value !== "string") return null;
  if (format !== null && !format.startsWith("epoch_")) return strptime(value, format);
  return valid(new Date(/[zZ]|[+-]\d{2}:?\d{2}$/.test(value) ? value : isoInUtc(value)));
}

function ofNumber(value: number, format: string | null): Date | null {
  if (format === "epoch_s") return valid(new Date(value * 1000));
  if (format === "epoch_ms") return valid(new Date(value));
  // Without a format pandas takes a number for nanoseconds.
  return format === null ? valid(new Date(value / 1e6)) : strptime(String(value), format);
}

function isoInUtc(text: string): string {
  const [day, clock] = text.trim().split(/[ T]/);
  return `${day}T${clock ?? "00:00:00"}Z`;
}

function valid(time: Date): Date | null {
  return Number.isNaN(time.getTime()) ? null : time;
}

/** A shift into the past brings the times back to the present. */
function shiftOf(words: string | null | undefined, now: Date): number {
  const delta = words ? timeDelta(words) : null;
  return delta === null ? 0 : moved(now, delta).getTime() - now.getTime();
}

function inOrder(
  columns: readonly Column[],
  order: readonly string[] | null | undefined,
): readonly Column[] {
  if (!Array.isArray(order) || order.length === 0) return columns;
  const named = order.flatMap((name) => columns.filter((column) => column.name === name));
  return [...new Set([...named, ...columns])];
}
