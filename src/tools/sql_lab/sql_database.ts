/** The database that a tool's caller names for SQL of their own. */
import * as z from "zod";
import { databases } from "../../dao/resources/databases.ts";
import type { SqlSession } from "../../data/sql_session.ts";
import { ServiceError } from "../../errors.ts";
import type { ToolContext } from "../define_tool.ts";

export const databaseId = () => z.int().min(1).max(2 ** 31 - 1);
export const sqlText = () => z.string().trim().min(1).max(100_000);
/** Of a schema, a catalog or a table. */
export const name = () => z.string().min(1).max(250);

export interface SqlDatabase {
  readonly databaseId: number;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly templateParams?: Readonly<Record<string, unknown>> | undefined;
  readonly sql?: string;
}

/**
 * Opens a database that the caller sees and that is exposed in SQL Lab.
 * @throws ServiceError `not_found`, `permission_denied`, `unavailable`
 */
export async function openSqlDatabase(
  { dao, caller, data }: ToolContext,
  { databaseId, catalog, schema, templateParams, sql }: SqlDatabase,
): Promise<SqlSession> {
  const columns = ["database_name", "expose_in_sqllab"];
  const found = await dao.get(databases, caller, databaseId, columns);
  if (found.expose_in_sqllab !== true) {
    throw new ServiceError(
      "permission_denied",
      `The database '${found.database_name}' is not open to SQL Lab.`,
      { hint: "list_databases tells expose_in_sqllab; an administrator can switch it on." },
    );
  }
  return await (await data()).openSql(dao, caller, {
    databaseId,
    catalog: catalog ?? null,
    schema: schema ?? null,
    templateParams: templateParams ?? {},
    sql: sql ?? "",
  });
}
