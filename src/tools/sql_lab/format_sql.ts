import * as z from "zod";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, openSqlDatabase, sqlText } from "./sql_database.ts";

export const formatSql = defineTool({
  name: "format_sql",
  title: "Format SQL",
  description:
    "SQL over several lines, as its database's grammar prints it: without comments, Jinja " +
    "rendered.",
  kind: "database",
  action: "read",
  access: EXECUTE_SQL,
  input: () => ({ database_id: databaseId(), sql: sqlText() }),
  output: () => z.looseObject({ sql: z.string() }),
  handle: async ({ database_id, sql }, context) => {
    const session = await openSqlDatabase(context, { databaseId: database_id, sql });
    return { sql: session.format(sql).join(";\n\n") };
  },
});
