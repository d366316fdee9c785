import * as z from "zod";
import { EXECUTE_SQL } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { databaseId, openSqlDatabase, sqlText } from "./sql_database.ts";

export const validateSql = defineTool({
  name: "validate_sql",
  title: "Validate SQL",
  description:
    "Whether execute_sql can read SQL and allows what it does: errors by statement, with " +
    "line and column. Runs nothing, and looks at no table.",
  kind: "database",
  action: "read",
  access: EXECUTE_SQL,
  input: () => ({
    database_id: databaseId(),
    sql: sqlText(),
    template_params: z.looseObject({}).optional(),
  }),
  output: () => z.looseObject({ valid: z.boolean(), errors: z.array(z.looseObject({})) }),
  handle: async ({ database_id, sql, template_params: templateParams }, context) => {
    const session = await openSqlDatabase(context, {
      ...{ databaseId: database_id, templateParams, sql },
    });
    const errors = session.faults(sql).map(({ statement, fault }) => {
      const { details, ...said } = fault.body();
      return { ...(statement === null ? {} : { statement }), ...details, ...said };
    });
    return { valid: errors.length === 0, errors };
  },
});
