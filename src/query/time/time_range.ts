/**
 * Time ranges in all of Superset's words (6.1: superset/utils/date_parser.py, `get_since_until`).
 * A range holds its first moment and not its last.
 */
import { invalidArgument } from "../../errors.ts";
import { addUnits, isOfClock, lastDay, type TimeUnit, timeUnit, truncate } from "./calendar.ts";
import { humanTime, moved, timeDelta } from "./human_time.ts";
import { evaluateTime, isTimeExpression } from "./time_expression.ts";
import { timeFault } from "./time_fault.ts";

export interface TimeRange {
  /** Inclusive; null where the range has no beginning. */
  readonly from: Date | null;
  /** Exclusive; null where it has no end. */
  readonly to: Date | null;
}

export interface TimeContext {
  /** The clock's moment; its UTC parts are the time that databases' times are of. */
  readonly now: Date;
  /** What `Next …` begins with and `Last …` is counted from; `today` unless given. */
  readonly relativeStart?: string | null;
  /** What `Last …` ends with; `today` unless given. */
  readonly relativeEnd?: string | null;
  /** Moves the range into the past, such as `1 year`; a range takes its place. */
  readonly timeShift?: string | null;
  /** `y`, `m`, `w`: moves it by a year, month or week; `r`: by its own length. */
  readonly instantTimeComparisonRange?: string | null;
}

export const NO_TIME_RANGE = "No filter";

const SEPARATOR = " : ";
const UNIT = "(second|minute|hour|day|week|month|quarter|year)s?";
const BROAD = "(day|week|month|quarter|year)s?";
const SCOPE = "(this|last|next|prior)";

const CALENDAR = /^(previous calendar|current)\s+(day|week|month|quarter|year)$/i;
const FIRST_UNIT = new RegExp(
  `^(?:first|1st)\\s+(week|month|quarter)\\s+of\\s+(?:${SCOPE}\\s+)?(?:the\\s+)?${BROAD}$`,
  "i",
);
const LAST_OR_NEXT = /^(last|next)\s/i;
const EDGE = new RegExp(`^(start|beginning|end) of\\s+${SCOPE}\\s+(\\d{1,9})?\\s*${BROAD}$`, "i");
const FIRST_DAY = new RegExp(
  `^(?:first|1st)\\s+(?:day\\s+)?of\\s+(?:${SCOPE}\\s+|the\\s+)?${BROAD}$`,
  "i",
);
const SCOPED = new RegExp(`^${SCOPE}\\s+(\\d{1,9})?\\s*${UNIT}$`, "i");

/**
 * @param text as a chart or filter holds it; nothing at all ends at `relativeEnd`, as in Superset
 * @throws ServiceError `invalid_argument` for words that mean no range, or one that ends before it
 * begins
 */
export function timeRange(text: string | null | undefined, context: TimeContext): TimeRange {
  const words = (text ?? "").trim();
  if (words === NO_TIME_RANGE) return { from: null, to: null };
  const range = compared(shifted(rangeOf(words, context), context), context);
  if (range.from !== null && range.to !== null && range.from > range.to) {
    throw invalidArgument(
      `Cannot use the time range '${words}': it begins at ${iso(range.from)}, after its end ${
        iso(range.to)
      }.`,
      { hint: "Write the earlier time first." },
    );
  }
  return range;
}

function rangeOf(words: string, context: TimeContext): TimeRange {
  const separator = ` ${words} `.indexOf(SEPARATOR);
  if (separator >= 0) {
    return {
      from: sideOf(words.slice(0, Math.max(0, separator - 1)), context),
      to: sideOf(words.slice(separator + SEPARATOR.length - 1), context),
    };
  }
  if (words === "") return { from: null, to: sideOf(context.relativeEnd || "today", context) };
  if (LAST_OR_NEXT.test(words)) return lastOrNext(words, context);
  const range = calendarRange(words, context) ?? firstUnit(words, context);
  if (range === null) throw timeFault(words, "it is one time and no range, or neither");
  return range;
}

/** `Last` hours and less end now: Superset ends them at midnight, which is before they begin. */
function lastOrNext(words: string, context: TimeContext): TimeRange {
  if (/^next/i.test(words)) {
    return { from: sideOf(context.relativeStart || "today", context), to: sideOf(words, context) };
  }
  const unit = timeUnit(SCOPED.exec(words)?.[3] ?? "");
  const end = unit !== null && isOfClock(unit) ? "now" : "today";
  return { from: sideOf(words, context), to: sideOf(context.relativeEnd || end, context) };
}

