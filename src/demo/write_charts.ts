/** Writes charts and dashboards with their owners, roles and links. */
import type { DatabaseSync } from "node:sqlite";
import { chartId, CHARTS, formDataOf } from "./charts.ts";
import type { Calendar } from "./clock.ts";
import { DASHBOARDS, metadataOf } from "./dashboards.ts";
import { chartsOf, positionOf } from "./layout.ts";
import { datasetId, datasetPerm, roleId, SCHEMA_PERM, userId } from "./names.ts";
import { queryContextOf } from "./query_context.ts";
import { seededUuid } from "./random.ts";
import { insertLinks } from "./write_people.ts";
import { insertRecords } from "./writer.ts";

export function writeCharts(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(
    db,
    "slices",
    CHARTS.map((chart, index) => ({
      id: index + 1,
      slice_name: chart.name,
      datasource_type: "table",
      datasource_id: datasetId(chart.dataset),
      datasource_name: chart.dataset,
      viz_type: chart.viz,
      params: JSON.stringify(formDataOf(chart)),
      query_context: chart.queryContext ? queryContextOf(chart) : null,
      description: chart.description,
      perm: datasetPerm(chart.dataset),
      schema_perm: SCHEMA_PERM,
      catalog_perm: null,
      uuid: seededUuid(`chart:${chart.name}`),
      certified_by: chart.certifiedBy,
      certification_details: chart.certifiedBy === null ? null : "Checked every month",
      created_on: calendar.daysAgo(chart.age + 150 + index),
      changed_on: calendar.daysAgo(chart.age),
      created_by_fk: userId(chart.owners[0] ?? "admin"),
      changed_by_fk: userId(chart.owners.at(-1) ?? "admin"),
      last_saved_at: calendar.daysAgo(chart.age),
      last_saved_by_fk: userId(chart.owners.at(-1) ?? "admin"),
    })),
  );
  insertLinks(
    db,
    "slice_user",
    ["user_id", "slice_id"],
    CHARTS.flatMap((chart, index) => chart.owners.map((name) => [userId(name), index + 1])),
  );
}

export function writeDashboards(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(
    db,
    "dashboards",
    DASHBOARDS.map((dashboard, index) => ({
      id: index + 1,
      dashboard_title: dashboard.title,
      slug: dashboard.slug,
      description: dashboard.description,
      css: "",
      position_json: JSON.stringify(positionOf(dashboard.title, dashboard.layout)),
      json_metadata: JSON.stringify(metadataOf(dashboard)),
      published: dashboard.published ? 1 : 0,
      uuid: seededUuid(`dashboard:${dashboard.slug}`),
      certified_by: dashboard.certifiedBy,
      certification_details: dashboard.certifiedBy === null ? null : "Checked every month",
      created_on: calendar.daysAgo(dashboard.age + 200),
      changed_on: calendar.daysAgo(dashboard.age),
      created_by_fk: userId(dashboard.owners[0] ?? "admin"),
      changed_by_fk: userId(dashboard.owners.at(-1) ?? "admin"),
    })),
  );
  insertLinks(
    db,
    "dashboard_user",
    ["user_id", "dashboard_id"],
    DASHBOARDS.flatMap(({ owners }, index) => owners.map((name) => [userId(name), index + 1])),
  );
  insertLinks(
    db,
    "dashboard_roles",
    ["role_id", "dashboard_id"],
    DASHBOARDS.flatMap(({ roles }, index) => roles.map((name) => [roleId(name), index + 1])),
  );
  insertLinks(
    db,
    "dashboard_slices",
    ["dashboard_id", "slice_id"],
    DASHBOARDS.flatMap(({ layout }, index) =>
      chartsOf(layout).map((name) => [index + 1, chartId(name)])
    ),
  );
}
