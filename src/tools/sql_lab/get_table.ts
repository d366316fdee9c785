import * as z from "zod";
import { notFound } from "../../errors.ts";
import { READ_DATABASE } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, openSqlDatabase } from "./sql_database.ts";

export const getTable = defineTool({
  name: "get_table",
  title: "Get table",
  description: "A table's columns, types, keys and comments; its size where no rule narrows it.",
  kind: "database",
  action: "read",
  access: READ_DATABASE,
  input: () => ({
    database_id: databaseId(),
    table: name(),
    schema: name().optional(),
    catalog: name().optional(),
  }),
  output: () =>
    z.looseObject({
      name: z.string(),
      columns: z.array(
        z.looseObject({ name: z.string(), type: z.string(), nullable: z.boolean() }),
      ),
    }),
  handle: async ({ database_id, table, schema, catalog }, context) => {
    const session = await openSqlDatabase(context, { databaseId: database_id, catalog });
    const found = await session.tables.describe(schema ?? session.defaultSchema, table);
    if (found === null) {
      throw notFound("table", table, "list_tables tells those you may read.");
    }
    const { info, columns, keys, size } = found;
    return {
      schema: info.schema,
      name: info.name,
      kind: info.kind,
      columns: columns.map(({ name, databaseType, nullable }) => ({
        name,
        type: databaseType,
        nullable,
        ...(Object.hasOwn(keys.columnComments, name) ? { comment: keys.columnComments[name] } : {}),
      })),
      comment: keys.comment,
      primary_key: [...keys.primaryKey],
      unique_keys: keys.uniqueKeys.map((key) => [...key]),
      foreign_keys: keys.foreignKeys.map((key) => ({
        columns: [...key.columns],
        references: { schema: key.schema, table: key.table, columns: [...key.referenced] },
      })),
      ...(size === null ? {} : { estimated_rows: size.estimatedRows, bytes: size.bytes }),
    };
  },
});
