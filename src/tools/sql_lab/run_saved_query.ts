import * as z from "zod";
import { parseObject } from "../../dao/decode.ts";
import { savedQueries } from "../../dao/resources/saved_queries.ts";
import { invalidArgument, ServiceError } from "../../errors.ts";
import { EXECUTE_SQL, READ_SAVED_QUERY } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { executeSql } from "./execute_sql.ts";

const COLUMNS = ["id", "label", "sql", "db_id", "catalog", "schema", "template_parameters"];

export const runSavedQuery = defineTool({
  name: "run_saved_query",
  title: "Run saved query",
  description: "Run one of the caller's saved queries; the answer is execute_sql's.",
  // What it may run is what execute_sql may, so the scopes are the same.
  kind: "database",
  action: "execute",
  mayWrite: true,
  does: executeSql.name,
  access: EXECUTE_SQL,
  input: () => ({
    identifier: identifier("Id or UUID"),
    limit: executeSql.input.shape.limit as z.ZodOptional<z.ZodInt>,
    template_params: z.looseObject({}).optional().describe("In place of those saved"),
    dry_run: z.boolean().optional(),
    cursor: z.string().max(500).optional(),
  }),
  output: () =>
    z.looseObject({
      success: z.boolean(),
      rows: z.array(z.looseObject({})),
      row_count: z.int(),
      statements: z.array(z.looseObject({})),
    }),
  handle: async ({ identifier, template_params: given = {}, ...options }, context) => {
    const { dao, caller, mayRead } = context;
    if (!mayRead("saved_query", READ_SAVED_QUERY)) {
      throw new ServiceError("permission_denied", "You may not read saved queries.", {
        hint: "An administrator of Superset can grant can_read on SavedQuery.",
      });
    }
    const saved = await dao.get(savedQueries, caller, identifier, COLUMNS);
    const { sql, db_id: databaseId, catalog, schema } = saved;
    if (typeof sql !== "string" || sql.trim() === "" || typeof databaseId !== "number") {
      throw invalidArgument("That saved query holds no SQL, or its database is gone.", {
        hint: "get_saved_query_info shows it.",
        details: { argument: "identifier" },
      });
    }
    const ran = await executeSql.handle({
      ...options,
      ...{ sql, database_id: databaseId },
      ...(catalog ? { catalog } : {}),
      ...(schema ? { schema } : {}),
      template_params: { ...parametersOf(saved.template_parameters), ...given },
    }, context);
    return { ...ran as RanSql, saved_query: { id: saved.id, label: saved.label } };
  },
});

interface RanSql {
  readonly success: boolean;
  readonly rows: Record<string, unknown>[];
  readonly row_count: number;
  readonly statements: Record<string, unknown>[];
}

/** As SQL Lab saved them, in JSON. @throws ServiceError for what is no object */
function parametersOf(text: unknown): object {
  if (typeof text !== "string" || text.trim() === "") return {};
  const read = parseObject(text);
  if (read !== null) return read;
  throw invalidArgument("The template parameters of that saved query are no JSON object.", {
    hint: "Correct them in SQL Lab, or run its SQL with execute_sql.",
    details: { argument: "identifier" },
  });
}
