/**
 * Moments in words, such as `now`, `7 days ago`, `next month` or `2 weeks after 2024-01-01`, read
 * as Superset's `parse_human_datetime` does (6.1: superset/utils/date_parser.py). Weekdays and bare
 * times, which it reads as of the first of January, are refused.
 */
import { addUnits, isOfClock, type TimeUnit, timeUnit, truncate } from "./calendar.ts";
import { timeFault } from "./time_fault.ts";
import { writtenDate } from "./written_date.ts";

/** A count of units, into the past where negative. */
export interface TimeDelta {
  readonly count: number;
  readonly unit: TimeUnit;
}

const NUMBER_WORDS = "zero one two three four five six seven eight nine ten".split(" ");
const COUNT = String.raw`(\d{1,9}|an?|${NUMBER_WORDS.join("|")})`;
const UNIT = "(second|minute|hour|day|week|month|quarter|year)s?";

const BARE = new RegExp(String.raw`^\d+\s+${UNIT}$`, "i");
const SIGNED = new RegExp(String.raw`^([+-])\s*${COUNT}\s*${UNIT}(?:\s+ago)?$`, "i");
const AGO = new RegExp(String.raw`^${COUNT}\s*${UNIT}\s+(ago|later|hence|from now)$`, "i");
const AHEAD = new RegExp(String.raw`^in\s+${COUNT}\s*${UNIT}$`, "i");
const NEIGHBOUR = new RegExp(String.raw`^(last|previous|next)\s+${UNIT}$`, "i");
const FROM_DATE = new RegExp(String.raw`^${COUNT}\s*${UNIT}\s+(before|after|from)\s+(.+)$`, "i");

/**
 * @param now its UTC parts are the clock's; below a second it is cut
 * @throws ServiceError `invalid_argument` where the words mean no moment, or two (`5 days`)
 */
export function humanTime(words: string, now: Date): Date {
  const text = words.trim();
  const second = truncate(now, "second");
  if (BARE.test(text)) {
    throw timeFault(text, `it could be in the past or in the future; say '${text} ago' or 'later'`);
  }
  const moment = writtenDate(text, second.getUTCFullYear()) ?? named(text, second) ??
    relative(text, second) ?? neighbour(text, second) ?? fromDate(text, second);
  if (moment === null) throw timeFault(text, "it is no time, or one that does not exist");
  return moment;
}

/**
 * A difference in words: `1 year ago`, `-28 days`, `2 weeks`, `3 months later`.
 *
 * @param bare the sign of a difference without one: 1 or -1
 * @returns null where the words are none
 */
export function timeDelta(words: string, bare: 1 | -1 = 1): TimeDelta | null {
  const text = words.trim();
  const signed = SIGNED.exec(text);
  if (signed) {
    return delta(signed[2]!, signed[3]!, signed[1] === "-" || /ago$/i.test(text) ? -1 : 1);
  }
  const ago = AGO.exec(text);
  if (ago) return delta(ago[1]!, ago[2]!, ago[3]!.toLowerCase() === "ago" ? -1 : 1);
  const plain = new RegExp(`^${COUNT}\\s*${UNIT}$`, "i").exec(text);
  return plain ? delta(plain[1]!, plain[2]!, bare) : null;
}

/** The moment a difference away. */
export function moved(moment: Date, { count, unit }: TimeDelta): Date {
  return addUnits(moment, count, unit);
}

function delta(count: string, unit: string, sign: 1 | -1): TimeDelta {
  return { count: sign * countOf(count), unit: timeUnit(unit)! };
}

function countOf(word: string): number {
  const lower = word.toLowerCase();
  if (lower === "a" || lower === "an") return 1;
  const number = NUMBER_WORDS.indexOf(lower);
  return number >= 0 ? number : Number(word);
}

function named(text: string, now: Date): Date | null {
  const today = truncate(now, "day");
  switch (text.toLowerCase()) {
    case "now":
      return now;
    case "today":
    case "midnight":
      return today;
    case "noon":
      return addUnits(today, 12, "hour");
    case "yesterday":
      return addUnits(today, -1, "day");
    case "tomorrow":
      return addUnits(today, 1, "day");
    default:
      return null;
  }
}

/** Counted from now; in days or longer from midnight, but for `from now`. */
function relative(text: string, now: Date): Date | null {
  const ahead = AHEAD.exec(text);
  const difference = ahead ? delta(ahead[1]!, ahead[2]!, 1) : timeDelta(text);
  if (difference === null) return null;
  const keepsTime = isOfClock(difference.unit) || /from now$/i.test(text);
  return moved(keepsTime ? now : truncate(now, "day"), difference);
}

/** `last month` is the first of it, and `last hour` its beginning; weeks and days count from today. */
function neighbour(text: string, now: Date): Date | null {
  const match = NEIGHBOUR.exec(text);
  if (match === null) return null;
  const unit = timeUnit(match[2]!)!;
  const away = addUnits(now, match[1]!.toLowerCase() === "next" ? 1 : -1, unit);
  if (unit === "second" || unit === "minute") return away;
  return truncate(away, unit === "week" ? "day" : unit);
}

function fromDate(text: string, now: Date): Date | null {
  const match = FROM_DATE.exec(text);
  const date = match && (writtenDate(match[4]!.trim(), now.getUTCFullYear()) ??
    named(match[4]!.trim(), now));
  if (!match || !date) return null;
  const sign = match[3]!.toLowerCase() === "before" ? -1 : 1;
  return moved(date, delta(match[1]!, match[2]!, sign));
}
