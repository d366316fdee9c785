/** What an answer says of a query's rows: the same for a chart and for a dataset. */
import type { QueryAnswer } from "../../data/session.ts";
import { namedColumns } from "../../query/answer/answer_columns.ts";
import { csvOf } from "../../query/answer/csv.ts";
import { pageOf } from "../../query/answer/page.ts";
import { estimatedTokens } from "../response_size.ts";

/** What stands beside rows and summary takes at most this many tokens. */
const FRAME_TOKENS = 800;

export interface ShownRowsOptions {
  readonly format?: "json" | "csv" | undefined;
  readonly cursor?: string | undefined;
  /** The most rows of all pages together. */
  readonly limit: number;
  /** The most tokens of the answer. */
  readonly tokenLimit: number;
  /** Who asks what; a cursor is of one question only. */
  readonly question: unknown;
}

/**
 * A page of the rows, with what was left out and why.
 * @throws ServiceError `invalid_argument` or `conflict` for a cursor that does not go on from here
 */
export function shownRows(
  answer: QueryAnswer,
  { format = "json", cursor, limit, tokenLimit, question }: ShownRowsOptions,
) {
  const isCsv = format === "csv";
  const { rows, nextCursor, summary } = pageOf(answer, {
    cursor,
    limit,
    tokenLimit: tokenLimit - FRAME_TOKENS,
    tokens: estimatedTokens,
    question,
    format: isCsv ? "csv" : "json",
  });
  const columns = namedColumns(answer.columns);
  return {
    columns,
    data: isCsv ? [] : [...rows],
    ...(isCsv ? { csv_data: csvOf(columns, rows) } : {}),
    row_count: rows.length,
    total_rows: answer.frame.rowCount,
    ...(nextCursor === null ? {} : { next_cursor: nextCursor }),
    ...(summary === null ? {} : { column_summary: summary }),
    ...(answer.rules.length > 0 ? { row_level_rules: [...answer.rules] } : {}),
    ...(answer.truncated ? { truncated: true } : {}),
    ...(answer.rejectedFilters.length > 0 ? { rejected_filters: [...answer.rejectedFilters] } : {}),
  };
}
