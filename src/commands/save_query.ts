/** Saves SQL under a name among the caller's own queries of SQL Lab. */
import { databases } from "../dao/resources/databases.ts";
import { madeBy } from "./audit.ts";
import type { Command } from "./define_command.ts";
import { tagNewObject } from "./system_tags.ts";

export interface QueryToSave {
  readonly databaseId: number;
  readonly label: string;
  readonly sql: string;
  readonly schema: string | null;
  readonly catalog: string | null;
  readonly description: string | null;
}

export const saveQuery: Command<QueryToSave, number> = {
  who: {
    kind: "saved_query",
    action: "create",
    access: [{ method: "can_write", view: "SavedQuery" }],
  },
  /** @throws ServiceError `not_found` for a database that the caller does not see */
  run: async (query, context) => {
    const { caller, transaction, dao, now, newUuid } = context;
    const database = await dao.get(databases, caller, query.databaseId, ["id"]);
    const id = await transaction.insert("saved_query", {
      ...madeBy(caller, now),
      user_id: caller.user.id,
      db_id: database.id as number,
      label: query.label,
      // Empty rather than null, as Superset's own service has it (6.1, mcp_service/sql_lab).
      schema: query.schema ?? "",
      catalog: query.catalog,
      description: query.description ?? "",
      sql: query.sql,
      uuid: transaction.dialect.uuid(newUuid()) as string | Uint8Array,
      extra_json: "{}",
    });
    await tagNewObject(context, "query", id, [caller.user.id]);
    return id;
  },
};
