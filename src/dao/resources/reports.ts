/** Alerts and reports (Superset 6.1, superset/reports/models.py `ReportSchedule`). */
import type { Relation } from "../relation.ts";
import { ofPage } from "../relation.ts";
import { related, type Resource, stored } from "../resource.ts";
import { sql } from "../sql.ts";
import { visibleReports } from "../visibility.ts";
import { auditColumns, ownerFilter, ownersColumn } from "./shared.ts";

const OWNERS = { table: "report_schedule_user", object: "report_schedule_id" } as const;

/** How it is sent, without the addresses: these stand in a configuration that may hold secrets. */
const recipients: Relation = {
  name: "recipients",
  types: { id: "int", type: "str" },
  statement: ({ dialect }) =>
    sql`select r.report_schedule_id as owner_id, r.id, r.type from report_recipient r
         where ${ofPage(dialect, "r.report_schedule_id")} order by r.id`,
};

export const reports: Resource = {
  label: "report",
  plural: "reports",
  table: "report_schedule",
  columns: {
    id: stored("report_schedule", "id", "int", "Number of the report", { sortable: true }),
    name: stored("report_schedule", "name", "str", "Its name", { sortable: true }),
    type: stored("report_schedule", "type", "str", "Report or Alert", { sortable: true }),
    description: stored("report_schedule", "description", "str", "What it is for"),
    active: stored("report_schedule", "active", "bool", "False while it is paused"),
    crontab: stored("report_schedule", "crontab", "str", "When it runs, as a cron line"),
    timezone: stored("report_schedule", "timezone", "str", "The cron line's time zone"),
    report_format: stored("report_schedule", "report_format", "str", "PNG, CSV, PDF or TEXT"),
    chart_id: stored("report_schedule", "chart_id", "int", "The chart it sends"),
    dashboard_id: stored("report_schedule", "dashboard_id", "int", "The dashboard it sends"),
    database_id: stored("report_schedule", "database_id", "int", "The database an alert asks"),
    last_eval_dttm: stored("report_schedule", "last_eval_dttm", "datetime", "When it last ran", {
      sortable: true,
    }),
    last_state: stored("report_schedule", "last_state", "str", "How its last run ended"),
    creation_method: stored("report_schedule", "creation_method", "str", "Where it was made"),
    ...auditColumns("report_schedule"),
    owners: ownersColumn(OWNERS),
    recipients: related("How it is sent", recipients),
  },
  defaults: [
    "id",
    "name",
    "type",
    "active",
    "crontab",
    "timezone",
    "chart_id",
    "dashboard_id",
    "last_state",
    "last_eval_dttm",
  ],
  search: ["name", "description"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleReports,
  relationFilters: { owner: ownerFilter("report_schedule", OWNERS) },
  identifiers: [],
};
