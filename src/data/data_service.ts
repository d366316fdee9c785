/** Opens datasets for queries: one service for a process, a session for each dataset and caller. */
import type { Caller } from "../auth/caller.ts";
import { ExpiringMap } from "../cache/expiring.ts";
import type { Dao } from "../dao/dao.ts";
import type { BoundDatabase, DatabaseRow } from "../dao/bound_database.ts";
import type { DatasetTable, DataSource } from "../dao/query_sources.ts";
import type { AnalyticsDatabase } from "../drivers/analytics/analytics_database.ts";
import type { AnalyticsDatabases } from "../drivers/analytics/connections.ts";
import type { SessionInfo } from "../drivers/analytics/engine.ts";
import { invalidArgument, type ServiceError, unavailable } from "../errors.ts";
import { type Naming, tableKey } from "../query/guard/table_key.ts";
import type { ViewsOver } from "../query/guard/underneath.ts";
import type { RowLimits } from "../query/plan/planning.ts";
import { type DialectOf, queryDialects } from "./dialects.ts";
import { ResultCache } from "./result_cache.ts";
import { mayReadRules, rowPolicies } from "./row_policies.ts";
import { DatasetSession } from "./session.ts";
import { NO_VALUES, noDataset, type SqlPlace } from "./sql_place.ts";
import { SqlSession } from "./sql_session.ts";
import { TableAccess } from "./table_access.ts";
import { KeptCatalogues } from "./table_catalogue.ts";
import type { MakeTemplates } from "./templates.ts";
import { readViews } from "./views_over.ts";

export interface DataServiceOptions {
  readonly analytics: AnalyticsDatabases;
  readonly makeTemplates: MakeTemplates;
  /** Functions that SQL may call beyond the lists of its engine, by backend. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
  readonly cache: { readonly enabled: boolean; readonly maxBytes: number };
  readonly limits: RowLimits & { readonly timeoutMs: number; readonly maxBytes: number };
  readonly now: () => number;
}

/** What a database says of itself. */
interface Surroundings {
  readonly session: SessionInfo;
  readonly views: ViewsOver;
  readonly fold: Naming["fold"];
}

/** How long it is believed, in milliseconds. */
const SURROUNDINGS_MS = 60_000;

const DAY_SECONDS = 86_400;

/** Seconds that rows are kept where neither the dataset nor its database says. */
const CACHE_SECONDS = 60;

export class DataService {
  readonly #options: DataServiceOptions;
  readonly #surroundings: ExpiringMap<Surroundings>;
  readonly #catalogues: KeptCatalogues;
  readonly #cache: ResultCache | null;
  readonly #dialectOf: DialectOf;
  /**
   * How many scripts wrote: part of every key of the cache, so that nothing is answered that was kept
   * before, or was on its way. Of any database, since two rows of `dbs` may be one.
   */
  #writes = 0;

  constructor(options: DataServiceOptions) {
    this.#options = options;
    this.#surroundings = new ExpiringMap({ maxEntries: 500, now: options.now });
    this.#catalogues = new KeptCatalogues(options.now);
    this.#dialectOf = queryDialects(options.functions);
    this.#cache = options.cache.enabled
      ? new ResultCache(options.cache.maxBytes, options.now)
      : null;
  }

  /**
   * A dataset that the caller may read, as `sources` gave it, ready for queries.
   * @param cacheSeconds a chart's own time, which comes before the dataset's
   * @throws ServiceError `unavailable` for a connection that can't be honoured or reached
   */
  async open(
    dao: Dao,
    caller: Caller,
    { dataset, bound }: DataSource,
    cacheSeconds: number | null = null,
  ): Promise<DatasetSession> {
    if (bound === null) throw unavailable("The dataset's database is no longer there.");
    const { database: row, rules } = bound;
    const { own, database, around } = await this.#connect(row, dataset.catalog, closedToDataset);
    const dialect = this.#dialectOf(database.dialect);
    const naming: Naming = {
      catalog: around.session.database,
      schema: dataset.schema ?? around.session.defaultSchema,
      fold: around.fold,
      closedSchema: around.session.closedSchema,
    };
    return new DatasetSession({
      dataset,
      database,
      asker: askerOf(caller),
      databaseKey: `${row.id}|${row.changedOn}|${dataset.catalog}|${this.#writes}`,
      dialect,
      parser: await dialect.parser(),
      naming,
      viewsOver: around.views,
      rowFunctions: new Set(around.session.rowFunctions),
      anyColumns: around.session.anyColumns,
      policies: (templates) =>
        rowPolicies(rules, templates, {
          catalog: own.session.database,
          schemas: schemasOf(around.session),
        }),
      mayReadRules: mayReadRules(caller),
      templates: (query, values) =>
        this.#options.makeTemplates({ dao, caller, dataset, rules, query, values, dialect }),
      cache: this.#cache,
      cacheSeconds: secondsOf(
        cacheSeconds ?? dataset.cacheTimeout ?? row.cacheTimeout ?? CACHE_SECONDS,
      ),
      limits: this.#options.limits,
      now: this.#options.now,
    });
  }

