/** From what a driver hands over to what a client gets, by the column's type and for every engine. */
import type { ColumnType } from "./resource.ts";

/** A stored value as JSON: a timestamp without a zone is ISO 8601 without one. */
export function decode(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  switch (type) {
    case "bool":
      return typeof value === "boolean" ? value : Boolean(Number(value));
    case "int":
    case "float":
      return Number(value);
    case "datetime":
      return String(value).replace(" ", "T");
    case "uuid":
      return value instanceof Uint8Array ? uuidOfBytes(value) : String(value);
    case "dict":
    case "list":
      return typeof value === "string" ? parseJson(value) : value;
    case "str":
      return value;
  }
}

function uuidOfBytes(bytes: Uint8Array): string {
  const hex = new Uint8Array(bytes).toHex();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** JSON that Superset stores as text; null where it is none. */
export function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return text ?? null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The same, where an object is expected. */
export function parseObject(text: unknown): Record<string, unknown> | null {
  const value = parseJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : null;
}

/** A number, or text that holds one, out of JSON; NaN for anything else. */
export function numberOf(value: unknown): number {
  return typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
}

const STEPS: readonly (readonly [seconds: number, one: string, many: string])[] = [
  [31_536_000, "a year", "years"],
  [2_592_000, "a month", "months"],
  [86_400, "a day", "days"],
  [3600, "an hour", "hours"],
  [60, "a minute", "minutes"],
  [1, "a second", "seconds"],
];

/**
 * How long ago a timestamp is, in words, as Superset's lists say it.
 * @param timestamp ISO 8601 without a zone, in UTC, as Superset stores it
 * @param now milliseconds since 1970
 */
export function humanized(timestamp: unknown, now: number): string | null {
  if (typeof timestamp !== "string") return null;
  const seconds = Math.round((now - Date.parse(`${timestamp}Z`)) / 1000);
  if (Number.isNaN(seconds)) return null;
  const distance = Math.abs(seconds);
  const step = STEPS.find(([length]) => distance >= length);
  if (!step) return "now";
  const count = Math.floor(distance / step[0]);
  const words = count === 1 ? step[1] : `${count} ${step[2]}`;
  return seconds >= 0 ? `${words} ago` : `${words} from now`;
}
