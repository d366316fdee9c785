/**
 * What a query is made of, as one caller may use it: the chart, the dataset, the rules that bind the
 * caller, and the connection. Superset's rule is `raise_for_access` (6.1, superset/security/manager.py):
 * data is open to whoever may read the dataset or owns it, and on a dashboard with roles to whoever
 * these let in. A chart's own visibility comes first here.
 */
import type { Caller } from "../auth/caller.ts";
import type { Row } from "../drivers/metadata_database.ts";
import type { Dataset } from "../query/dataset.ts";
import { bindingRules, databaseColumns, databaseOf, rulesOf } from "./bound_database.ts";
import type { BoundDatabase, DatabaseRow } from "./bound_database.ts";
import { datasetOf, definedDatasets, DEFINITION } from "./dataset_definition.ts";
import { parseJson, parseObject } from "./decode.ts";
import { type Identifier, lookupOf } from "./get.ts";
import type { Reader } from "./read.ts";
import { charts } from "./resources/charts.ts";
import { datasets } from "./resources/datasets.ts";
import { RowPart } from "./row_part.ts";
import { any, type Condition, type Expression, parameter, sql } from "./sql.ts";
import {
  openedByRole,
  type View,
  visibleCharts,
  visibleDatabases,
  visibleDatasets,
} from "./visibility.ts";

/** A chart that the caller may see. */
export interface ChartSource {
  readonly id: number;
  readonly name: string;
  readonly vizType: string;
  /** Its settings. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Its saved query context; null where there is none. */
  readonly queryContext: unknown;
  readonly cacheTimeout: number | null;
  readonly changedOn: string | null;
}

/** A dataset whose data the caller may have. */
export interface DataSource {
  readonly dataset: Dataset;
  /** The connection behind it with the caller's rules; null where its database is no longer there. */
  readonly bound: BoundDatabase | null;
}

/** A dataset that is a table's, and how the caller has it. */
export interface DatasetTable {
  readonly id: number;
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
  /** Superset's name of the permission, `[database].[table](id:1)`. */
  readonly permission: string;
  readonly owned: boolean;
}

const CHART_COLUMNS = [
  "id",
  "slice_name",
  "viz_type",
  "params",
  "query_context",
  "cache_timeout",
  "changed_on",
];

export class QuerySources {
  readonly #reader: Reader;
  readonly #chart: RowPart<ChartSource>;
  readonly #dataset: RowPart<Dataset>;
  readonly #database: RowPart<DatabaseRow>;

  constructor(reader: Reader) {
    this.#reader = reader;
    const defined = definedDatasets(reader.dialect);
    this.#chart = RowPart.ofResource(reader, "chart", charts, CHART_COLUMNS, chartOf);
    this.#dataset = RowPart.ofResource(reader, "dataset", defined, DEFINITION, datasetOf);
    this.#database = new RowPart("database", databaseColumns(reader), databaseOf);
  }

  /**
   * A chart the caller may see, or see on the dashboard named beside, with its data where they may
   * have that too; null where there is none. One statement, as each of these.
   * @param dashboardId the dashboard it is seen on
   */
  async chart(
    caller: Caller,
    identifier: Identifier,
    dashboardId: number | null,
  ): Promise<{ readonly chart: ChartSource; readonly data: DataSource | null } | null> {
    const lookup = lookupOf(this.#reader, charts, identifier);
    if (lookup === null) return null;
    const rows = await this.#reader.run(
      caller,
      `chart_source|${lookup.by}|${dashboardId !== null}`,
      (view) => {
        const opened = dashboardId === null ? [] : [onOpenedDashboard(view)];
        const readable = any([visibleDatasets(view), owned, ...opened]);
        return this.#statement(
          sql`select ${this.#chart.columns}, ${this.#dataColumns(view)}
                from slices
                left join tables on tables.id = slices.datasource_id and ${readable}
                left join dbs on dbs.id = tables.database_id
               where ${lookup.condition} and ${any([visibleCharts(view), ...opened])}
               limit 1`,
        );
      },
      { identifier: lookup.value, dashboardId },
    );
    const chart = this.#chart.read(rows[0]);
    return chart && { chart, data: this.#dataOf(rows[0]) };
  }

