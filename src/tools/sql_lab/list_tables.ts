import * as z from "zod";
import { READ_DATABASE } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, openSqlDatabase } from "./sql_database.ts";

const MAX_TABLES = 1000;

export const listTables = defineTool({
  name: "list_tables",
  title: "List tables",
  description: "The tables and views of a schema that the caller may read with execute_sql.",
  kind: "database",
  action: "read",
  access: READ_DATABASE,
  input: () => ({
    database_id: databaseId(),
    schema: name().optional().describe("The database's default where left out"),
    catalog: name().optional(),
    search: z.string().max(250).optional().describe("A part of the name"),
  }),
  output: () =>
    z.looseObject({
      tables: z.array(z.looseObject({ name: z.string(), kind: z.string() })),
      total_count: z.int(),
    }),
  handle: async ({ database_id, schema, catalog, search = "" }, context) => {
    const session = await openSqlDatabase(context, { databaseId: database_id, catalog });
    const wanted = search.toLowerCase();
    const tables = (await session.tables.list(schema ?? session.defaultSchema))
      .filter((table) => table.name.toLowerCase().includes(wanted));
    return {
      schema: schema ?? session.defaultSchema,
      tables: tables.slice(0, MAX_TABLES).map(({ name, kind }) => ({ name, kind })),
      total_count: tables.length,
    };
  },
});
