/**
 * Answers recorded from Superset 6.1's own functions, one a line: its post-processing and its join
 * of offsets on pandas 2.1.4, its time ranges with parsedatetime 2.6 at a clock that stood still.
 */
import type { Column, Frame, Value } from "../../src/query/frame.ts";

export interface RecordedRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** The lines of `tests/fixtures/recorded_answers/<name>.jsonl`. */
export function recordedAnswers<T>(name: string): readonly T[] {
  const path = new URL(`../fixtures/recorded_answers/${name}.jsonl`, import.meta.url);
  return Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line, revive));
}

export function frameOf(columns: readonly Column[]): Frame {
  return { columns, rowCount: columns[0]?.values.length ?? 0 };
}

/** The rows of a frame, numbers to 9 digits. */
export function rowsOf(frame: Frame): RecordedRows {
  return rounded({
    columns: frame.columns.map(({ name }) => name),
    rows: Array.from(
      { length: frame.rowCount },
      (_, row) => frame.columns.map(({ values }) => values.at(row) ?? null),
    ),
  });
}

export function rounded({ columns, rows }: RecordedRows): RecordedRows {
  return { columns, rows: rows.map((row) => row.map(roundedValue)) };
}

function roundedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(roundedValue);
  if (typeof value !== "number") return value;
  // What is left over where a sum is nought has no digits that count.
  return Math.abs(value) < 1e-12 ? 0 : Number(value.toPrecision(9));
}

function revive(_key: string, value: unknown): Value | unknown {
  const isDate = value !== null && typeof value === "object" && "$date" in value;
  return isDate ? new Date((value as { $date: number }).$date) : value;
}
