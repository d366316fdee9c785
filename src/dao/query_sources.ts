/**
 * What a query is made of, as one caller may use it: the chart, the dataset, the rules that bind the
 * caller, and the connection. Superset's rule is `raise_for_access` (6.1, superset/security/manager.py):
 * data is open to whoever may read the dataset or owns it, and on a dashboard with roles to whoever
 * these let in. A chart's own visibility comes first here.
 */
import type { Caller } from "../auth/caller.ts";
import type { Dataset } from "../query/dataset.ts";
import {
  type BindingRule,
  bindingRules,
  type BoundDatabase,
  boundDatabase,
  boundDatabaseOf,
  ruleOf,
} from "./bound_database.ts";
import { DEFINITION, definitionColumns, definitionOf } from "./dataset_definition.ts";
import { parseObject } from "./decode.ts";
import { get, type Identifier } from "./get.ts";
import type { Reader } from "./read.ts";
import { charts } from "./resources/charts.ts";
import { datasets } from "./resources/datasets.ts";
import { all, any, type Condition, parameter, sql } from "./sql.ts";
import {
  everything,
  openedByRole,
  type View,
  type Visible,
  visibleCharts,
  visibleDatabases,
  visibleDatasets,
} from "./visibility.ts";

/** A chart whose data the caller may have. */
export interface ChartSource {
  readonly id: number;
  readonly name: string;
  readonly vizType: string;
  /** Its settings, as JSON text. */
  readonly params: string | null;
  /** Its saved query context, as JSON text. */
  readonly queryContext: string | null;
  readonly datasetId: number;
  readonly cacheTimeout: number | null;
  readonly changedOn: string | null;
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
  "datasource_id",
  "cache_timeout",
  "changed_on",
];

export class QuerySources {
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /**
   * A chart the caller may see, or see on the dashboard named beside; null where there is none.
   * @param dashboardId the dashboard it is seen on
   */
  async chart(
    caller: Caller,
    identifier: Identifier,
    dashboardId: number | null,
  ): Promise<ChartSource | null> {
    const resource = dashboardId === null ? charts : {
      ...charts,
      plural: "charts_on_dashboard",
      visible: (view: View) => any([visibleCharts(view), onOpenedDashboard(view)]),
    };
    const found = await get(
      this.#reader,
      resource,
      caller,
      identifier,
      CHART_COLUMNS,
      { dashboardId },
    );
    return found && {
      id: found.id as number,
      name: String(found.slice_name ?? ""),
      vizType: String(found.viz_type ?? ""),
      params: found.params as string | null,
      queryContext: found.query_context as string | null,
      datasetId: found.datasource_id as number,
      cacheTimeout: found.cache_timeout as number | null,
      changedOn: found.changed_on as string | null,
    };
  }

  /**
   * A dataset whose data the caller may read: by their grants, as its owner, or, for a chart on a
   * dashboard that a role of its own opens to them, through that chart; null where there is none.
   */
  async dataset(
    caller: Caller,
    identifier: Identifier,
    through: { readonly chartId: number; readonly dashboardId: number } | null = null,
  ): Promise<Dataset | null> {
    const resource = {
      ...datasets,
      columns: { ...datasets.columns, ...definitionColumns(this.#reader.dialect) },
      plural: through === null ? "readable_datasets" : "datasets_of_chart",
      visible: (view: View) =>
        any([visibleDatasets(view), owned, ...(through ? [ofChart(view)] : [])]),
    };
    const found = await get(this.#reader, resource, caller, identifier, DATASET_COLUMNS, {
      ...through,
    });
    if (found === null) return null;
    return {
      id: found.id as number,
      uuid: String(found.uuid),
      databaseId: found.database_id as number,
      tableName: String(found.table_name),
      schema: (found.schema as string | null) || null,
      catalog: (found.catalog as string | null) || null,
      sql: (found.sql as string | null) || null,
      mainDttmCol: found.main_dttm_col as string | null,
      alwaysFilterMainDttm: found.always_filter_main_dttm === true,
      normalizeColumns: found.normalize_columns === true,
      fetchValuesPredicate: (found.fetch_values_predicate as string | null) || null,
      offset: (found.offset as number | null) ?? 0,
      cacheTimeout: found.cache_timeout as number | null,
      templateParams: parseObject(found.template_params) ?? {},
      changedOn: found.changed_on as string | null,
      ...definitionOf(found),
    };
  }

  /** The rules that bind the caller on datasets of a database (6.1, `get_rls_filters`). */
  async rules(caller: Caller, databaseId: number): Promise<readonly BindingRule[]> {
    const rows = await this.#reader.run(
      caller,
      "rules",
      (view) => ({
        compile: () =>
          sql`${bindingRules(view)} order by f.id`.compile(this.#reader.dialect.builder),
      }),
      { databaseId },
    );
    return rows.map(ruleOf);
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

  /**
   * A database's connection with the rules that bind the caller there, as `rules` gives them, in one
   * statement; the caller must have been given something on it before.
   */
  bound(caller: Caller, databaseId: number): Promise<BoundDatabase | null> {
    return this.#bound(caller, databaseId, "bound_database", everything);
  }

  /** The same for a database that the caller sees; null where there is none. */
  visibleBound(caller: Caller, databaseId: number): Promise<BoundDatabase | null> {
    return this.#bound(caller, databaseId, "visible_bound_database", visibleDatabases);
  }

  async #bound(caller: Caller, databaseId: number, key: string, visible: Visible) {
    const { dialect } = this.#reader;
    const rows = await this.#reader.run(
      caller,
      key,
      (view) => ({
        compile: () => boundDatabase(this.#reader, view, visible(view)).compile(dialect.builder),
      }),
      { databaseId },
    );
    return boundDatabaseOf(rows);
  }
}

const DATASET_COLUMNS = [
  "id",
  "uuid",
  "database_id",
  "table_name",
  "schema",
  "catalog",
  "sql",
  "main_dttm_col",
  "always_filter_main_dttm",
  "normalize_columns",
  "fetch_values_predicate",
  "offset",
  "cache_timeout",
  "template_params",
  "changed_on",
  ...DEFINITION,
];

const owned: Condition = sql`tables.id in (
  select o.table_id from sqlatable_user o where o.user_id = ${parameter("userId")})`;

/** Charts on the named dashboard, where a role of its own opens it to the caller. */
function onOpenedDashboard(view: View): Condition {
  if (!view.dashboardRoles) return any([]);
  return sql`slices.id in (
    select d.slice_id from dashboard_slices d join dashboards on dashboards.id = d.dashboard_id
     where dashboards.id = ${parameter("dashboardId")} and ${openedByRole(view)})`;
}

/** The dataset of a chart that stands on the named dashboard, opened by a role of its own. */
function ofChart(view: View): Condition {
  return all([
    sql`tables.id in (select slices.datasource_id from slices
      where slices.id = ${parameter("chartId")} and ${onOpenedDashboard(view)})`,
  ]);
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
