/** Charts: Superset's `Slice` (6.1, superset/models/slice.py). */
import { parseObject } from "../decode.ts";
import { ofPage, type Relation } from "../relation.ts";
import { derived, related, type Resource, stored } from "../resource.ts";
import { parameter, sql } from "../sql.ts";
import { relatedDashboards, visibleCharts } from "../visibility.ts";
import {
  auditColumns,
  certifiedFilter,
  favoriteFilter,
  ownerFilter,
  ownersColumn,
  tagFilter,
  tagsColumn,
} from "./shared.ts";

const OWNERS = { table: "slice_user", object: "slice_id" } as const;

/** The dashboards a chart stands on, those of them that the caller may see. */
const dashboards: Relation = {
  name: "dashboards",
  types: { id: "int", dashboard_title: "str" },
  statement: (view) =>
    sql`select d.slice_id as owner_id, dashboards.id, dashboards.dashboard_title
          from dashboard_slices d join dashboards on dashboards.id = d.dashboard_id
         where ${ofPage(view.dialect, "d.slice_id")} and ${relatedDashboards(view)}
         order by dashboards.id`,
};

export const charts: Resource = {
  label: "chart",
  plural: "charts",
  table: "slices",
  columns: {
    id: stored("slices", "id", "int", "Number of the chart", { sortable: true }),
    uuid: stored("slices", "uuid", "uuid", "UUID of the chart"),
    slice_name: stored("slices", "slice_name", "str", "Name of the chart", { sortable: true }),
    viz_type: stored("slices", "viz_type", "str", "Kind of chart, such as pie", { sortable: true }),
    datasource_id: stored("slices", "datasource_id", "int", "Id of its dataset"),
    datasource_type: stored("slices", "datasource_type", "str", "What it draws from: table"),
    datasource_name: stored("slices", "datasource_name", "str", "Name of its dataset"),
    description: stored("slices", "description", "str", "What its makers say of it", {
      sortable: true,
    }),
    certified_by: stored("slices", "certified_by", "str", "Who certified it"),
    certification_details: stored("slices", "certification_details", "str", "What is certified"),
    url: derived(
      "str",
      "Where it opens in Superset",
      ["id"],
      ({ id }, { supersetUrl }) => `${supersetUrl}/explore/?slice_id=${id}`,
    ),
    ...auditColumns("slices"),
    params: stored("slices", "params", "str", "Its settings, as JSON text"),
    form_data: derived("dict", "Its settings", ["params"], ({ params }) => parseObject(params)),
    query_context: stored("slices", "query_context", "str", "Its saved query, as JSON text"),
    cache_timeout: stored("slices", "cache_timeout", "int", "Seconds its data is cached"),
    perm: stored("slices", "perm", "str", "Permission on its dataset"),
    schema_perm: stored("slices", "schema_perm", "str", "Permission on its schema"),
    catalog_perm: stored("slices", "catalog_perm", "str", "Permission on its catalog"),
    last_saved_at: stored("slices", "last_saved_at", "datetime", "When it was last saved"),
    last_saved_by_fk: stored("slices", "last_saved_by_fk", "int", "User id of who saved it last"),
    is_managed_externally: stored("slices", "is_managed_externally", "bool", "Managed elsewhere"),
    external_url: stored("slices", "external_url", "str", "Where it is managed"),
    tags: tagsColumn("chart"),
    owners: ownersColumn(OWNERS),
    dashboards: related("The dashboards it stands on", dashboards),
  },
  defaults: [
    "id",
    "slice_name",
    "viz_type",
    "description",
    "certified_by",
    "certification_details",
    "url",
    "changed_on",
    "changed_on_humanized",
  ],
  search: ["slice_name", "description"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleCharts,
  relationFilters: {
    owner: ownerFilter("slices", OWNERS),
    tag: tagFilter("slices", "chart"),
    dashboard: {
      type: "int",
      description: "Id of a dashboard it stands on",
      where: (fits, view) =>
        sql`slices.id in (
          select d.slice_id from dashboard_slices d
            join dashboards on dashboards.id = d.dashboard_id
           where ${fits(sql`dashboards.id`)} and ${relatedDashboards(view)})`,
    },
    dataset: {
      type: "int",
      description: "Id of its dataset",
      where: (fits) => fits(sql.ref("slices.datasource_id")),
    },
    favorite: favoriteFilter("slices", "slice", parameter("userId")),
    certified: certifiedFilter(sql.ref("slices.certified_by")),
  },
  identifiers: ["uuid"],
};
