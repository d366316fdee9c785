/** Dates written out: ISO 8601, with slashes, or with the month's name; a time may follow. */
import { momentOf } from "./calendar.ts";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH = String.raw`(?<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`;
const TIME = String
  .raw`(?:(?:T|,?\s+)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}(?:\.\d{1,9})?))?\s*(?<half>[ap]m)?\s*(?<zone>Z|[+-]\d{2}:?\d{2})?)?`;

const FORMS = [
  String.raw`(?<year>\d{4})`,
  String.raw`(?<year>\d{4})[-/](?<month>\d{1,2})`,
  String.raw`(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})${TIME}`,
  String.raw`(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})${TIME}`,
  String.raw`(?<first>\d{1,2})[/.-](?<second_>\d{1,2})[/.-](?<year>\d{4})${TIME}`,
  String.raw`${MONTH}\s+(?<year>\d{4})`,
  String.raw`${MONTH}\s+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<year>\d{4}))?${TIME}`,
  String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?\s+${MONTH}(?:,?\s+(?<year>\d{4}))?${TIME}`,
].map((form) => new RegExp(`^${form}$`, "i"));

/**
 * Reads a date; what is left out is the first of the year, month or day, and the year is this one.
 * With slashes the month comes first, unless it could only be a day.
 *
 * @returns a moment in UTC; null where the text is no date, or one that does not exist
 */
export function writtenDate(text: string, thisYear: number): Date | null {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return dateOf(parts, thisYear);
  }
  return null;
}

type Parts = Readonly<Record<string, string | undefined>>;

function dateOf(parts: Parts, thisYear: number): Date | null {
  const [first, second] = [Number(parts.first), Number(parts.second_)];
  const isDayFirst = first > 12;
  const named = parts.name === undefined ? 0 : MONTHS.indexOf(parts.name.toLowerCase()) + 1;
  const month = parts.first === undefined
    ? named || Number(parts.month ?? 1)
    : isDayFirst
    ? second
    : first;
  const day = parts.first === undefined ? Number(parts.day ?? 1) : isDayFirst ? first : second;
  const hour = hourOf(parts);
  if (hour === null) return null;
  const moment = momentOf(Number(parts.year ?? thisYear), month, day, {
    hour,
    minute: Number(parts.minute ?? 0),
    milliseconds: Math.floor(Number(parts.second ?? 0) * 1000),
  });
  return moment === null ? null : new Date(moment.getTime() - zoneOf(parts.zone));
}

function hourOf({ hour, half }: Parts): number | null {
  const number = Number(hour ?? 0);
  if (half === undefined) return number;
  if (number < 1 || number > 12) return null;
  return number % 12 + (half.toLowerCase() === "pm" ? 12 : 0);
}

/** Milliseconds ahead of UTC. */
function zoneOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const digits = zone.replace(/\D/g, "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
