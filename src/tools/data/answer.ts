/** A query's rows as a tool answers them: values by the contract, pages that fit, nothing cut in silence. */
import { createHash } from "node:crypto";
import type { AnswerColumn } from "../../data/result_frame.ts";
import type { QueryAnswer } from "../../data/session.ts";
import { invalidArgument } from "../../errors.ts";
import type { Frame, GenericType, Value } from "../../query/frame.ts";
import { estimatedTokens } from "../response_size.ts";

export type AnswerRow = Record<string, unknown>;

/** What a client is told of a column. */
export interface NamedColumn {
  readonly name: string;
  readonly data_type: string;
}

const TYPE_WORDS: Readonly<Record<GenericType, string>> = {
  0: "numeric",
  1: "string",
  2: "temporal",
  3: "boolean",
};

/** Column names, each once: `count`, `count__1`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; taken.has(unique); n++) unique = `${name}__${n}`;
    taken.add(unique);
    return unique;
  });
}

export function namedColumns(columns: readonly AnswerColumn[]): NamedColumn[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  return columns.map(({ type }, at) => ({ name: names[at]!, data_type: TYPE_WORDS[type] }));
}

/** The rows from `begin` to `end`, as objects by column name. */
export function rowsOf(
  frame: Frame,
  columns: readonly AnswerColumn[],
  begin: number,
  end: number,
): AnswerRow[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  const rows: AnswerRow[] = [];
  for (let row = begin; row < Math.min(end, frame.rowCount); row++) {
    const answer: AnswerRow = {};
    for (const [at, column] of frame.columns.entries()) {
      answer[names[at]!] = outward(column.values[row] ?? null, columns[at]!);
    }
    rows.push(answer);
  }
  return rows;
}

/** NaN and infinities are null; an instant says `Z`, a time without a zone does not. */
function outward(value: Value, { hasZone, databaseType }: AnswerColumn): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (!(value instanceof Date)) return value;
  if (Number.isNaN(value.getTime())) return null;
  const text = value.toISOString();
  if (databaseType === "date" && text.endsWith("T00:00:00.000Z")) return text.slice(0, 10);
  const short = text.replace(".000Z", "Z");
  return hasZone ? short : short.slice(0, -1);
}

export interface Page {
  readonly rows: readonly AnswerRow[];
  readonly nextCursor: string | null;
}

/** What stands beside the rows takes at most this many tokens. */
const FRAME_TOKENS = 800;

/**
 * The rows of an answer from a cursor on, as many as fit.
 * @param question names the query and the caller's rules; a cursor is of one question only
 */
export function pageOf(
  answer: QueryAnswer,
  options: {
    readonly cursor: string | undefined;
    readonly limit: number;
    readonly tokenLimit: number;
    readonly question: unknown;
  },
): Page {
  const total = Math.min(answer.frame.rowCount, options.limit);
  const begin = options.cursor === undefined ? 0 : readCursor(options.cursor, options.question);
  const rows: AnswerRow[] = [];
  let left = options.tokenLimit - FRAME_TOKENS;
  for (let at = begin; at < total; at++) {
    const [row] = rowsOf(answer.frame, answer.columns, at, at + 1);
    left -= estimatedTokens(JSON.stringify(row));
    if (left < 0 && rows.length > 0) break;
    rows.push(row!);
  }
  const next = begin + rows.length;
  return { rows, nextCursor: next < total ? cursorAt(next, options.question) : null };
}

function cursorAt(row: number, question: unknown): string {
  return btoa(JSON.stringify([row, digestOf(question)]));
}

function readCursor(cursor: string, question: unknown): number {
  try {
    const [row, digest] = JSON.parse(atob(cursor)) as unknown[];
    if (Number.isSafeInteger(row) && (row as number) >= 0 && digest === digestOf(question)) {
      return row as number;
    }
  } catch {
    // The same refusal as for a cursor of another question.
  }
  throw invalidArgument("Cannot read that cursor.", {
    hint: "Pass next_cursor of the last answer, with that call's other arguments unchanged.",
    details: { argument: "cursor" },
  });
}

function digestOf(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64").slice(0, 22);
}

/** RFC 4180, values as they are; a list or an object as JSON. */
export function csvOf(columns: readonly NamedColumn[], rows: readonly AnswerRow[]): string {
  const line = (cells: readonly unknown[]) => cells.map(cell).join(",");
  const names = columns.map(({ name }) => name);
  return [line(names), ...rows.map((row) => line(names.map((name) => row[name])))].join("\r\n") +
    "\r\n";
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A column in short, where an answer does not hold all of its rows. */
export interface ColumnSummary {
  readonly name: string;
  readonly nulls: number;
  /** Up to a bound; null beyond it. */
  readonly distinct: number | null;
  readonly min?: unknown;
  readonly max?: unknown;
}

const MAX_DISTINCT = 10_000;

export function summaryOf({ frame, columns }: QueryAnswer): ColumnSummary[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  return frame.columns.map((column, at) => {
    const values = column.values.map((value) => outward(value, columns[at]!))
      .filter((value) => value !== null);
    const distinct = new Set(
      values.map((value) => typeof value === "object" ? JSON.stringify(value) : value),
    );
    const ordered = values.filter((value) =>
      typeof value === "number" || typeof value === "string"
    );
    const isRange = ordered.length > 0 && ordered.length === values.length &&
      columns[at]!.type !== 1;
    return {
      name: names[at]!,
      nulls: column.values.length - values.length,
      distinct: distinct.size > MAX_DISTINCT ? null : distinct.size,
      ...(isRange
        ? {
          min: ordered.reduce((one, other) => other < one ? other : one),
          max: ordered.reduce((one, other) => other > one ? other : one),
        }
        : {}),
    };
  });
}
