/**
 * Time offsets of a comparison: the range that the same query runs on once more (6.1:
 * superset/models/helpers.py, `processing_time_offsets`).
 */
import { momentOf } from "./calendar.ts";
import { invalidArgument } from "../../errors.ts";
import { moved, type TimeDelta, timeDelta } from "./human_time.ts";
import { timeFault } from "./time_fault.ts";

export interface TimeOffset {
  /** As the chart names it; part of the names of the columns that are compared. */
  readonly name: string;
  /** How far the range goes back; null for a range of its own. */
  readonly delta: TimeDelta | null;
  readonly from: Date;
  readonly to: Date;
}

const DAY = 86_400_000;

/** What stands between a metric and its offset in a column's name (`TIME_COMPARISON`). */
export const OFFSET_SEPARATOR = "__";

/**
 * @param name `1 year ago`, `28 days ago`, `inherit` (by the range's own length), `2024-01-31` (so
 * that the range begins there) or `2024-01-01 : 2024-02-01`
 * @throws ServiceError `invalid_argument` for another offset, or a range without beginning or end
 */
export function timeOffset(
  name: string,
  range: { readonly from: Date | null; readonly to: Date | null },
): TimeOffset {
  const { from, to } = range;
  if (from === null || to === null) {
    throw invalidArgument(
      `Cannot compare with '${name}': the time range has no beginning or no end.`,
      {
        hint: "Give a time range with both, such as 'Last month'.",
      },
    );
  }
  const [begin, end] = name.split(":").map(dateOf);
  if (name.split(":").length === 2 && begin && end) {
    if (begin > end) throw timeFault(name, "it ends before it begins");
    return { name, delta: null, from: begin, to: end };
  }
  const delta = deltaOf(name, from, to);
  return { name, delta, from: moved(from, delta), to: moved(to, delta) };
}

function deltaOf(name: string, from: Date, to: Date): TimeDelta {
  const days = (later: Date, earlier: Date) =>
    Math.floor((later.getTime() - earlier.getTime()) / DAY);
  if (name === "inherit") return { count: -days(to, from), unit: "day" };
  const date = dateOf(name);
  if (date !== null) return { count: -days(from, date), unit: "day" };
  const delta = timeDelta(name);
  if (delta === null) throw timeFault(name, "it is no offset such as '1 year ago'");
  return delta;
}

function dateOf(text: string): Date | null {
  const [, year, month, day] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text) ?? [];
  return year === undefined ? null : momentOf(Number(year), Number(month), Number(day));
}
