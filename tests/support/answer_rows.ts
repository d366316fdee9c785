/** When two answers hold the same rows, by the service's contract. */
import assert from "node:assert/strict";
import { comparable } from "./compare_rows.ts";

export type AnswerRow = Readonly<Record<string, unknown>>;

/** A time as an answer prints it. */
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Rows as sets of objects by column name; in the order of the named columns where it is asked for.
 * Only the values of those columns have an order: rows that are equal in them may change places.
 *
 * @throws AssertionError that tells the first rows that differ
 */
export function assertSameRows(
  got: readonly AnswerRow[],
  expected: readonly AnswerRow[],
  ordered: readonly string[] = [],
): void {
  const mine = got.map(canonicalText);
  const theirs = expected.map(canonicalText);
  const missing = without(theirs, mine);
  const extra = without(mine, theirs);
  if (missing.length + extra.length > 0) {
    assert.fail(
      `${got.length} rows for ${expected.length}; ${missing.length} missing, such as ` +
        `${missing.slice(0, 2).join(" ")}; ${extra.length} too many, such as ` +
        extra.slice(0, 2).join(" "),
    );
  }
  for (const name of ordered) {
    if (expected[0] === undefined || !Object.hasOwn(expected[0], name)) continue;
    const column = (rows: readonly AnswerRow[]) => rows.map((row) => canonical(row[name]));
    assert.deepEqual(column(got), column(expected), `the order by ${name}`);
  }
}

/**
 * A value whose equals are equal to it: a timestamp and its epoch milliseconds (without a zone in
 * UTC), a number and its text, to 9 digits, JSON and its printed form.
 */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value !== null && typeof value === "object" && !(value instanceof Date)) {
    return Object.fromEntries(
      Object.keys(value).sort().map((key) => [key, canonical((value as AnswerRow)[key])]),
    );
  }
  if (typeof value !== "string") return comparable(value);
  if (TIME.test(value)) return comparable(timeOf(value));
  if (/^\s*[[{]/.test(value)) {
    try {
      return canonical(JSON.parse(value));
    } catch {
      return value;
    }
  }
  return comparable(value);
}

function timeOf(text: string): number {
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text.slice(10)) || text.length === 10;
  return Date.parse(text.replace(" ", "T") + (zoned ? "" : "Z"));
}

function canonicalText(row: AnswerRow): string {
  return JSON.stringify(canonical(row));
}

/** The ones that the others lack, each as often as it is lacking. */
function without(ones: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  return ones.filter((text) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
}
