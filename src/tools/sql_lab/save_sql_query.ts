import * as z from "zod";
import { saveQuery } from "../../commands/save_query.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, sqlText } from "./sql_database.ts";

export const saveSqlQuery = defineTool({
  name: "save_sql_query",
  title: "Save SQL query",
  description: "Save SQL under a name among the caller's saved queries, where SQL Lab shows it. " +
    "It is not run, nor checked; run_saved_query runs it.",
  kind: "saved_query",
  action: "create",
  access: saveQuery.who.access,
  input: () => ({
    database_id: databaseId(),
    label: z.string().trim().min(1).max(256).describe("Its name"),
    sql: sqlText(),
    // As long as Superset's columns are.
    schema: z.string().max(128).optional(),
    catalog: name().optional(),
    description: z.string().max(10_000).optional(),
  }),
  output: () => z.looseObject({ id: z.int(), url: z.string() }),
  handle: async (input, { command, config }) => {
    const { database_id, label, sql, schema = null, catalog = null, description = null } = input;
    const query = { databaseId: database_id, label, sql, schema, catalog, description };
    const id = await command(saveQuery, query);
    return {
      ...{ id, label, sql, database_id, schema, catalog, description },
      url: `${config.supersetUrl}/sqllab?savedQueryId=${id}`,
    };
  },
});
