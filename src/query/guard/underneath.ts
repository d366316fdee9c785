/**
 * What lies under a table: a view shows rows of its tables past their rules, and so do a partition
 * and its table. Who is bound there has to ask the tables, whatever rules the view has of its own.
 */
import { ServiceError } from "../../errors.ts";
import type { RowPolicy, TableName } from "../policy.ts";
import { type Naming, tableKey } from "./table_key.ts";

/**
 * Views, materialized views, partitions and foreign tables, by `tableKey`, with what they read; null
 * in the list where that can't be told, which counts as every table.
 */
export type ViewsOver = ReadonlyMap<string, readonly (TableName | null)[]>;

export interface Underneath {
  readonly viewsOver?: ViewsOver;
  readonly policies: readonly RowPolicy[];
  readonly naming: Naming;
}

/** @throws ServiceError forbidden_sql where a table under it has rules that bind the caller */
export function refuseHiddenUnderneath(table: TableName, context: Underneath): void {
  const refusal = hiddenUnderneath(table, context);
  if (refusal !== null) throw refusal;
}

/** Why a table is refused for what lies under it; null where it is not. */
export function hiddenUnderneath(table: TableName, context: Underneath): ServiceError | null {
  const { viewsOver, naming } = context;
  const asked = tableKey(table, naming);
  if (viewsOver?.has(asked) !== true) return null;
  const ruled = ruledTables(context);
  // Its own rules are put around it.
  ruled.delete(asked);
  if (ruled.size === 0) return null;
  const seen = new Set<string>();
  const ahead = [asked];
  for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    if (ruled.has(key)) {
      return new ServiceError(
        "forbidden_sql",
        `'${table.table}' shows rows of a table with row-level rules that bind you.`,
        { hint: "Ask the table itself, or a dataset made of it." },
      );
    }
    for (const below of viewsOver.get(key) ?? []) {
      if (below === null) return untold(table);
      ahead.push(tableKey(below, naming));
    }
  }
  return null;
}

/** The tables that have rules of their own which bind the caller, by `tableKey`. */
export function ruledTables(
  { policies, naming }: Pick<Underneath, "policies" | "naming">,
): Set<string> {
  const ruled = policies.filter(({ virtual, rules }) => !virtual && rules.length > 0);
  return new Set(ruled.map(({ table }) => tableKey(table, naming)));
}

function untold({ table }: TableName): ServiceError {
  return new ServiceError(
    "forbidden_sql",
    `Cannot tell which tables '${table}' shows rows of, and row-level rules bind you in its database.`,
    {
      hint: "It is a foreign table, or calls a function that may read tables. " +
        "Ask for a dataset made of a table.",
    },
  );
}
