/** The database that a tool's caller names for SQL of their own. */
import * as z from "zod";
import type { SqlSession } from "../../data/sql_session.ts";
import { notFound, ServiceError } from "../../errors.ts";
import { EXECUTE_SQL } from "../access.ts";
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
  { dao, caller, data, writing }: ToolContext,
  { databaseId, catalog, schema, templateParams, sql }: SqlDatabase,
): Promise<SqlSession> {
  const found = await dao.sources.database(caller, databaseId);
  if (found === null) {
    throw notFound("database", databaseId, "Use list_databases to see those you may read.");
  }
  const { name, exposedInSqlLab } = found.database;
  if (!exposedInSqlLab) {
    throw new ServiceError(
      "permission_denied",
      `The database '${name}' is not open to SQL Lab.`,
      { hint: "list_databases tells expose_in_sqllab; an administrator can switch it on." },
    );
  }
  return await (await data()).openSql(dao, caller, found, {
    catalog: catalog ?? null,
    schema: schema ?? null,
    templateParams: templateParams ?? {},
    sql: sql ?? "",
    leave: writing("database", EXECUTE_SQL),
  });
}
