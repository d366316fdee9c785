/**
 * Which tables of a database a caller may read in SQL of their own. Superset's rule is
 * `raise_for_access` (6.1, superset/security/manager.py): the whole database, a catalog, a schema, or
 * a dataset that names the table, which the caller was given or owns. A dataset without a catalog
 * counts for the default one here, and a dataset made of SQL names no table.
 */
import type { DataAccess } from "../auth/caller.ts";
import type { DatasetTable } from "../dao/query_sources.ts";
import type { TableName } from "../query/policy.ts";

/** What opens a table: a permission and the name it is held on, or the ownership of a dataset. */
export interface Grant {
  readonly permission: string;
  readonly on: string;
}

export interface TableAccessParts {
  readonly access: DataAccess;
  readonly database: { readonly id: number; readonly name: string };
  readonly datasets: readonly DatasetTable[];
  /** The table that a dataset means, as a key. */
  readonly keyOf: (dataset: DatasetTable) => string;
}

export class TableAccess {
  readonly #access: DataAccess;
  readonly #database: TableAccessParts["database"];
  readonly #datasets: ReadonlyMap<string, readonly DatasetTable[]>;

  constructor({ access, database, datasets, keyOf }: TableAccessParts) {
    this.#access = access;
    this.#database = database;
    this.#datasets = Map.groupBy(datasets, keyOf);
  }

  /** @param key of the table, as the datasets' keys; its names are complete */
  mayRead(table: TableName, key: string): boolean {
    return this.grants(table, key).length > 0;
  }

  /** Every grant that opens a table; none where the caller may not read it. */
  grants(table: TableName, key: string): readonly Grant[] {
    const { datasourcePerms } = this.#access;
    const ofDatasets = (this.#datasets.get(key) ?? []).flatMap(({ permission, id, owned }) => [
      ...(datasourcePerms.includes(permission)
        ? [{ permission: "datasource_access", on: permission }]
        : []),
      ...(owned ? [{ permission: "owner", on: `dataset ${id}` }] : []),
    ]);
    return [...this.#wide(table.catalog, table.schema), ...ofDatasets];
  }

  /** Whether all tables of a schema are the caller's to read, and so to know of. */
  mayList(catalog: string | null, schema: string | null): boolean {
    return this.#wide(catalog, schema).length > 0;
  }

  #wide(catalog: string | null, schema: string | null): readonly Grant[] {
    const { id, name } = this.#database;
    const { allDatabases, allDatasources, databasePerms, catalogPerms, schemaPerms } = this.#access;
    const held = (permission: string, of: readonly string[], on: string) =>
      of.includes(on) ? [{ permission, on }] : [];
    const inCatalog = catalog === null ? `[${name}]` : `[${name}].[${catalog}]`;
    const all = allDatabases ? "all_database_access" : "all_datasource_access";
    return [
      ...(allDatasources ? [{ permission: all, on: all }] : []),
      ...held("database_access", databasePerms, `[${name}].(id:${id})`),
      ...(catalog === null ? [] : held("catalog_access", catalogPerms, inCatalog)),
      ...(schema === null ? [] : held("schema_access", schemaPerms, `${inCatalog}.[${schema}]`)),
    ];
  }
}
