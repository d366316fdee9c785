/** The tables that a database says it has, a schema at a time, kept for a moment. */
import { ExpiringMap } from "../cache/expiring.ts";
import type {
  ColumnInfo,
  Introspection,
  TableDependency,
  TableInfo,
} from "../drivers/analytics/engine.ts";

export interface SchemaTables {
  /** By name as the engine's fold gives it. */
  readonly tables: ReadonlyMap<string, TableInfo>;
  /** Read after the tables, so that no table is known of which they do not tell; null as there. */
  readonly dependencies: readonly TableDependency[] | null;
}

/** How long a database is believed, in milliseconds. */
const KEPT_MS = 60_000;

export class KeptCatalogues {
  readonly #schemas: ExpiringMap<SchemaTables>;

  constructor(now: () => number) {
    this.#schemas = new ExpiringMap({ maxEntries: 500, now });
  }

  /** @param key names the database and its connection */
  of(key: string, introspection: Introspection, fold: (name: string) => string): TableCatalogue {
    return new TableCatalogue(
      introspection,
      (schema) =>
        this.#schemas.get(JSON.stringify([key, schema]), KEPT_MS, async () => {
          const tables = await introspection.tables(schema);
          return {
            tables: new Map(tables.map((table) => [fold(table.name), table])),
            dependencies: await introspection.dependencies(),
          };
        }),
    );
  }
}

/** The catalogue of one database. */
export class TableCatalogue {
  readonly #introspection: Introspection;
  readonly schema: (name: string) => Promise<SchemaTables>;

  constructor(introspection: Introspection, schema: (name: string) => Promise<SchemaTables>) {
    this.#introspection = introspection;
    this.schema = schema;
  }

  schemas(): Promise<readonly string[]> {
    return this.#introspection.schemas();
  }

  columns(schema: string, table: string): Promise<readonly ColumnInfo[]> {
    return this.#introspection.columns(schema, table);
  }
}
