/**
 * Values of filters as literals of the column's type (Superset 6.1: superset/models/helpers.py,
 * `filter_values_handler`). Null stands for NULL, which is compared in words of its own.
 */
import { invalidArgument } from "../../errors.ts";
import type { GenericType } from "../frame.ts";
import type { SqlSpelling } from "../sql/dialect.ts";

export interface FilteredColumn {
  readonly name: string;
  readonly generic: GenericType | null;
  /** The database's name of its type; null where it is not known. */
  readonly type: string | null;
}

const NULL_TEXT = "<NULL>";
const EMPTY_TEXT = "<empty string>";

/** Values of a list; a single one is a list of one. */
export function valueList(
  value: unknown,
  column: FilteredColumn,
  dialect: SqlSpelling,
): readonly (string | null)[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => valueLiteral(one, column, dialect));
}

/** A single value; of a list the first. */
export function singleValue(
  value: unknown,
  column: FilteredColumn,
  dialect: SqlSpelling,
): string | null {
  return valueLiteral(Array.isArray(value) ? value[0] : value, column, dialect);
}

/** A pattern for LIKE: text, whatever the column is. */
export function patternLiteral(value: unknown, name: string, dialect: SqlSpelling): string | null {
  const one = scalar(Array.isArray(value) ? value[0] : value, name);
  if (one === null) return null;
  const text = trimmed(String(one));
  if (text === NULL_TEXT) return null;
  return dialect.literal(text === EMPTY_TEXT ? "" : text);
}

function valueLiteral(
  value: unknown,
  { name, generic, type }: FilteredColumn,
  dialect: SqlSpelling,
): string | null {
  const one = scalar(value, name);
  if (one === null) return null;
  if (typeof one === "number" && generic === 2 && type !== null) {
    const moment = new Date(one);
    if (Number.isNaN(moment.getTime())) {
      throw invalidArgument(`Cannot filter '${name}' by ${one}: it is no time.`, {
        hint: "Give milliseconds since 1970, or a date such as '2024-01-31'.",
      });
    }
    return dialect.timeLiteral(moment, type) ?? dialect.literal(one);
  }
  const plain = typeof one === "string" ? trimmed(one) : one;
  if (generic === 0 && typeof plain === "string") {
    const number = numberOf(plain);
    return number === null ? null : dialect.literal(number);
  }
  if (plain === NULL_TEXT) return null;
  if (generic === 3) return dialect.literal(isTrue(plain));
  return dialect.literal(plain === EMPTY_TEXT ? "" : plain);
}

function scalar(value: unknown, name: string): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  throw invalidArgument(`Cannot filter '${name}' by ${JSON.stringify(value)?.slice(0, 80)}.`, {
    hint: "Give text, a number, true, false, null, or a list of them.",
  });
}

function trimmed(text: string): string {
  return text.replace(/^[\t\n]+|[\t\n]+$/g, "");
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whole numbers keep all their digits; null for what is no number. */
function numberOf(text: string): number | bigint | null {
  if (/^\d+$/.test(text)) return BigInt(text);
  const number = text.trim();
  return FLOAT.test(number) ? Number(number) : null;
}

function isTrue(value: string | number | boolean): boolean {
  return typeof value === "string" ? value.trim().toLowerCase() === "true" : Boolean(value);
}