  /**
   * A database that the caller sees, as `sources` gave it, ready for SQL of their own.
   * @throws ServiceError `unavailable`, `invalid_argument` for a catalog that it does not open
   */
  async openSql(
    dao: Dao,
    caller: Caller,
    { database: row, rules }: BoundDatabase,
    at: SqlPlace,
  ): Promise<SqlSession> {
    const { own, database, around } = await this.#connect(row, at.catalog, closedToCaller);
    const dialect = this.#dialectOf(database.dialect);
    const naming: Naming = {
      catalog: around.session.database,
      // That of rules and datasets, which the caller's choice must not move.
      schema: around.session.defaultSchema,
      fold: around.fold,
      closedSchema: around.session.closedSchema,
    };
    const parser = await dialect.parser();
    const templates = await this.#options.makeTemplates({
      ...{ dao, caller, dialect, rules, query: {}, values: NO_VALUES },
      ...{ dataset: noDataset(row.id, at), callersSql: at.sql },
    });
    // Read where SQL names a table at all, and then once.
    let datasets: Promise<readonly DatasetTable[]> | null = null;
    const key = [row.id, row.changedOn, at.catalog];
    return new SqlSession({
      database,
      key: [...key, caller.user.id, this.#writes],
      asker: askerOf(caller),
      parser,
      explain: dialect.explain,
      naming,
      defaultCatalog: own.session.database,
      searchPath: at.schema === null ? around.session.searchPath : [at.schema],
      ownPath: around.session.searchPath,
      rowFunctions: new Set(around.session.rowFunctions),
      anyColumns: around.session.anyColumns,
      catalogue: this.#catalogues.of(JSON.stringify(key), database.introspection, parser, naming),
      access: async (place) =>
        new TableAccess({
          access: caller.access,
          database: { id: row.id, name: row.name },
          datasets: await (datasets ??= dao.sources.tables(caller, row.id)),
          keyOf: (dataset) => tableKey(place(dataset), naming),
        }),
      // The session finds the schema of a dataset that names none.
      policies: rowPolicies(rules, templates, { catalog: own.session.database, schemas: [null] }),
      templates,
      mayReadRules: mayReadRules(caller),
      writing: { leave: at.leave, databaseAllows: row.allowDml },
      onWritten: () => this.#writes++,
      cache: this.#cache,
      limits: this.#options.limits,
    });
  }

  /** Closes connections when their statements are over. */
  async close(): Promise<void> {
    await this.#options.analytics.close();
  }

  /** A catalog beside the connection's own is another database of the server, where that is allowed. */
  async #connect(
    row: DatabaseRow,
    catalog: string | null,
    closed: (catalog: string) => ServiceError,
  ): Promise<{ own: Surroundings; database: AnalyticsDatabase; around: Surroundings }> {
    const { analytics } = this.#options;
    const database = analytics.open(row);
    const own = await this.#around(row, null, database);
    if (catalog === null || catalog === own.session.database) {
      return { own, database, around: own };
    }
    if (row.extra.allow_multi_catalog !== true) throw closed(catalog);
    const other = analytics.open(row, catalog);
    return { own, database: other, around: await this.#around(row, catalog, other) };
  }

  #around(
    row: DatabaseRow,
    catalog: string | null,
    database: AnalyticsDatabase,
  ): Promise<Surroundings> {
    const key = JSON.stringify([row.id, row.changedOn, catalog]);
    return this.#surroundings.get(key, SURROUNDINGS_MS, async () => {
      const { introspection } = database;
      const dialect = this.#dialectOf(database.dialect);
      const session = await introspection.session();
      const fold = dialect.fold(session);
      const naming = { catalog: session.database, schema: session.defaultSchema, fold };
      const views = await readViews(introspection, await dialect.parser(), naming);
      return { session, views, fold };
    });
  }
}

/** One person, whatever they ask with. */
function askerOf({ tenant, user }: Caller): string {
  return JSON.stringify([tenant, user.id]);
}

function schemasOf({ searchPath, defaultSchema }: SessionInfo): readonly (string | null)[] {
  return searchPath.length > 0 ? searchPath : [defaultSchema];
}

function closedToDataset(catalog: string): ServiceError {
  return unavailable(
    `The dataset is in the catalog '${catalog}', which its database does not open.`,
    { hint: "Its owner has to correct the catalog, or allow several catalogs on the database." },
  );
}

function closedToCaller(catalog: string): ServiceError {
  return invalidArgument(`The database does not open the catalog '${catalog.slice(0, 200)}'.`, {
    hint: "Leave it out for the database's own catalog.",
    details: { argument: "catalog" },
  });
}

/** Superset's timeouts: -1 keeps nothing, and 0 is without end; a day is long enough here. */
function secondsOf(timeout: number): number {
  return timeout === 0 ? DAY_SECONDS : timeout;
}
