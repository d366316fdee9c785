/**
 * Who may read a part of a database only writes to no table from which a write goes on to what they
 * may not read: foreign keys tell that a key exists there and cascade there, and what triggers, rules
 * and defaults do is not known.
 */
import { ServiceError } from "../errors.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import type { TableName } from "../query/policy.ts";
import type { TableAccess } from "./table_access.ts";
import type { TableCatalogue } from "./table_catalogue.ts";

/** @throws ServiceError forbidden_sql */
export async function refuseReach(
  targets: readonly TableName[],
  { access, catalogue, naming }: {
    readonly access: TableAccess;
    readonly catalogue: TableCatalogue;
    readonly naming: Naming;
  },
): Promise<void> {
  if (access.mayList(naming.catalog, null)) return;
  const byKey = new Map(targets.map((target) => [tableKey(target, naming), target]));
  for (const target of byKey.values()) {
    const { tables, runsCode } = await catalogue.writeReach(target.schema ?? "", target.table);
    const all = tables.map(({ schema, name }): TableName => ({
      ...{ catalog: naming.catalog, schema, table: name },
    }));
    const isOpen = !runsCode &&
      all.every((table) => access.mayRead(table, tableKey(table, naming)));
    if (!isOpen) throw reachesFurther(target);
  }
}

function reachesFurther({ table }: TableName): ServiceError {
  return new ServiceError(
    "forbidden_sql",
    `A write to '${table}' may go on to what you may not read, by its keys, triggers or defaults.`,
    { hint: "Have someone write who may read the whole database.", details: { table } },
  );
}
