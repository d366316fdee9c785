/** A query object turned into SQL of one engine, and not yet guarded: nothing runs it. */
import type { PlannedColumn } from "../guard/guarded_plan.ts";

export interface PlannedQuery {
  /** One SELECT. Free text in it went through `SqlParser.expression`; values are literals or `$n`. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly columns: readonly PlannedColumn[];
  /** The query that counts its rows before limit and offset. */
  readonly countSql: string | null;
  /** A virtual dataset's SQL, rendered and read, exactly as it stands in `sql`; null for a table. */
  readonly virtualSql: string | null;
  /** Filters whose columns do not exist, which Superset passes over too. */
  readonly rejectedFilters: readonly string[];
}
