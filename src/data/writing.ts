/** Whether SQL of a caller's own may write at all, whatever it writes to. */
import type { WriteLeave } from "../auth/caller.ts";
import { ServiceError } from "../errors.ts";

export interface Writing {
  /** What the service and the caller's scopes say to it. */
  readonly leave: WriteLeave;
  /** Superset's `dbs.allow_dml`. */
  readonly databaseAllows: boolean;
}

/**
 * @param construct what would write, such as `INSERT`
 * @throws ServiceError forbidden_sql
 */
export function refuseWriting(construct: string, { leave, databaseAllows }: Writing): void {
  const refused = (why: string, hint: string) =>
    new ServiceError("forbidden_sql", `The SQL uses ${construct}, and ${why}.`, {
      hint,
      details: { construct },
    });
  if (leave === "service_reads_only") {
    throw refused("this service only reads", "Whoever runs it can change MCP_READ_ONLY.");
  }
  if (!databaseAllows) {
    throw refused(
      "this database is not open to it",
      "get_database_info tells allow_dml; an administrator of Superset can switch it on.",
    );
  }
  if (leave === "no_permission") {
    throw refused(
      "you may not run SQL in Superset",
      "An administrator of Superset can grant can_execute_sql_query on SQLLab.",
    );
  }
  if (leave === "no_scope") {
    throw refused(
      "your token has no scope for it",
      "Ask for a token with the scope superset:database:write.",
    );
  }
}
