/** Labels made of values: how Python prints them, and the comma that parts their levels. */
import type { Value } from "../frame.ts";

/** Between the levels of a flattened label. */
export const LABEL_SEPARATOR = ", ";

/** What Superset writes for a missing value of a pivoted column (`NULL_STRING`). */
export const NULL_LABEL = "<NULL>";

/** `a,b` → `a\,b`, so that the levels of a flattened label can be told apart. */
export function escapeSeparator(text: string): string {
  return text.replaceAll(",", "\\,");
}

export function unescapeSeparator(text: string): string {
  return text.replaceAll("\\,", ",");
}

/**
 * A value as Python's `str` prints it.
 *
 * @param floating whether the number is of a floating-point column: 1 is `1.0` there
 */
export function printed(value: Value, floating = false): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return floating ? printedFloat(value) : String(value);
  if (value instanceof Date) return printedTime(value);
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** Python writes exponents from 1e16 and below 1e-4, of two digits at least. */
export function printedFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e16 || size < 1e-4) {
    const [digits, exponent] = value.toExponential().split("e") as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

function printedTime(time: Date): string {
  const text = time.toISOString().replace("T", " ").replace("Z", "");
  return text.endsWith(".000") ? text.slice(0, -4) : `${text}000`;
}
