/**
 * What a caller may see, as conditions on Superset's tables. These are the base filters of its REST
 * API (6.1: superset/charts/filters.py, dashboards/filters.py, databases/filters.py, utils/filters.py,
 * views/base.py `DatasourceFilter`, queries/saved_queries/filters.py, reports/filters.py), each once.
 *
 * A condition names its values (`callerValues`), so that one statement serves every caller whose
 * grants are of the same kinds.
 */
import { type Caller, permissionName } from "../auth/caller.ts";
import { all, any, type Condition, type Dialect, parameter, sql } from "./sql.ts";

export type Visible = (view: View) => Condition;

/** Which kinds of grants a caller has: decides the shape of the conditions, not their values. */
export interface View {
  readonly dialect: Dialect;
  readonly isAdmin: boolean;
  readonly allDatasources: boolean;
  readonly allDatabases: boolean;
  readonly hasDatabases: boolean;
  readonly hasCatalogs: boolean;
  readonly hasSchemas: boolean;
  readonly hasDatasources: boolean;
  /** Whether the caller may read each kind at all (`can_read` on its view). */
  readonly readsCharts: boolean;
  readonly readsDashboards: boolean;
  readonly readsDatasets: boolean;
  /** The feature flag DASHBOARD_RBAC. */
  readonly dashboardRoles: boolean;
}

/** Settings that bear on what one sees. */
export interface ViewSettings {
  /** The feature flag DASHBOARD_RBAC. */
  readonly dashboardRoles: boolean;
  /** MCP_RBAC_ENABLED: whether permissions on kinds are asked for. */
  readonly rbacEnabled: boolean;
}

export function viewOf(caller: Caller, dialect: Dialect, settings: ViewSettings): View {
  const { access } = caller;
  const reads = (view: string): boolean =>
    !settings.rbacEnabled || caller.permissions.has(permissionName("can_read", view));
  return {
    dialect,
    isAdmin: access.isAdmin,
    allDatasources: access.allDatasources,
    allDatabases: access.allDatabases,
    hasDatabases: access.databasePerms.length > 0,
    hasCatalogs: access.catalogPerms.length > 0,
    hasSchemas: access.schemaPerms.length > 0,
    hasDatasources: access.datasourcePerms.length > 0,
    readsCharts: reads("Chart"),
    readsDashboards: reads("Dashboard"),
    readsDatasets: reads("Dataset"),
    dashboardRoles: settings.dashboardRoles,
  };
}

const keys = new WeakMap<View, string>();

/** Names the shape of a view's conditions. */
export function viewKey(view: View): string {
  const ready = keys.get(view);
  if (ready !== undefined) return ready;
  const key = [
    view.isAdmin,
    view.allDatasources,
    view.allDatabases,
    view.hasDatabases,
    view.hasCatalogs,
    view.hasSchemas,
    view.hasDatasources,
    view.readsCharts,
    view.readsDashboards,
    view.readsDatasets,
    view.dashboardRoles,
  ].map(Number).join("");
  keys.set(view, key);
  return key;
}

const known = new WeakMap<Caller, Readonly<Record<string, unknown>>>();

/** The caller's values of the parameters that the conditions name. */
export function callerValues(caller: Caller, dialect: Dialect): Readonly<Record<string, unknown>> {
  const ready = known.get(caller);
  if (ready) return ready;
  const { access } = caller;
  const values = {
    userId: caller.user.id,
    roleIds: dialect.list(caller.roles.map((role) => role.id)),
    databaseIds: dialect.list(access.databaseIds),
    databasePerms: dialect.list(access.databasePerms),
    databaseNames: dialect.list(databaseNames(caller)),
    catalogPerms: dialect.list(access.catalogPerms),
    schemaPerms: dialect.list(access.schemaPerms),
    datasourcePerms: dialect.list(access.datasourcePerms),
  };
  known.set(caller, values);
  return values;
}

/** The grants that stand in the object's own columns. */
function granted(view: View, table: "slices" | "tables"): Condition[] {
  const of = (column: string, list: string) =>
    view.dialect.isOneOf(sql.ref(`${table}.${column}`), parameter(list), "text");
  return [
    ...(view.hasDatasources ? [of("perm", "datasourcePerms")] : []),
    ...(view.hasCatalogs ? [of("catalog_perm", "catalogPerms")] : []),
    ...(view.hasSchemas ? [of("schema_perm", "schemaPerms")] : []),
  ];
}

