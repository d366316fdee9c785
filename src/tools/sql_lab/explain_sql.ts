import * as z from "zod";
import { type AnswerRow, rowsOf } from "../../query/answer/rows.ts";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, openSqlDatabase, sqlText } from "./sql_database.ts";

/** A plan is short; what runs into this is a script of many. */
const MAX_LINES = 2000;
const SECONDS = 30;

export const explainSql = defineTool({
  name: "explain_sql",
  title: "Explain SQL",
  description:
    "How the database would run SELECT statements, without running them. For tables of " +
    "which the caller may read every row.",
  kind: "database",
  action: "execute",
  readOnly: true,
  access: EXECUTE_SQL,
  input: () => ({
    database_id: databaseId(),
    sql: sqlText(),
    schema: name().optional(),
    catalog: name().optional(),
    template_params: z.looseObject({}).optional(),
  }),
  output: () =>
    z.looseObject({
      statements: z.array(z.looseObject({ sql: z.string(), plan: z.array(z.unknown()) })),
    }),
  handle: async (input, context) => {
    const { database_id: databaseId, sql, schema, catalog, template_params: templateParams } =
      input;
    const place = { databaseId, catalog, schema, templateParams, sql };
    const session = await openSqlDatabase(context, place);
    const { signal } = context;
    const statements = [];
    for (const statement of await session.explain(sql)) {
      const { result } = await session.run(statement, {
        ...{ timeoutMs: SECONDS * 1000, maxRows: MAX_LINES, signal, again: false },
      });
      const rows = rowsOf(result.frame, result.columns, 0, result.frame.rowCount);
      statements.push({ sql: statement.originalSql, plan: planOf(rows) });
    }
    return { statements };
  },
});

/** PostgreSQL's lines as they are; SQLite's steps by their depth; MySQL's table as rows. */
function planOf(rows: readonly AnswerRow[]): (string | AnswerRow)[] {
  const depths = new Map<unknown, number>([[0, -1]]);
  return rows.map((row) => {
    const values = Object.values(row);
    if (values.length === 1) return String(values[0]);
    if (typeof row.detail !== "string") return row;
    const depth = (depths.get(row.parent) ?? -1) + 1;
    depths.set(row.id, depth);
    return "  ".repeat(depth) + row.detail;
  });
}
