/** Times in templates: `to_datetime`, and what one may ask of a time. */
import { strftime, strptime } from "../plan/strftime.ts";
import { callable } from "./calls.ts";
import { strip } from "./texts.ts";
import { isoformat } from "./printing.ts";
import { TemplateFault } from "./template_fault.ts";
import { Moment, plain, plainText, typeName, type Value } from "./values.ts";

/** A text as a time (Superset's filter `to_datetime`). @throws TemplateFault where it is none */
export function toDatetime(value: Value, format: Value): Value {
  const text = plain(value);
  if (text === null || text === "") return null;
  if (typeof text !== "string") {
    throw new TemplateFault(`Cannot read ${typeName(value)} as a time`);
  }
  const pattern = plainText(format, "a format");
  // A macro may have put it in quotes.
  const time = isReadable(pattern) ? strptime(strip(text, QUOTES, true, true), pattern) : null;
  if (time !== null && !Number.isNaN(time.getTime())) return new Moment(time);
  throw new TemplateFault(
    `Cannot read the time '${text.slice(0, 60)}' by the format '${pattern.slice(0, 60)}'`,
  );
}

const QUOTES = "'\"";

/** Short, and each directive once, so that there is one way to read a text by it. */
function isReadable(pattern: string): boolean {
  const directives = pattern.match(/%./gs) ?? [];
  return pattern.length <= 100 && new Set(directives).size === directives.length;
}

const FIELDS: Readonly<Record<string, (time: Date) => number>> = {
  year: (time) => time.getUTCFullYear(),
  month: (time) => time.getUTCMonth() + 1,
  day: (time) => time.getUTCDate(),
  hour: (time) => time.getUTCHours(),
  minute: (time) => time.getUTCMinutes(),
  second: (time) => time.getUTCSeconds(),
  microsecond: (time) => time.getUTCMilliseconds() * 1000,
};

/** An attribute of a time; undefined where it has none of that name. */
export function momentAttribute({ time }: Moment, name: string): Value | undefined {
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name]!(time);
  switch (name) {
    case "isoformat":
      return callable(
        name,
        [["sep", "T"]],
        (argument) => isoformat(time, plainText(argument("sep"), "a separator").slice(0, 1)),
      );
    case "strftime":
      return callable(
        name,
        ["format"],
        (argument) => strftime(time, plainText(argument("format"), "a format")),
      );
    case "timestamp":
      return callable(name, [], () => time.getTime() / 1000);
    case "weekday":
      return callable(name, [], () => (time.getUTCDay() + 6) % 7);
    case "date":
      return callable(name, [], () => time.toISOString().slice(0, 10));
    default:
      return undefined;
  }
}
