import * as z from "zod";
import { databases } from "../../dao/resources/databases.ts";
import { READ_SQL_LAB } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, sqlText } from "./sql_database.ts";

export const openSqlLabWithContext = defineTool({
  name: "open_sql_lab_with_context",
  title: "Open SQL Lab with context",
  description: "A URL of Superset's SQL Lab with a database and SQL filled in, for the person.",
  kind: "database",
  action: "read",
  access: READ_SQL_LAB,
  input: () => ({
    database_connection_id: databaseId(),
    schema: name().optional(),
    dataset_in_context: name().optional().describe("A table to start with where sql is left out"),
    sql: sqlText().optional(),
    title: name().optional(),
  }),
  output: () => z.looseObject({ url: z.string(), database_id: z.int() }),
  handle: async (input, { dao, caller, config }) => {
    const { schema = null, title = null, dataset_in_context: table } = input;
    const { id } = await dao.get(databases, caller, input.database_connection_id, ["id"]);
    const sql = input.sql ?? (table === undefined ? null : startOf(schema, table));
    const query = Object.entries({ dbid: id, schema, sql, title })
      .filter(([, value]) => value !== null)
      .map(([key, value]): [string, string] => [key, String(value)]);
    return {
      url: `${config.supersetUrl}/sqllab?${new URLSearchParams(query)}`,
      database_id: id as number,
      schema,
      title,
    };
  },
});

/** Names in double quotes, which most engines take; the person sees it before it runs. */
function startOf(schema: string | null, table: string): string {
  const names = [...(schema === null ? [] : [schema]), table];
  return `SELECT *\nFROM ${
    names.map((one) => `"${one.replaceAll('"', '""')}"`).join(".")
  }\nLIMIT 100`;
}
