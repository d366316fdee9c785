/** Dashboards (Superset 6.1, superset/models/dashboard.py). */
import { type Seen, visibleSettings } from "../dashboard_settings.ts";
import { parseObject } from "../decode.ts";
import { visibleLayout } from "../layout.ts";
import { ofPage, type Relation } from "../relation.ts";
import { derived, related, type Resource, stored, type Values } from "../resource.ts";
import { any, parameter, sql } from "../sql.ts";
import {
  openedByRole,
  relatedCharts,
  relatedDatasets,
  type View,
  type Visible,
  visibleDashboards,
} from "../visibility.ts";
import {
  auditColumns,
  certifiedFilter,
  favoriteFilter,
  ownerFilter,
  ownersColumn,
  tagFilter,
  tagsColumn,
} from "./shared.ts";

const OWNERS = { table: "dashboard_user", object: "dashboard_id" } as const;

/**
 * What of a dashboard's charts (or datasets) a caller may see: those that are visible anyway, and
 * all of them where a role of the dashboard's own lets the caller in (DASHBOARD_RBAC).
 */
function onDashboard(view: View, visible: (view: View) => ReturnType<typeof any>) {
  return any([visible(view), ...(view.dashboardRoles ? [openedByRole(view)] : [])]);
}

const charts: Relation = {
  name: "charts",
  types: {
    id: "int",
    slice_name: "str",
    viz_type: "str",
    datasource_name: "str",
    description: "str",
    datasource_id: "int",
  },
  statement: (view) =>
    sql`select d.dashboard_id as owner_id, slices.id, slices.slice_name, slices.viz_type,
               slices.datasource_name, slices.description, slices.datasource_id
          from dashboard_slices d
          join slices on slices.id = d.slice_id
          join dashboards on dashboards.id = d.dashboard_id
         where ${ofPage(view.dialect, "d.dashboard_id")} and ${onDashboard(view, relatedCharts)}
         order by slices.id`,
};

/** Dashboards with a chart that the caller may see on them. */
export const withVisibleChart: Visible = (view) =>
  sql`exists (
    select 1 from dashboard_slices d join slices on slices.id = d.slice_id
     where d.dashboard_id = dashboards.id and ${onDashboard(view, relatedCharts)})`;

const roles: Relation = {
  name: "roles",
  types: { id: "int", name: "str" },
  statement: ({ dialect }) =>
    sql`select d.dashboard_id as owner_id, r.id, r.name
          from dashboard_roles d join ab_role r on r.id = d.role_id
         where ${ofPage(dialect, "d.dashboard_id")} order by r.id`,
};

/** The datasets of a dashboard's charts. */
export const dashboardDatasets: Relation = {
  name: "datasets",
  types: {
    id: "int",
    uuid: "uuid",
    table_name: "str",
    schema: "str",
    database_name: "str",
    main_dttm_col: "str",
    description: "str",
    is_virtual: "bool",
  },
  statement: (view) =>
    sql`select distinct d.dashboard_id as owner_id, tables.id, tables.uuid, tables.table_name,
               tables.schema, dbs.database_name, tables.main_dttm_col, tables.description,
               (case when coalesce(tables.sql, '') <> '' then 1 else 0 end) as is_virtual
          from dashboard_slices d
          join slices on slices.id = d.slice_id
          join tables on tables.id = slices.datasource_id
          join dbs on dbs.id = tables.database_id
          join dashboards on dashboards.id = d.dashboard_id
         where ${ofPage(view.dialect, "d.dashboard_id")} and ${onDashboard(view, relatedDatasets)}
         order by tables.id`,
};

/** Of the charts on a dashboard that the caller may see: their ids, and those of their datasets. */
function seenOn(charts: unknown): Seen {
  const visible = charts as readonly Values[];
  return {
    charts: new Set(visible.map(({ id }) => id as number)),
    datasets: new Set(visible.map(({ datasource_id }) => datasource_id as number)),
  };
}

