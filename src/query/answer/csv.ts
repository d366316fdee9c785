/**
 * Rows as CSV (RFC 4180). In an answer values are as the database has them, since an agent reads
 * them; in a file, which may be opened in a spreadsheet, texts that it would run are made harmless.
 */
import type { Frame } from "../frame.ts";
import type { AnswerColumn, NamedColumn } from "./answer_columns.ts";
import { type AnswerRow, outward } from "./rows.ts";

/** A line of names, then one for each row; each ends in CRLF. Null is an empty cell, JSON is quoted. */
export function csvOf(columns: readonly NamedColumn[], rows: readonly AnswerRow[]): string {
  const names = columns.map(({ name }) => name);
  return [csvLine(names), ...rows.map((row) => csvRow(names, row))].join("");
}

export function csvRow(names: readonly string[], row: AnswerRow): string {
  return csvLine(names.map((name) => row[name]));
}

/** The line of names in a file. */
export function csvFileHead(names: readonly string[]): string {
  return csvLine(names.map(harmless));
}

/** The lines of rows in a file. Numbers are numbers, also those that are kept as text. */
export function csvFileRows(
  { columns: values, rowCount }: Frame,
  columns: readonly Pick<AnswerColumn, "type" | "hasZone" | "databaseType">[],
): string {
  if (columns.length === 1) {
    return Array.from({ length: rowCount }, (_, row) => csvLine([filed(0, row)])).join("");
  }
  let lines = "";
  for (let row = 0; row < rowCount; row++) {
    for (let at = 0; at < columns.length; at++) {
      lines += `${at === 0 ? "" : ","}${cell(filed(at, row))}`;
    }
    lines += END;
  }
  return lines;

  function filed(at: number, row: number): unknown {
    const value = outward(values[at]!.values.at(row) ?? null, columns[at]!);
    if (typeof value !== "string") return value;
    // SQLite keeps any text in a column of numbers.
    return columns[at]!.type === NUMERIC && NUMBER.test(value) ? value : harmless(value);
  }
}

const NUMERIC = 0;
const NUMBER = /^[-+]?[0-9.]+(?:e[-+]?[0-9]+)?$/i;
const END = "\r\n";

/** What a spreadsheet takes for a formula, also behind spaces or quotes; `-12.5` is none. */
const FORMULA = /^(?:""|\s+)?[-@+|=%]/;
const NEGATIVE_NUMBER = /^-[0-9.]+$/;

/** As Superset writes such a text: behind an apostrophe (6.1, superset/utils/csv.py, escape_value). */
function harmless(text: string): string {
  if (!FORMULA.test(text) || NEGATIVE_NUMBER.test(text)) return text;
  return `'${text.replaceAll("|", "\\|")}`;
}

function csvLine(cells: readonly unknown[]): string {
  // A line of nothing would read as no line at all.
  const line = cells.length === 1 && isEmpty(cells[0]) ? '""' : cells.map(cell).join(",");
  return `${line}${END}`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

function cell(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value === null || value === undefined) return "";
  // An empty text in quotes, so that it is not taken for null.
  if (value === "") return '""';
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
