/**
 * The rows of a caller's own SQL as a CSV file: `execute_sql` hands out a link, and whoever it is for
 * gets the rows by it. Everything is asked and guarded again then; the link opens nothing by itself.
 */
import type { PreparedScript, PreparedStatement } from "../../data/sql_script.ts";
import type { QueryResult } from "../../data/sql_session.ts";
import { invalidArgument, ServiceError } from "../../errors.ts";
import { joinSignals } from "../../joined_signal.ts";
import { csvFileHead, csvFileRows } from "../../query/answer/csv.ts";
import { EXPORT_CSV } from "../access.ts";
import type { ToolContext } from "../define_tool.ts";
import { type CsvQuestion, LINK_SECONDS, openCsvLink, sealCsvLink } from "./csv_link.ts";
import { openSqlDatabase } from "./sql_database.ts";
import { resultColumns } from "./statement_answer.ts";

/** As long as the HTTP side waits for a file to be read. */
const FILE_MS = 300_000;

/** The path under the service's URL that links go to. */
export const CSV_PATH = "/export/csv";

/** What `execute_sql` answers beside the statement. @throws ServiceError where there is no link */
export function csvLink(
  question: CsvQuestion,
  script: PreparedScript,
  { links, caller, now, mayRead }: ToolContext,
) {
  if (links === null) {
    throw invalidArgument("There is no link here: this connection is not over HTTP.", {
      hint: "Read the rows in pages, without format.",
      details: { argument: "format" },
    });
  }
  assertMayExport(mayRead);
  onlyReading(script);
  const url = new URL(CSV_PATH, links.base());
  url.searchParams.set("link", sealCsvLink(question, caller, links.key, now()));
  return { csv_url: url.href, expires_in_seconds: LINK_SECONDS, row_limit: question.limit };
}

export interface CsvExport {
  readonly fileName: string;
  /** The most rows. */
  readonly rowLimit: number;
  /**
   * Runs the SQL once, and hands its lines on, the names' first; while `take` is busy, the database waits.
   * @throws ServiceError as `execute_sql`; what `take` throws
   */
  readonly write: (take: (lines: string) => Promise<void>) => Promise<void>;
}

/** @throws ServiceError `not_found` for a link that is not the caller's or out of date */
export function csvExport(link: string, context: ToolContext): CsvExport {
  const { links, caller, now, mayRead } = context;
  if (links === null) throw new ServiceError("not_found", "There are no links here.");
  const question = openCsvLink(link, caller, links.key, now());
  assertMayExport(mayRead);
  const stamp = new Date(now()).toISOString().replace(/\D/g, "").slice(0, 14);
  return {
    fileName: `sql_${question.databaseId}_${stamp}.csv`,
    rowLimit: question.limit,
    write: (take) => write(question, context, take),
  };
}

/** Superset's permission for SQL Lab's own export (6.1, superset/sqllab/api.py, `export_csv`). */
function assertMayExport(mayRead: ToolContext["mayRead"]): void {
  if (mayRead("database", EXPORT_CSV)) return;
  throw new ServiceError("permission_denied", "You may not export rows of SQL as CSV.", {
    hint: "An administrator can grant can_export_csv on SQLLab; pages need no such right.",
  });
}

async function write(
  question: CsvQuestion,
  context: ToolContext,
  take: (lines: string) => Promise<void>,
): Promise<void> {
  const { databaseId, sql, limit } = question;
  const session = await openSqlDatabase(context, question);
  const { catalog, defaultSchema: schema } = session;
  const query = { databaseId, catalog, schema, sql, limit };
  await context.queries.track(context.caller, query, context.signal, async (handle) => {
    const statement = onlyReading(await session.prepare(sql, limit));
    handle.prepared(() => statement.plainSql());
    const file = new CsvLines();
    const late = new AbortController();
    const { timeoutSeconds } = context.config.sqlLab;
    const timer = setTimeout(() => late.abort(noRows(timeoutSeconds)), timeoutSeconds * 1000);
    const signal = joinSignals([handle.signal, late.signal]);
    try {
      const within = { maxRows: limit, timeoutMs: FILE_MS, signal };
      await session.stream(statement, within, async (batch) => {
        clearTimeout(timer);
        // Only bytes can end it: the rows' limit stands in the statement. A file is whole or none.
        if (batch.truncated) throw tooLarge();
        const lines = file.of(batch);
        if (lines !== "") await take(lines);
      });
    } finally {
      clearTimeout(timer);
    }
    handle.done({ rows: file.rows, columns: file.columns, limited: file.rows === limit });
  });
}

function onlyReading(script: PreparedScript): PreparedStatement {
  const [statement, ...more] = script.kind === "read" ? script.statements : [];
  if (statement !== undefined && more.length === 0) return statement;
  throw invalidArgument("A CSV file is of one statement that reads.", {
    hint: "Send only the one whose rows are wanted.",
    details: { argument: "sql", statements: script.statements.length },
  });
}

class CsvLines {
  rows = 0;
  columns: ReturnType<typeof resultColumns> | null = null;

  of(batch: QueryResult): string {
    const { frame, columns } = batch;
    const isFirst = this.columns === null;
    this.columns ??= resultColumns(batch);
    this.rows += frame.rowCount;
    const head = isFirst ? csvFileHead(this.columns.map(({ name }) => name)) : "";
    return head + csvFileRows(frame, columns);
  }
}

function noRows(seconds: number): ServiceError {
  return new ServiceError("timeout", `The first rows did not come within ${seconds} s.`, {
    hint: "Ask for less, or leave out an order that no index serves.",
  });
}

function tooLarge(): ServiceError {
  return new ServiceError("too_large", "The rows are more bytes than a file here may have.", {
    hint: "Ask for fewer columns or rows.",
  });
}
