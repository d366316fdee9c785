/**
 * Whether a caller may know all of a table: its size, and how a server would read it. Both tell of
 * rows that rules hide, and a plan tells of tables that a view is made of.
 */
import type { TableName } from "../policy.ts";
import { tableKey } from "./table_key.ts";
import { ruledTables, type Underneath } from "./underneath.ts";

export interface WholeContext extends Underneath {
  readonly mayRead: (table: TableName) => boolean;
  /** True for one that keeps its own rows; false for a view, and for what is not known. */
  readonly isOwnTable: (table: TableName) => boolean;
}

/** True where no rule binds the caller on it, and the same holds of all that it shows rows of. */
export function isWhole(table: TableName, context: WholeContext): boolean {
  const { naming, viewsOver, mayRead, isOwnTable } = context;
  const ruled = ruledTables(context);
  const seen = new Set<string>();
  const ahead: TableName[] = [table];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const key = tableKey(next, naming);
    if (seen.has(key)) continue;
    seen.add(key);
    if (ruled.has(key) || !mayRead(next)) return false;
    const below = viewsOver?.get(key);
    if (below === undefined && !isOwnTable(next)) return false;
    for (const one of below ?? []) {
      if (one === null) return false;
      ahead.push(one);
    }
  }
  return true;
}
