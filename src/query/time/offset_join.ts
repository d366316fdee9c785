/**
 * Joins the rows of offset queries to those of the main one, so that a moment stands beside its
 * counterpart (6.1: superset/models/helpers.py, `join_offset_dfs`).
 */
import { arrayOf } from "../column_values.ts";
import type { Column, Frame, Value } from "../frame.ts";
import { truncate } from "./calendar.ts";
import { moved, type TimeDelta } from "./human_time.ts";
import { MONDAY_WEEKS, SUNDAY_WEEKS } from "./time_grains.ts";
import { OFFSET_SEPARATOR, type TimeOffset } from "./time_offset.ts";

export interface OffsetRows {
  readonly offset: TimeOffset;
  /** Of the same columns as the main rows. */
  readonly frame: Frame;
}

export interface OffsetJoin {
  /** The labels of the metrics; the other columns are joined on. */
  readonly metrics: readonly string[];
  /** ISO 8601; null joins on equal moments. */
  readonly timeGrain: string | null;
}

/** Columns of times that a range of its own is not joined on. */
const TIME_COLUMNS = ["ds", "__timestamp", "dttm"];

const DAY = 86_400_000;

/**
 * The main rows with a column `metric__offset` for each metric and offset, null without a
 * counterpart. Time and the other keys come first. A row with several counterparts is repeated.
 */
export function joinOffsets(main: Frame, offsets: readonly OffsetRows[], join: OffsetJoin): Frame {
  return offsets.reduce((frame, rows) => joinOne(frame, rows, join, keysOf(main, join)), main);
}

/** The text that moments of one period of a grain share, a main row's once it is moved back. */
export function offsetJoinKey(
  value: Value,
  timeGrain: string,
  delta: TimeDelta | null = null,
): string {
  if (!(value instanceof Date)) return String(value);
  const moment = delta === null ? value : moved(value, delta);
  const year = String(moment.getUTCFullYear()).padStart(4, "0");
  const month = moment.getUTCMonth();
  if (SUNDAY_WEEKS.includes(timeGrain)) return `${year}-W${weekOfYear(moment, 0)}`;
  if (MONDAY_WEEKS.includes(timeGrain)) return `${year}-W${weekOfYear(moment, 1)}`;
  if (timeGrain === "P1M") return `${year}-${String(month + 1).padStart(2, "0")}`;
  if (timeGrain === "P3M") return `${year}-Q${Math.floor(month / 3) + 1}`;
  return timeGrain === "P1Y" ? year : moment.toISOString();
}

function joinOne(
  main: Frame,
  { offset, frame }: OffsetRows,
  { metrics, timeGrain }: OffsetJoin,
  keys: readonly string[],
): Frame {
  const isRange = offset.delta === null;
  const joined = isRange ? keys.filter((key) => !TIME_COLUMNS.includes(key)) : keys;
  const rows = isRange && joined.length === 0 ? totalled(frame, metrics) : frame;
  const grain = isRange ? null : timeGrain;
  const rightKeys = rowKeys(rows, joined, grain, null);
  const counterparts = Map.groupBy(rightKeys.keys(), (row) => rightKeys[row]!);
  const pairs = rowKeys(main, joined, grain, offset.delta).flatMap((key, left) =>
    (counterparts.get(key) ?? [null]).map((right) => ({ left, right }))
  );
  const first = main.columns.filter(({ name }) => joined.includes(name));
  const rest = main.columns.filter(({ name }) => !joined.includes(name));
  const taken = [...first, ...rest].map((column): Column => ({
    ...column,
    values: pairs.map(({ left }) => column.values.at(left) ?? null),
  }));
  const added = metrics.map((metric): Column => {
    const column = rows.columns.find(({ name }) => name === metric);
    return {
      name: `${metric}${OFFSET_SEPARATOR}${offset.name}`,
      type: column?.type ?? 0,
      floating: true,
      values: pairs.map(({ right }) => right === null ? null : column?.values.at(right) ?? null),
    };
  });
  return { columns: [...taken, ...added], rowCount: pairs.length };
}

function keysOf({ columns }: Frame, { metrics }: OffsetJoin): readonly string[] {
  return columns.map(({ name }) => name).filter((name) => !metrics.includes(name));
}

/** One text a row; with a grain the first key is a period. */
function rowKeys(
  frame: Frame,
  keys: readonly string[],
  timeGrain: string | null,
  delta: TimeDelta | null,
): readonly string[] {
  const columns = keys.map((key) => frame.columns.find(({ name }) => name === key));
  return Array.from(
    { length: frame.rowCount },
    (_, row) =>
      JSON.stringify(columns.map((column, position) => {
        const value = column?.values.at(row) ?? null;
        return position === 0 && timeGrain ? offsetJoinKey(value, timeGrain, delta) : value;
      })),
  );
}

/** One row: the sums of numbers, and the first of anything else. */
function totalled(frame: Frame, metrics: readonly string[]): Frame {
  const columns = frame.columns.filter(({ name }) => metrics.includes(name)).map((column) => ({
    ...column,
    values: [
      column.type === 0
        ? arrayOf(column.values).reduce<number>((sum, value) => sum + Number(value ?? 0), 0)
        : column.values.at(0) ?? null,
    ],
  }));
  return { columns, rowCount: 1 };
}

/** strftime's `%U` (first day 0) and `%W` (1): week 1 begins with the year's first such day. */
function weekOfYear(moment: Date, firstDay: 0 | 1): string {
  const begin = truncate(moment, "year").getTime();
  const day = Math.floor((moment.getTime() - begin) / DAY);
  const weekday = (moment.getUTCDay() - firstDay + 7) % 7;
  return String(Math.floor((day + 7 - weekday) / 7)).padStart(2, "0");
}
