/** Which tables each view shows rows of, so that a rule on a table is not passed by through a view. */
import type { Introspection, TableDependency } from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import type { TableName } from "../query/policy.ts";
import type { NamedTable, SqlParser } from "../query/sql/dialect.ts";

/** The views of all schemas of a database. */
export async function readViews(
  introspection: Introspection,
  parser: SqlParser,
  naming: Naming,
): Promise<ViewsOver> {
  const tables = new Map<string, Promise<ReadonlySet<string>>>();
  const keyOf = (schema: string | null, table: string) =>
    tableKey({ catalog: naming.catalog, schema, table }, naming);
  const keysIn = async (schema: string) =>
    new Set((await introspection.tables(schema)).map((table) => keyOf(table.schema, table.name)));
  const isThere = async ({ schema, table }: TableName) => {
    if (schema === null) return false;
    if (!tables.has(schema)) tables.set(schema, keysIn(schema));
    return (await tables.get(schema)!).has(keyOf(schema, table));
  };
  const readBy = async ({ schema, reads }: TableDependency) => {
    if (reads === null) return [null];
    if ("name" in reads) return [named(reads.schema, reads.name)];
    const read = tablesIn(reads.sql, parser)?.map((name) =>
      named(name.schema ?? schema, name.table)
    );
    // What this account can't see may be a view in its turn.
    return read !== undefined && (await Promise.all(read.map(isThere))).every(Boolean)
      ? read
      : [null];
  };
  const named = (schema: string | null, table: string): TableName => ({
    ...{ catalog: naming.catalog, schema, table },
  });
  const dependencies = await introspection.dependencies();
  return joinViews(
    await Promise.all(
      dependencies.map(async (one) => new Map([[keyOf(one.schema, one.name), await readBy(one)]])),
    ),
  );
}

/** What any of them says. */
export function joinViews(all: readonly ViewsOver[]): ViewsOver {
  if (all.length === 1) return all[0]!;
  const joined = new Map<string, (TableName | null)[]>();
  for (const [key, reads] of all.flatMap((views) => [...views])) {
    const before = joined.get(key);
    if (before === undefined) joined.set(key, [...reads]);
    else before.push(...reads);
  }
  return joined;
}

/** Undefined where its text can't be read. */
function tablesIn(sql: string, parser: SqlParser): readonly NamedTable[] | undefined {
  try {
    return parser.viewTables?.(sql);
  } catch (fault) {
    if (fault instanceof ServiceError && fault.type !== "unavailable") return undefined;
    throw fault;
  }
}
