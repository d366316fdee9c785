/** Rows as an answer holds them: objects by column name, values as the contract has them. */
import type { Frame, Value } from "../frame.ts";
import { type AnswerColumn, uniqueNames } from "./answer_columns.ts";

export type AnswerRow = Record<string, unknown>;

/**
 * The rows from `begin` up to, and without, `end`. What is undefined in a column (a kind of chart that
 * leaves a key out of some rows) has no key.
 */
export function rowsOf(
  frame: Frame,
  columns: readonly AnswerColumn[],
  begin: number,
  end: number,
): AnswerRow[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  const put = names.includes("__proto__") ? define : assign;
  const rows: AnswerRow[] = [];
  for (let row = begin; row < Math.min(end, frame.rowCount); row++) {
    // A plain object: without a prototype V8 prints it ten times slower.
    const answer: AnswerRow = {};
    for (let at = 0; at < names.length; at++) {
      const value = frame.columns[at]!.values.at(row);
      if (value !== undefined) put(answer, names[at]!, outward(value, columns[at]!));
    }
    rows.push(answer);
  }
  return rows;
}

function assign(row: AnswerRow, name: string, value: unknown): void {
  row[name] = value;
}

/** Also for a column called `__proto__`, which an assignment would take for the prototype. */
function define(row: AnswerRow, name: string, value: unknown): void {
  Object.defineProperty(row, name, {
    ...{ value, enumerable: true, configurable: true, writable: true },
  });
}

/**
 * One value. NaN and infinities are null, also inside of lists; an instant ends in `Z`, a time without
 * a zone does not; a date is `YYYY-MM-DD`.
 */
export function outward(
  value: Value,
  column: Pick<AnswerColumn, "hasZone" | "databaseType">,
): unknown {
  return plain(value, column);
}

function plain(
  value: unknown,
  column: Pick<AnswerColumn, "hasZone" | "databaseType">,
): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return wholeNumber(value);
  if (value instanceof Date) return time(value, column);
  if (Array.isArray(value)) return value.map((item) => plain(item, column));
  return value ?? null;
}

function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function time(
  value: Date,
  { hasZone, databaseType }: Pick<AnswerColumn, "hasZone" | "databaseType">,
): string | null {
  if (Number.isNaN(value.getTime())) return null;
  const text = value.toISOString();
  if (text.endsWith(MIDNIGHT) && /^date\b/i.test(databaseType)) {
    return text.slice(0, -MIDNIGHT.length);
  }
  const short = text.slice(0, text.endsWith(".000Z") ? -5 : -1);
  return hasZone ? `${short}Z` : short;
}

const MIDNIGHT = "T00:00:00.000Z";
