/** Which tables each view shows rows of, so that a rule on a table is not passed by through a view. */
import type { TableDependency } from "../drivers/analytics/engine.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import type { TableName } from "../query/policy.ts";

/** By the view's key. */
export function viewsOver(dependencies: readonly TableDependency[], naming: Naming): ViewsOver {
  const named = (table: { readonly schema: string | null; readonly name: string }): TableName => ({
    catalog: naming.catalog,
    schema: table.schema,
    table: table.name,
  });
  const byView = Map.groupBy(dependencies, (one) => tableKey(named(one), naming));
  return new Map(
    [...byView].map(([key, ones]) => [key, ones.map(({ reads }) => reads && named(reads))]),
  );
}
