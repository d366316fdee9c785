/** What the engines' spellings share: checked values, times as text, grains out of a table. */
import { createHash } from "node:crypto";
import { invalidArgument } from "../../errors.ts";

/** Text that can stand between quotes: no engine here takes a NUL in SQL. */
export function sqlText(text: string): string {
  if (!text.includes("\0")) return text;
  throw invalidArgument("Cannot put a text with a NUL character into a query.", {
    hint: "Leave the character U+0000 out.",
  });
}

/** An identifier in quotes that are doubled where they stand in it. */
export function quoted(identifier: string, quote: '"' | "`"): string {
  return quote + sqlText(identifier).replaceAll(quote, quote + quote) + quote;
}

export function numberLiteral(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isFinite(value)) return String(value);
  throw invalidArgument(`Cannot compare with the number ${value}.`, {
    hint: "Use a finite number.",
  });
}

/** A literal where the engine has TRUE and FALSE. @param textLiteral spells a text with its quotes */
export function standardLiteral(
  value: string | number | bigint | boolean | null,
  textLiteral: (text: string) => string,
): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return typeof value === "string" ? textLiteral(value) : numberLiteral(value);
}

/** `2003-01-02 03:04:05.678000`, in UTC, as Python's `isoformat` has it. */
export function microseconds(instant: Date): string {
  return `${seconds(instant)}.${String(instant.getUTCMilliseconds()).padStart(3, "0")}000`;
}

/** `2003-01-02 03:04:05`, in UTC. */
export function seconds(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace("T", " ");
}

/** `2003-01-02`, in UTC. */
export function day(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/**
 * The expression of a grain, with `{col}` replaced by what is cut.
 *
 * @throws ServiceError `invalid_argument` listing the grains there are
 */
export function cutTo(
  grains: Readonly<Record<string, string>>,
  grain: string,
  expression: string,
): string {
  const template = Object.hasOwn(grains, grain) ? grains[grain] : undefined;
  if (template !== undefined) return template.split("{col}").join(expression);
  throw invalidArgument(`Cannot cut time to the grain '${grain}': this database has no such one.`, {
    hint: `Use one of ${Object.keys(grains).join(", ")}.`,
    details: { time_grains: Object.keys(grains) },
  });
}

/**
 * A label that the engine would cut short, and so could take for another's, is a digest instead,
 * as in Superset; the answer has the label itself.
 *
 * @param size in the engine's units, those of `longest`; Infinity for what it can't hold at all
 */
export function shortLabel(name: string, size: number, longest: number): string {
  if (size <= longest) return name;
  return createHash("sha256").update(name).digest("hex").slice(0, longest);
}
