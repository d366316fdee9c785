import * as z from "zod";
import { plainScript, type PreparedStatement, type ShownStatement } from "../../data/sql_script.ts";
import type { SqlSession } from "../../data/sql_session.ts";
import { pageOf } from "../../query/answer/page.ts";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool, type ToolContext } from "../define_tool.ts";
import { estimatedTokens } from "../response_size.ts";
import { csvLink } from "./csv_export.ts";
import { runWrite } from "./run_write.ts";
import { databaseId, name, openSqlDatabase, sqlText } from "./sql_database.ts";
import { resultColumns, statementText } from "./statement_answer.ts";

const DEFAULT_ROWS = 1000;
const MAX_ROWS = 10_000;
const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 300;

export const executeSql = defineTool({
  name: "execute_sql",
  title: "Execute SQL",
  description:
    "Run SQL on a database, under the caller's access and row-level rules: SELECT and, " +
    "where it has allow_dml, INSERT, UPDATE, DELETE (a script of them whole or not at all). rows " +
    "are the last statement's. list_tables and get_table tell names.",
  kind: "database",
  action: "execute",
  mayWrite: true,
  access: EXECUTE_SQL,
  input: () => ({
    database_id: databaseId(),
    sql: sqlText(),
    schema: name().optional().describe("Where bare table names are"),
    catalog: name().optional(),
    limit: z.int().min(1).max(MAX_ROWS).optional().describe(`Rows; default ${DEFAULT_ROWS}`),
    timeout: z.int().min(1).max(MAX_SECONDS).optional().describe("Seconds; default 30"),
    template_params: z.looseObject({}).optional().describe("Values for Jinja in the SQL"),
    format: z.enum(["json", "csv_link"]).optional().describe(
      "csv_link: one statement's rows as a file, by a GET with your token",
    ),
    dry_run: z.boolean().optional().describe("Tell what would run, and run nothing"),
    force_refresh: z.boolean().optional(),
    cursor: z.string().max(500).optional(),
  }),
  output: () =>
    z.looseObject({
      success: z.boolean(),
      rows: z.array(z.looseObject({})),
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      row_count: z.int(),
      statements: z.array(z.looseObject({ original_sql: z.string(), executed_sql: z.string() })),
    }),
  handle: async (input, context) => {
    const isFile = input.format === "csv_link";
    const { max } = context.config.rows;
    const limit = Math.min(input.limit ?? (isFile ? max : DEFAULT_ROWS), max);
    const session = await openSqlDatabase(context, {
      databaseId: input.database_id,
      catalog: input.catalog,
      schema: input.schema,
      templateParams: input.template_params,
      sql: input.sql,
    });
    if (input.dry_run === true) {
      return { ...notRun((await session.prepare(input.sql, limit)).statements), dry_run: true };
    }
    if (isFile) {
      const script = await session.prepare(input.sql, limit);
      const { database_id: databaseId, template_params: templateParams, catalog, schema, sql } =
        input;
      const question = { databaseId, catalog, schema, sql, templateParams, limit };
      return { ...notRun(script.statements), ...csvLink(question, script, context) };
    }
    const { config } = context;
    const seconds = Math.min(input.timeout ?? DEFAULT_SECONDS, config.sqlLab.timeoutSeconds);
    const options = {
      ...{ limit, timeoutMs: seconds * 1000, cursor: input.cursor },
      again: input.force_refresh !== true,
      tokens: config.responseTokenLimit - FRAME_TOKENS,
    };
    return await runTracked(session, options, input, context);
  },
});

function notRun(statements: readonly ShownStatement[]) {
  return {
    success: true,
    rows: [],
    columns: [],
    row_count: 0,
    statements: statements.map((statement) => ({
      ...statementText(statement),
      row_count: 0,
      execution_time_ms: null,
      data: null,
    })),
  };
}

interface RunOptions {
  readonly limit: number;
  readonly timeoutMs: number;
  readonly cursor: string | undefined;
  /** Whether a further page may be of the rows of a moment ago. */
  readonly again: boolean;
  /** Tokens of rows and statements together. */
  readonly tokens: number;
}

/** Where its caller can stop it, and with a row in the history. */
function runTracked(
  session: SqlSession,
  options: RunOptions,
  { sql, database_id: databaseId }: { readonly sql: string; readonly database_id: number },
  context: ToolContext,
) {
  const { limit } = options;
  const { catalog, defaultSchema: schema } = session;
  const query = { databaseId, catalog, schema, sql, limit };
  return context.queries.track(context.caller, query, context.signal, async (handle) => {
    const script = await session.prepare(sql, limit);
    handle.prepared(() => plainScript(script.statements));
    const { signal } = handle;
    const answer = script.kind === "write"
      ? await runWrite(session, script, { ...options, signal })
      : await runAll(session, script.statements, options, { ...context, signal }, handle.kept);
    const { row_count: rows, columns, statements: said } = answer;
    handle.done({ rows, columns, limited: said.at(-1)!.limit_reached === true });
    return answer;
  });
}

/** What stands in an answer beside rows and the statements' text takes at most this many tokens. */
const FRAME_TOKENS = 200;

/** One after the other, as they were written; a further page needs the last one's rows only. */
async function runAll(
  session: SqlSession,
  statements: readonly PreparedStatement[],
  { limit, timeoutMs, cursor, again, tokens }: RunOptions,
  { caller, signal, progress }: Pick<ToolContext, "caller" | "signal" | "progress">,
  kept: () => void,
) {
  const wanted = cursor === undefined ? statements : statements.slice(-1);
  const text = JSON.stringify(wanted.map(statementText));
  // The rows of the last statement stand in the answer twice.
  const tokenLimit = (tokens - estimatedTokens(text)) / (wanted.length + 1);
  const answers = [];
  for (const [at, statement] of wanted.entries()) {
    const isLast = at === wanted.length - 1;
    const { result, isKept } = await session.run(statement, {
      ...{ timeoutMs, maxRows: limit, signal, again: again && cursor !== undefined },
      onRows: (rows) => progress(rows, undefined, `${rows} rows`),
    });
    // A cursor alone says nothing: anyone can make one.
    if (isKept) kept();
    const page = pageOf(result, {
      ...{ limit, tokenLimit, tokens: estimatedTokens, cursor: isLast ? cursor : undefined },
      // A cursor is a digest that anyone can make: of nothing that the caller may not know.
      question: [caller.user.id, limit, statement.originalSql],
    });
    const rows = [...page.rows];
    const { total } = page;
    answers.push({
      ...statementText(statement),
      row_count: total,
      execution_time_ms: Math.round(result.durationMs * 1000) / 1000,
      ...(result.truncated || total === limit ? { limit_reached: true } : {}),
      ...(!isLast && rows.length < total ? { rows_left_out: total - rows.length } : {}),
      data: { rows, columns: resultColumns(result) },
      nextCursor: page.nextCursor,
    });
  }
  const { data, row_count, nextCursor } = answers.at(-1)!;
  return {
    success: true,
    ...data,
    row_count,
    statements: answers.map(({ nextCursor: _, ...answer }) => answer),
    ...(nextCursor === null ? {} : { next_cursor: nextCursor }),
  };
}
