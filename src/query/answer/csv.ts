/**
 * Rows as CSV (RFC 4180). Values are as the database has them: what looks like a formula to a
 * spreadsheet is not changed, since whoever reads the numbers of a file needs them as they are.
 */
import type { NamedColumn } from "./answer_columns.ts";
import type { AnswerRow } from "./rows.ts";

/** A line of names, then one for each row; each ends in CRLF. Null is an empty cell, JSON is quoted. */
export function csvOf(columns: readonly NamedColumn[], rows: readonly AnswerRow[]): string {
  const names = columns.map(({ name }) => name);
  return [csvLine(names), ...rows.map((row) => csvRow(names, row))].join("");
}

export function csvRow(names: readonly string[], row: AnswerRow): string {
  return csvLine(names.map((name) => row[name]));
}

function csvLine(cells: readonly unknown[]): string {
  // A line of nothing would read as no line at all.
  const line = cells.length === 1 && isEmpty(cells[0]) ? '""' : cells.map(cell).join(",");
  return `${line}\r\n`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  // An empty text in quotes, so that it is not taken for null.
  if (value === "") return '""';
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