function calendarRange(words: string, { now }: TimeContext): TimeRange | null {
  const [, scope, name] = CALENDAR.exec(words) ?? [];
  const unit = timeUnit(name ?? "");
  if (unit === null) return null;
  const begin = truncate(now, unit);
  return scope!.toLowerCase() === "current"
    ? { from: begin, to: addUnits(begin, 1, unit) }
    : { from: addUnits(begin, -1, unit), to: begin };
}

/** `first week of this year`. */
function firstUnit(words: string, context: TimeContext): TimeRange | null {
  const [, part, scope, name] = FIRST_UNIT.exec(words) ?? [];
  const unit = timeUnit(name ?? "");
  if (unit === null) return null;
  const from = truncate(scoped(scope ?? "this", 1, unit, context), unit);
  return { from, to: addUnits(from, 1, timeUnit(part!)!) };
}

function sideOf(words: string, context: TimeContext): Date | null {
  const text = words.trim();
  if (text === "") return null;
  if (isTimeExpression(text)) return evaluateTime(text, context.now);
  const [, edge, edgeScope, edgeCount, edgeUnit] = EDGE.exec(text) ?? [];
  if (edge !== undefined) {
    const unit = timeUnit(edgeUnit!)!;
    const moment = scoped(edgeScope!, Number(edgeCount ?? 1), unit, context);
    return edge.toLowerCase() === "end" ? lastDay(moment, unit) : truncate(moment, unit);
  }
  const [, firstScope, firstName] = FIRST_DAY.exec(text) ?? [];
  const first = timeUnit(firstName ?? "");
  if (first !== null) return truncate(scoped(firstScope ?? "this", 1, first, context), first);
  const [, scope, count, name] = SCOPED.exec(text) ?? [];
  const unit = timeUnit(name ?? "");
  // A lone hour is the one before or after on the clock, as in Superset.
  if (unit !== null && (unit !== "hour" || count !== undefined)) {
    return scoped(scope!, Number(count ?? 1), unit, context);
  }
  return humanTime(text, context.now);
}

function scoped(scope: string, count: number, unit: TimeUnit, context: TimeContext): Date {
  const base = humanTime(
    context.relativeStart || (isOfClock(unit) ? "now" : "today"),
    context.now,
  );
  const sign = { this: 0, next: 1, last: -1, prior: -1 }[scope.toLowerCase()] ?? 0;
  const moment = addUnits(base, sign * count, unit);
  if (Number.isNaN(moment.getTime())) {
    throw timeFault(`${scope} ${count} ${unit}`, "it is outside the calendar");
  }
  return moment;
}

function shifted(range: TimeRange, { timeShift, now }: TimeContext): TimeRange {
  if (!timeShift) return range;
  const [from, to, ...more] = timeShift.split(SEPARATOR);
  if (to !== undefined && more.length === 0) {
    return { from: humanTime(from!, now), to: humanTime(to, now) };
  }
  const difference = timeDelta(timeShift, -1);
  if (difference === null) throw timeFault(timeShift, "it is no shift such as '1 year ago'");
  // Every shift goes back, whatever its sign (Superset's `parse_past_timedelta`).
  const back = { ...difference, count: -Math.abs(difference.count) };
  return {
    from: range.from && moved(range.from, back),
    to: range.to && moved(range.to, back),
  };
}

const COMPARISONS: Readonly<Record<string, TimeUnit>> = { y: "year", m: "month", w: "week" };
const DAY = 86_400_000;

function compared(range: TimeRange, { instantTimeComparisonRange }: TimeContext): TimeRange {
  if (!instantTimeComparisonRange) return range;
  const { from, to } = range;
  const days = from && to ? Math.floor((to.getTime() - from.getTime()) / DAY) : 1;
  const [count, unit] = instantTimeComparisonRange === "r"
    ? [days || 1, "day" as const]
    : [1, COMPARISONS[instantTimeComparisonRange]];
  if (unit === undefined) return range;
  return { from: from && addUnits(from, -count, unit), to: to && addUnits(to, -count, unit) };
}

function iso(moment: Date): string {
  return moment.toISOString().slice(0, 19);
}
