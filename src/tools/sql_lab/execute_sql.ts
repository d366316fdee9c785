import * as z from "zod";
import type { PreparedStatement, SqlSession } from "../../data/sql_session.ts";
import { uniqueNames } from "../../query/answer/answer_columns.ts";
import { pageOf } from "../../query/answer/page.ts";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool, type ToolContext } from "../define_tool.ts";
import { estimatedTokens } from "../response_size.ts";
import { databaseId, name, openSqlDatabase, sqlText } from "./sql_database.ts";

const DEFAULT_ROWS = 1000;
const MAX_ROWS = 10_000;
const DEFAULT_SECONDS = 30;
const MAX_SECONDS = 300;

export const executeSql = defineTool({
  name: "execute_sql",
  title: "Execute SQL",
  description: "Run SELECT statements on a database, under the caller's access and row-level " +
    "rules. rows are the last statement's, statements hold each one's. Nothing is written. " +
    "list_tables and get_table tell names.",
  kind: "database",
  action: "execute",
  readOnly: true,
  access: EXECUTE_SQL,
  input: () => ({
    database_id: databaseId(),
    sql: sqlText(),
    schema: name().optional().describe("Where bare table names are"),
    catalog: name().optional(),
    limit: z.int().min(1).max(MAX_ROWS).optional().describe(`Rows; default ${DEFAULT_ROWS}`),
    timeout: z.int().min(1).max(MAX_SECONDS).optional().describe("Seconds; default 30"),
    template_params: z.looseObject({}).optional().describe("Values for Jinja in the SQL"),
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
    const limit = Math.min(input.limit ?? DEFAULT_ROWS, context.config.rows.max);
    const session = await openSqlDatabase(context, {
      databaseId: input.database_id,
      catalog: input.catalog,
      schema: input.schema,
      templateParams: input.template_params,
      sql: input.sql,
    });
    if (input.dry_run === true) return dryRun(await session.prepare(input.sql, limit));
    return await runTracked(session, { ...input, limit }, context);
  },
});

function dryRun(statements: readonly PreparedStatement[]) {
  return {
    success: true,
    dry_run: true,
    rows: [],
    columns: [],
    row_count: 0,
    statements: statements.map((statement) => ({
      ...shown(statement),
      row_count: 0,
      execution_time_ms: null,
      data: null,
    })),
  };
}

interface RunOptions {
  readonly limit: number;
  readonly timeout?: number | undefined;
  readonly cursor?: string | undefined;
  readonly force_refresh?: boolean | undefined;
}

/** Where its caller can stop it, and with a row in the history. */
function runTracked(
  session: SqlSession,
  options: RunOptions & { readonly sql: string; readonly database_id: number },
  context: ToolContext,
) {
  const { sql, limit, database_id: databaseId, cursor } = options;
  const { catalog, defaultSchema: schema } = session;
  const query = { databaseId, catalog, schema, sql, limit, recorded: cursor === undefined };
  return context.queries.track(context.caller, query, context.signal, async (handle) => {
    const statements = await session.prepare(sql, limit);
    handle.prepared(() => statements.map((statement) => statement.plainSql()).join(";\n"));
    const answer = await runAll(session, statements, options, {
      ...context,
      signal: handle.signal,
    });
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
  options: RunOptions,
  { config, caller, signal, progress }: Pick<
    ToolContext,
    "config" | "caller" | "signal" | "progress"
  >,
) {
  const { limit, cursor } = options;
  const seconds = Math.min(options.timeout ?? DEFAULT_SECONDS, config.sqlLab.timeoutSeconds);
  const wanted = cursor === undefined ? statements : statements.slice(-1);
  const text = JSON.stringify(wanted.map(shown));
  // The rows of the last statement stand in the answer twice.
  const tokenLimit = (config.responseTokenLimit - FRAME_TOKENS - estimatedTokens(text)) /
    (wanted.length + 1);
  const answers = [];
  for (const [at, statement] of wanted.entries()) {
    const isLast = at === wanted.length - 1;
    const result = await session.run(statement, {
      ...{ timeoutMs: seconds * 1000, maxRows: limit, signal },
      again: cursor !== undefined && options.force_refresh !== true,
      onRows: (rows) => progress(rows, undefined, `${rows} rows`),
    });
    const page = pageOf(result, {
      ...{ limit, tokenLimit, tokens: estimatedTokens, cursor: isLast ? cursor : undefined },
      // A cursor is a digest that anyone can make: of nothing that the caller may not know.
      question: [caller.user.id, limit, statement.originalSql],
    });
    const names = uniqueNames(result.columns.map(({ name }) => name));
    const rows = [...page.rows];
    const columns = result.columns.map(({ databaseType }, column) => ({
      name: names[column]!,
      type: databaseType || "unknown",
    }));
    const { total } = page;
    answers.push({
      ...shown(statement),
      row_count: total,
      execution_time_ms: Math.round(result.durationMs * 1000) / 1000,
      ...(result.truncated || total === limit ? { limit_reached: true } : {}),
      ...(!isLast && rows.length < total ? { rows_left_out: total - rows.length } : {}),
      data: { rows, columns },
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

function shown({ originalSql, shownSql, plan }: PreparedStatement) {
  return {
    original_sql: originalSql,
    executed_sql: shownSql,
    ...(plan.rules.length > 0 ? { row_level_rules: [...plan.rules] } : {}),
  };
}
