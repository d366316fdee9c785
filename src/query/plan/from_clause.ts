/** Where a dataset's rows come from: a table, or the SQL of a virtual dataset. */
import type { Planning } from "./planning.ts";

export interface FromClause {
  readonly from: string;
  /** The virtual dataset's SQL as it stands in `from`; null for a table. */
  readonly virtualSql: string | null;
}

/** @throws ServiceError where a virtual dataset's SQL is no single reading statement */
export function fromClause(planning: Planning): FromClause {
  const { dataset: { sql, schema, tableName }, dialect } = planning;
  if (sql !== null && sql !== "") {
    // Read on its own, so that no parenthesis in it can end the subquery.
    const virtualSql = planning.statement(sql);
    return { from: `(\n${virtualSql}\n) AS ${dialect.quote("virtual_table")}`, virtualSql };
  }
  const table = dialect.quote(tableName);
  return { from: schema ? `${dialect.quote(schema)}.${table}` : table, virtualSql: null };
}
