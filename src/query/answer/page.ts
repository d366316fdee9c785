/** The rows of an answer, as many as fit, and how to get the rest: nothing is cut in silence. */
import type { Frame } from "../frame.ts";
import { type AnswerColumn, namedColumns } from "./answer_columns.ts";
import { csvRow } from "./csv.ts";
import { type Cursor, readCursor, requireSameRows, RowsDigest, writeCursor } from "./cursor.ts";
import { type AnswerRow, rowsOf } from "./rows.ts";
import { type ColumnSummary, summaryOf } from "./summary.ts";

export interface Answered {
  readonly frame: Frame;
  readonly columns: readonly AnswerColumn[];
}

export interface PageOptions {
  readonly cursor: string | undefined;
  /** The most rows of all pages together. */
  readonly limit: number;
  /** The most tokens of a page: rows and summary. */
  readonly tokenLimit: number;
  /** Tokens of a text. */
  readonly tokens: (text: string) => number;
  /** Who asks what, for the cursor. */
  readonly question: unknown;
  readonly format?: "json" | "csv";
}

export interface Page {
  readonly rows: readonly AnswerRow[];
  /** Null where these are the last rows. */
  readonly nextCursor: string | null;
  /** Rows of all pages together. */
  readonly total: number;
  /** Null where the page holds all rows; else of the columns that leave room for rows. */
  readonly summary: readonly ColumnSummary[] | null;
}

/** Of a page, the most that its summary takes. */
const SUMMARY_SHARE = 0.25;

/** Rows that are made at once. */
const BATCH = 256;

/**
 * @throws ServiceError `invalid_argument` for a cursor of another question, `conflict` where the rows
 * before it have changed
 */
export function pageOf({ frame, columns }: Answered, options: PageOptions): Page {
  const { cursor, limit, tokenLimit, tokens, question } = options;
  const total = Math.min(frame.rowCount, limit);
  const digest = new RowsDigest();
  const begin = cursor === undefined ? 0 : passGiven(readCursor(cursor, question), digest, {
    frame,
    columns,
  });
  const whole = fill({ frame, columns }, { begin, end: total, tokenLimit }, options);
  if (begin === 0 && whole.length === total) {
    return { rows: whole.map(({ row }) => row), nextCursor: null, total, summary: null };
  }
  const all = summaryOf(frame, columns, total);
  const summary = fitting(all, tokenLimit * SUMMARY_SHARE, tokens);
  const room = tokenLimit - tokens(JSON.stringify(summary));
  const kept = keptWithin(whole, room);
  for (const { json } of kept) digest.add(json);
  const row = begin + kept.length;
  return {
    rows: kept.map(({ row }) => row),
    nextCursor: row < total ? writeCursor({ row, given: digest.text() }, question) : null,
    total,
    summary,
  };
}

/** The first rows, as many as fit and one at least: of an answer of many parts, without a cursor. */
export function firstRows(
  answered: Answered,
  options: Pick<PageOptions, "limit" | "tokenLimit" | "tokens">,
): AnswerRow[] {
  const { limit, tokenLimit } = options;
  const end = Math.min(answered.frame.rowCount, limit);
  return fill(answered, { begin: 0, end, tokenLimit }, options).map(({ row }) => row);
}

interface Measured {
  readonly row: AnswerRow;
  readonly json: string;
  readonly tokens: number;
}

/** Rows from `begin` on until the limit is reached; one at least, however large. */
function fill(
  { frame, columns }: Answered,
  { begin, end, tokenLimit }: { begin: number; end: number; tokenLimit: number },
  { tokens, format }: Pick<PageOptions, "tokens" | "format">,
): Measured[] {
  const names = namedColumns(columns).map(({ name }) => name);
  const rows: Measured[] = [];
  let left = tokenLimit;
  for (let at = begin; at < end; at += BATCH) {
    for (const row of rowsOf(frame, columns, at, Math.min(at + BATCH, end))) {
      const json = JSON.stringify(row);
      const size = tokens(format === "csv" ? csvRow(names, row) : json);
      left -= size;
      if (left < 0 && rows.length > 0) return rows;
      rows.push({ row, json, tokens: size });
    }
  }
  return rows;
}

function keptWithin(rows: readonly Measured[], room: number): readonly Measured[] {
  let left = room;
  const end = rows.findIndex(({ tokens }, at) => (left -= tokens) < 0 && at > 0);
  return end < 0 ? rows : rows.slice(0, end);
}

/** Passes over the rows that were given before. @returns the row to begin at */
function passGiven(cursor: Cursor, digest: RowsDigest, { frame, columns }: Answered): number {
  const end = Math.min(cursor.row, frame.rowCount);
  for (let at = 0; at < end; at += BATCH) {
    for (const row of rowsOf(frame, columns, at, Math.min(at + BATCH, end))) {
      digest.add(JSON.stringify(row));
    }
  }
  requireSameRows(cursor, digest.text());
  return end;
}

function fitting(
  summary: readonly ColumnSummary[],
  room: number,
  tokens: (text: string) => number,
): readonly ColumnSummary[] {
  let left = room;
  const end = summary.findIndex((column) => (left -= tokens(JSON.stringify(column))) < 0);
  return end < 0 ? summary : summary.slice(0, end);
}