/** Charts of the data that the caller's roles open; ownership opens none. */
export const visibleCharts: Visible = (view) => {
  if (view.allDatasources) return all([]);
  return all([chartsWithGrant(view), sql`slices.datasource_id in (select t.id from tables t)`]);
};

function chartsWithGrant(view: View): Condition {
  const ofDatabase = sql<boolean>`slices.datasource_id in (
    select t.id from tables t
     where ${view.dialect.isOneOf(sql`t.database_id`, parameter("databaseIds"), "integer")})`;
  return any([...granted(view, "slices"), ...(view.hasDatabases ? [ofDatabase] : [])]);
}

export const visibleDatasets: Visible = (view) => {
  if (view.allDatasources) return all([]);
  const ofDatabase = view.dialect.isOneOf(
    sql.ref("tables.database_id"),
    parameter("databaseIds"),
    "integer",
  );
  return any([...granted(view, "tables"), ...(view.hasDatabases ? [ofDatabase] : [])]);
};

/**
 * Dashboards that the caller owns, and published ones with a chart of the caller's data; where
 * DASHBOARD_RBAC is on, a dashboard that has roles is opened by these roles and by nothing else.
 */
export const visibleDashboards: Visible = (view) => {
  if (view.isAdmin) return all([]);
  const owned = sql<boolean>`dashboards.id in (
    select du.dashboard_id from dashboard_user du where du.user_id = ${parameter("userId")})`;
  const withData = sql<boolean>`dashboards.id in (
    select ds.dashboard_id from dashboard_slices ds
      join slices on slices.id = ds.slice_id
      join tables t on t.id = slices.datasource_id
     where ${view.allDatasources ? all([]) : chartsWithGrant(view)})`;
  const published = sql<boolean>`dashboards.published = ${sql.lit(true)}`;
  const byData = all([published, ...(view.dashboardRoles ? [withoutRoles] : []), withData]);
  return any([owned, byData, ...(view.dashboardRoles ? [openedByRole(view)] : [])]);
};

const withoutRoles: Condition = sql`dashboards.id not in (
  select dr.dashboard_id from dashboard_roles dr where dr.dashboard_id is not null)`;

/** Published dashboards whose roles the caller has one of: all their charts may be seen on them. */
export function openedByRole(view: View): Condition {
  return all([
    sql`dashboards.published = ${sql.lit(true)}`,
    sql`dashboards.id in (
      select dr.dashboard_id from dashboard_roles dr
       where ${view.dialect.isOneOf(sql`dr.role_id`, parameter("roleIds"), "integer")})`,
  ]);
}

/** Databases that are opened themselves, or through anything in them. */
export const visibleDatabases: Visible = (view) => {
  if (view.allDatabases) return all([]);
  const name = sql`'[' || dbs.database_name || '].(id:' || dbs.id || ')'`;
  return any([
    view.dialect.isOneOf(sql`(${name})`, parameter("databasePerms"), "text"),
    view.dialect.isOneOf(sql.ref("dbs.database_name"), parameter("databaseNames"), "text"),
  ]);
};

/** The databases named by catalog, schema and datasource permissions: `[name].…`. */
function databaseNames(caller: Caller): string[] {
  const { catalogPerms, schemaPerms, datasourcePerms } = caller.access;
  const names = [...catalogPerms, ...schemaPerms, ...datasourcePerms].map((perm) =>
    perm.startsWith("[") ? perm.slice(1, perm.indexOf("].")) : ""
  );
  return [...new Set(names)].filter((name) => name !== "");
}

/**
 * The same kinds where they stand beside something else, as a column of it or in a filter: there no
 * tool has asked for the permission to read the kind.
 */
export const relatedCharts: Visible = (view) => view.readsCharts ? visibleCharts(view) : any([]);

export const relatedDashboards: Visible = (view) =>
  view.readsDashboards ? visibleDashboards(view) : any([]);

export const relatedDatasets: Visible = (view) =>
  view.readsDatasets ? visibleDatasets(view) : any([]);

/** Saved queries are their maker's alone. */
export const visibleSavedQueries: Visible = () =>
  sql`saved_query.created_by_fk = ${parameter("userId")}`;

/** Reports are their owners', and everyone's who may read all data. */
export const visibleReports: Visible = (view) =>
  view.allDatasources ? all([]) : sql`report_schedule.id in (
    select ro.report_schedule_id from report_schedule_user ro where ro.user_id = ${
    parameter("userId")
  })`;

/** Kinds whose permission alone opens every one of them: tags, users, roles, rules, annotations. */
export const everything: Visible = () => all([]);
