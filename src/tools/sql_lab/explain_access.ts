import * as z from "zod";
import { invalidArgument } from "../../errors.ts";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, name, openSqlDatabase, sqlText } from "./sql_database.ts";

export const explainAccess = defineTool({
  name: "explain_access",
  title: "Explain access",
  description:
    "Why the caller may read a table, or those of SQL: the permissions that open each, " +
    "and the row-level rules that narrow it. Give table or sql.",
  kind: "database",
  action: "read",
  access: EXECUTE_SQL,
  input: () => ({
    database_id: databaseId(),
    table: name().optional(),
    sql: sqlText().optional(),
    schema: name().optional(),
    catalog: name().optional(),
    template_params: z.looseObject({}).optional(),
  }),
  output: () =>
    z.looseObject({
      tables: z.array(z.looseObject({
        table: z.string(),
        granted_by: z.array(z.looseObject({ permission: z.string(), on: z.string() })),
        row_level_rules: z.array(z.looseObject({ name: z.string() })),
      })),
    }),
  handle: async (input, context) => {
    const { table, sql } = input;
    if ((table === undefined) === (sql === undefined)) {
      throw invalidArgument("Cannot tell what is asked: give one of table and sql.", {
        details: { argument: "table" },
      });
    }
    const session = await openSqlDatabase(context, {
      databaseId: input.database_id,
      catalog: input.catalog,
      schema: input.schema,
      templateParams: input.template_params,
      sql: sql ?? "",
    });
    const standing = table === undefined
      ? await session.standing(sql!)
      : await session.tables.standing([{ catalog: null, schema: input.schema ?? null, table }]);
    return {
      tables: standing.map(({ table, grants, rules, refused }) => ({
        ...table,
        granted_by: grants.map((grant) => ({ ...grant })),
        row_level_rules: rules.map(({ name, groupKey }) => ({ name, group_key: groupKey })),
        ...(refused === null ? {} : { refused }),
      })),
    };
  },
});
