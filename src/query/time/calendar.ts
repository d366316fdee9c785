/**
 * Arithmetic on the calendar. A moment is a `Date` whose UTC parts are the clock of the databases'
 * times; weeks begin on Monday, and a month too short for a day ends it.
 */

export const TIME_UNITS = [
  "second",
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
] as const;

export type TimeUnit = (typeof TIME_UNITS)[number];

const SECOND = 1000;
const DAY = 86_400_000;

const LENGTHS = {
  second: SECOND,
  minute: 60 * SECOND,
  hour: 3600 * SECOND,
  day: DAY,
  week: 7 * DAY,
} as const;

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** The unit of a word such as `days` or `Month`; null where it names none. */
export function timeUnit(word: string): TimeUnit | null {
  const singular = word.toLowerCase().replace(/s$/, "");
  return TIME_UNITS.find((unit) => unit === singular) ?? null;
}

/** Whether the unit is shorter than a day. */
export function isOfClock(unit: TimeUnit): boolean {
  return unit === "second" || unit === "minute" || unit === "hour";
}

export function addUnits(moment: Date, count: number, unit: TimeUnit): Date {
  if (unit === "month" || unit === "quarter" || unit === "year") {
    return addMonths(moment, count * MONTHS[unit]);
  }
  return new Date(moment.getTime() + count * LENGTHS[unit]);
}

/** The beginning of the unit that holds the moment. */
export function truncate(moment: Date, unit: TimeUnit): Date {
  const month = moment.getUTCMonth();
  switch (unit) {
    case "year":
      return firstOfMonth(moment, 0);
    case "quarter":
      return firstOfMonth(moment, month - month % 3);
    case "month":
      return firstOfMonth(moment, month);
    case "week": {
      const midnight = truncate(moment, "day");
      return addUnits(midnight, -((moment.getUTCDay() + 6) % 7), "day");
    }
    default: {
      const time = moment.getTime();
      return new Date(Math.floor(time / LENGTHS[unit]) * LENGTHS[unit]);
    }
  }
}

/** The last day of the unit that holds the moment, at midnight. */
export function lastDay(moment: Date, unit: TimeUnit): Date {
  if (isOfClock(unit)) return truncate(moment, "day");
  return addUnits(addUnits(truncate(moment, unit), 1, unit), -1, "day");
}

/**
 * Reads the parts of a moment.
 *
 * @param month from 1
 * @returns null where there is no such day or time
 */
export function momentOf(
  year: number,
  month: number,
  day: number,
  time: { readonly hour: number; readonly minute: number; readonly milliseconds: number } = {
    hour: 0,
    minute: 0,
    milliseconds: 0,
  },
): Date | null {
  const { hour, minute, milliseconds } = time;
  if (hour > 23 || minute > 59 || milliseconds >= 60_000) return null;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  moment.setUTCHours(hour, minute, 0, milliseconds);
  const isReal = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
  return isReal && year >= 1 ? moment : null;
}

function addMonths(moment: Date, months: number): Date {
  const target = firstOfMonth(moment, moment.getUTCMonth() + months);
  const length = new Date(target);
  length.setUTCMonth(target.getUTCMonth() + 1, 0);
  const day = Math.min(moment.getUTCDate(), length.getUTCDate());
  return new Date(target.getTime() + (day - 1) * DAY + timeOfDay(moment));
}

/** @param month from 0, beyond 11 of the years after */
function firstOfMonth(moment: Date, month: number): Date {
  const first = new Date(0);
  first.setUTCFullYear(moment.getUTCFullYear(), month, 1);
  return first;
}

function timeOfDay(moment: Date): number {
  return ((moment.getTime() % DAY) + DAY) % DAY;
}