function text(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Superset opens a dashboard by its slug where it has one (6.1, `Dashboard.url`). */
export function dashboardUrl(values: Values, supersetUrl: string): string {
  const name = values.slug ? encodeURIComponent(String(values.slug)) : values.id;
  return `${supersetUrl}/superset/dashboard/${name}/`;
}

export const dashboards: Resource = {
  label: "dashboard",
  plural: "dashboards",
  table: "dashboards",
  columns: {
    id: stored("dashboards", "id", "int", "Number of the dashboard", { sortable: true }),
    uuid: stored("dashboards", "uuid", "uuid", "UUID of the dashboard"),
    dashboard_title: stored("dashboards", "dashboard_title", "str", "Title", { sortable: true }),
    slug: stored("dashboards", "slug", "str", "Its name in URLs", { sortable: true }),
    description: stored("dashboards", "description", "str", "What its makers say of it"),
    published: stored("dashboards", "published", "bool", "False for a draft", { sortable: true }),
    certified_by: stored("dashboards", "certified_by", "str", "Who certified it"),
    certification_details: stored(
      "dashboards",
      "certification_details",
      "str",
      "What is certified",
    ),
    url: derived(
      "str",
      "Where it opens in Superset",
      ["id", "slug"],
      (values, { supersetUrl }) => dashboardUrl(values, supersetUrl),
    ),
    ...auditColumns("dashboards"),
    stored_position: stored("dashboards", "position_json", "str", "", { internal: true }),
    stored_metadata: stored("dashboards", "json_metadata", "str", "", { internal: true }),
    position_json: derived(
      "str",
      "Its layout, as JSON text, without the charts that the caller may not see",
      ["stored_position", "charts"],
      ({ stored_position, charts }) =>
        text(visibleLayout(parseObject(stored_position), seenOn(charts).charts)),
    ),
    json_metadata: derived(
      "str",
      "Its settings, as JSON text, without values of the data and charts not to be seen",
      ["stored_metadata", "charts"],
      ({ stored_metadata, charts }) =>
        text(visibleSettings(parseObject(stored_metadata), seenOn(charts))),
    ),
    css: stored("dashboards", "css", "str", "Its style sheet"),
    theme_id: stored("dashboards", "theme_id", "int", "Id of its theme"),
    is_managed_externally: stored(
      "dashboards",
      "is_managed_externally",
      "bool",
      "Managed elsewhere",
    ),
    external_url: stored("dashboards", "external_url", "str", "Where it is managed"),
    tags: tagsColumn("dashboard"),
    owners: ownersColumn(OWNERS),
    roles: related("The roles that open it (DASHBOARD_RBAC)", roles),
    charts: related("The charts on it that the caller may see", charts),
  },
  defaults: [
    "id",
    "dashboard_title",
    "slug",
    "description",
    "certified_by",
    "certification_details",
    "url",
    "changed_on",
    "changed_on_humanized",
  ],
  search: ["dashboard_title", "slug", "uuid"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleDashboards,
  relationFilters: {
    owner: ownerFilter("dashboards", OWNERS),
    tag: tagFilter("dashboards", "dashboard"),
    chart: {
      type: "int",
      description: "Id of a chart on it",
      where: (fits, view) =>
        sql`dashboards.id in (
          select d.dashboard_id from dashboard_slices d join slices on slices.id = d.slice_id
           where ${fits(sql`slices.id`)} and ${relatedCharts(view)})`,
    },
    dataset: {
      type: "int",
      description: "Id of a dataset that a chart on it draws from",
      where: (fits, view) =>
        sql`dashboards.id in (
          select d.dashboard_id from dashboard_slices d
            join slices on slices.id = d.slice_id
            join tables on tables.id = slices.datasource_id
           where ${fits(sql`tables.id`)} and ${relatedDatasets(view)})`,
    },
    favorite: favoriteFilter("dashboards", "Dashboard", parameter("userId")),
    certified: certifiedFilter(sql.ref("dashboards.certified_by")),
  },
  identifiers: ["uuid", "slug"],
};
