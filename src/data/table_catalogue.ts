/** The tables that a database says it has, a schema at a time, kept for a moment. */
import { ExpiringMap } from "../cache/expiring.ts";
import type {
  ColumnInfo,
  Introspection,
  TableDetails,
  TableInfo,
  WriteReach,
} from "../drivers/analytics/engine.ts";
import type { Naming } from "../query/guard/table_key.ts";
import type { SqlParser } from "../query/sql/dialect.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import { readViews } from "./views_over.ts";

export interface SchemaTables {
  /** By name as the engine's fold gives it. */
  readonly tables: ReadonlyMap<string, TableInfo>;
  /** Those of all schemas. Read after the tables, so that no view is known of which they do not tell. */
  readonly views: ViewsOver;
}

/** How long a database is believed, in milliseconds. */
const KEPT_MS = 60_000;

export class KeptCatalogues {
  readonly #schemas: ExpiringMap<SchemaTables>;

  constructor(now: () => number) {
    this.#schemas = new ExpiringMap({ maxEntries: 500, now });
  }

  /** @param key names the database and its connection */
  of(
    key: string,
    introspection: Introspection,
    parser: SqlParser,
    naming: Naming,
  ): TableCatalogue {
    return new TableCatalogue(
      introspection,
      (schema) =>
        this.#schemas.get(JSON.stringify([key, schema]), KEPT_MS, async () => ({
          tables: byName(await introspection.tables(schema), schema, naming.fold),
          views: await readViews(introspection, parser, naming),
        })),
    );
  }
}

/**
 * Where the fold takes two names for one, neither is known: what opens one of them must not open the
 * other. A server may also list tables of a schema whose name differs in case.
 */
function byName(
  tables: readonly TableInfo[],
  schema: string,
  fold: Naming["fold"],
): ReadonlyMap<string, TableInfo> {
  const own = tables.filter((table) => fold(table.schema) === fold(schema));
  const named = Map.groupBy(own, ({ name }) => fold(name));
  return new Map([...named].flatMap(([name, all]) => all.length > 1 ? [] : [[name, all[0]!]]));
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

  columns(table: TableInfo): Promise<readonly ColumnInfo[]> {
    return this.#introspection.columns(table.schema, table.name);
  }

  details(table: TableInfo): Promise<TableDetails> {
    return this.#introspection.details(table.schema, table.name);
  }

  /** Asked anew each time. Where an engine can't tell, a write may reach anything. */
  async writeReach(schema: string, table: string): Promise<WriteReach> {
    const known = await this.#introspection.writeReach?.(schema, table);
    return known ?? { tables: [], runsCode: true };
  }
}