  /** A dataset whose data the caller may read, by their grants or as its owner; null where there is none. */
  async dataset(caller: Caller, identifier: Identifier): Promise<DataSource | null> {
    const lookup = lookupOf(this.#reader, datasets, identifier);
    if (lookup === null) return null;
    const rows = await this.#reader.run(
      caller,
      `dataset_source|${lookup.by}`,
      (view) =>
        this.#statement(
          sql`select ${this.#dataColumns(view)}
                from tables
                left join dbs on dbs.id = tables.database_id
               where ${lookup.condition} and ${any([visibleDatasets(view), owned])}
               limit 1`,
        ),
      { identifier: lookup.value },
    );
    return this.#dataOf(rows[0]);
  }

  /** A database that the caller sees, with the rules that bind them there; null where there is none. */
  async database(caller: Caller, databaseId: number): Promise<BoundDatabase | null> {
    const rows = await this.#reader.run(
      caller,
      "database_source",
      (view) =>
        this.#statement(
          sql`select ${this.#database.columns}, ${boundRules(view, sql.ref("dbs.id"))}
                from dbs
               where dbs.id = ${parameter("databaseId")} and ${visibleDatabases(view)}`,
        ),
      { databaseId },
    );
    return this.#boundOf(rows[0]);
  }

  /** The datasets of a database that are tables, and that the caller was given or owns. */
  async tables(caller: Caller, databaseId: number): Promise<readonly DatasetTable[]> {
    const rows = await this.#reader.run(
      caller,
      "dataset_tables",
      (view) => ({ compile: () => tablesStatement(view).compile(this.#reader.dialect.builder) }),
      { databaseId },
    );
    return rows.map((row) => ({
      id: Number(row.id),
      catalog: (row.catalog as string | null) || null,
      schema: (row.schema as string | null) || null,
      table: String(row.table_name),
      permission: String(row.perm ?? ""),
      owned: Number(row.owned) === 1,
    }));
  }

  #statement(text: ReturnType<typeof sql>) {
    return { compile: () => text.compile(this.#reader.dialect.builder) };
  }

  #dataColumns(view: View) {
    const rules = boundRules(view, sql.ref("tables.database_id"));
    return sql`${this.#dataset.columns}, ${this.#database.columns}, ${rules}`;
  }

  #dataOf(row: Row | undefined): DataSource | null {
    const dataset = this.#dataset.read(row);
    return dataset && { dataset, bound: this.#boundOf(row) };
  }

  #boundOf(row: Row | undefined): BoundDatabase | null {
    const database = this.#database.read(row);
    return database && { database, rules: rulesOf(row!.rules) };
  }
}

function boundRules(view: View, databaseId: Expression<unknown>) {
  return sql`${bindingRules(view, databaseId)} as rules`;
}

function chartOf(found: Row): ChartSource {
  return {
    id: found.id as number,
    name: String(found.slice_name ?? ""),
    vizType: String(found.viz_type ?? ""),
    params: parseObject(found.params) ?? {},
    queryContext: parseJson(found.query_context),
    cacheTimeout: found.cache_timeout as number | null,
    changedOn: found.changed_on as string | null,
  };
}

const owned: Condition = sql`tables.id in (
  select o.table_id from sqlatable_user o where o.user_id = ${parameter("userId")})`;

/** Charts on the named dashboard, where a role of its own opens it to the caller. */
function onOpenedDashboard(view: View): Condition {
  if (!view.dashboardRoles) return any([]);
  return sql`slices.id in (
    select d.slice_id from dashboard_slices d join dashboards on dashboards.id = d.dashboard_id
     where dashboards.id = ${parameter("dashboardId")} and ${openedByRole(view)})`;
}

function tablesStatement(view: View) {
  const given = view.dialect.isOneOf(sql.ref("tables.perm"), parameter("datasourcePerms"), "text");
  return sql`
    select tables.id, tables.catalog, tables.schema, tables.table_name, tables.perm,
           case when ${owned} then 1 else 0 end as owned
      from tables
     where tables.database_id = ${parameter("databaseId")}
       and (tables.sql is null or tables.sql = '')
       and ${any([owned, ...(view.hasDatasources ? [given] : [])])}
     order by tables.id`;
}
