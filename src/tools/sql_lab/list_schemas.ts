import * as z from "zod";
import { READ_DATABASE } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, openSqlDatabase } from "./sql_database.ts";

export const listSchemas = defineTool({
  name: "list_schemas",
  title: "List schemas",
  description: "The schemas of a database in which the caller may read a table.",
  kind: "database",
  action: "read",
  access: READ_DATABASE,
  input: () => ({ database_id: databaseId(), catalog: name().optional() }),
  output: () => z.looseObject({ schemas: z.array(z.string()) }),
  handle: async ({ database_id, catalog }, context) => {
    const session = await openSqlDatabase(context, { databaseId: database_id, catalog });
    return { schemas: [...await session.tables.schemas()] };
  },
});
