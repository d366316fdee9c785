/** Writes what surrounds charts and dashboards: saved queries, annotations, a report, themes. */
import type { DatabaseSync } from "node:sqlite";
import { chartId } from "./charts.ts";
import { type Calendar, dateTimeText, DAY_MS } from "./clock.ts";
import { DASHBOARDS } from "./dashboards.ts";
import { ANNOTATION_LAYER, FAVORITES, REPORT, SAVED_QUERIES } from "./extras.ts";
import { DATABASE_ID, placeOf, SCHEMA, userId } from "./names.ts";
import { seededUuid } from "./random.ts";
import { insertRecords } from "./writer.ts";

export function writeExtras(db: DatabaseSync, calendar: Calendar): void {
  writeSavedQueries(db, calendar);
  writeAnnotations(db, calendar);
  writeReport(db, calendar);
  insertRecords(
    db,
    "favstar",
    FAVORITES.map(({ username, kind, name }, index) => ({
      id: index + 1,
      user_id: userId(username),
      class_name: kind,
      obj_id: kind === "slice" ? chartId(name) : dashboardId(name),
      dttm: calendar.daysAgo(20 + index),
    })),
  );
  insertRecords(
    db,
    "themes",
    ["THEME_DEFAULT", "THEME_DARK"].map((name, index) => ({
      id: index + 1,
      uuid: seededUuid(`theme:${name}`),
      theme_name: name,
      json_data: JSON.stringify({ algorithm: index === 0 ? "default" : "dark", token: {} }),
      is_system: 1,
      is_system_default: 0,
      is_system_dark: 0,
      created_on: calendar.daysAgo(720),
      changed_on: calendar.daysAgo(720),
    })),
  );
  insertRecords(db, "css_templates", [{
    id: 1,
    template_name: "Quiet headers",
    css: ".header-title { font-weight: 400; }",
    uuid: seededUuid("css:quiet"),
    ...audit(calendar, "admin", 400),
  }]);
}

export function dashboardId(slug: string): number {
  return placeOf(DASHBOARDS, "dashboard", (dashboard) => dashboard.slug === slug);
}

function writeSavedQueries(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(
    db,
    "saved_query",
    SAVED_QUERIES.map((query, index) => ({
      id: index + 1,
      user_id: userId(query.owner),
      db_id: DATABASE_ID,
      label: query.label,
      schema: SCHEMA,
      sql: query.sql,
      description: query.description,
      extra_json: "{}",
      last_run: calendar.daysAgo(6 + index * 9),
      uuid: seededUuid(`saved_query:${query.label}`),
      ...audit(calendar, query.owner, 30 + index * 21),
    })),
  );
  // SQL Lab's history keeps its times as seconds since 1970.
  insertRecords(
    db,
    "query",
    SAVED_QUERIES.map((query, index) => {
      const start = (calendar.today - (6 + index * 9) * DAY_MS) / 1000;
      return {
        id: index + 1,
        client_id: `demo${index + 1}`,
        database_id: DATABASE_ID,
        tab_name: query.label,
        sql_editor_id: String(index + 1),
        user_id: userId(query.owner),
        status: "success",
        schema: SCHEMA,
        sql: query.sql,
        executed_sql: query.sql,
        limit: 1000,
        progress: 100,
        rows: 12 + index * 7,
        start_time: start,
        end_time: start + 0.4,
        changed_on: calendar.daysAgo(6 + index * 9),
        extra_json: "{}",
        limiting_factor: "NOT_LIMITED",
      };
    }),
  );
}

function writeAnnotations(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(db, "annotation_layer", [{
    id: 1,
    name: ANNOTATION_LAYER.name,
    descr: ANNOTATION_LAYER.description,
    ...audit(calendar, "demo", 340),
  }]);
  insertRecords(
    db,
    "annotation",
    ANNOTATION_LAYER.annotations.map((each, index) => ({
      id: index + 1,
      layer_id: 1,
      start_dttm: `${dateTimeText(calendar.today - each.from * DAY_MS)}.000000`,
      end_dttm: `${dateTimeText(calendar.today - each.to * DAY_MS)}.000000`,
      short_descr: each.short,
      long_descr: each.long,
      json_metadata: "",
      ...audit(calendar, "demo", each.to - 2),
    })),
  );
}

function writeReport(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(db, "report_schedule", [{
    id: 1,
    type: "Report",
    name: REPORT.name,
    description: REPORT.description,
    active: 1,
    crontab: REPORT.crontab,
    timezone: REPORT.timezone,
    dashboard_id: dashboardId(REPORT.dashboard),
    last_eval_dttm: calendar.daysAgo(3),
    last_state: "Success",
    log_retention: 90,
    grace_period: 14_400,
    working_timeout: 3600,
    report_format: "PDF",
    creation_method: "alerts_reports",
    extra_json: "{}",
    force_screenshot: 0,
    ...audit(calendar, REPORT.owner, 60),
  }]);
  insertRecords(db, "report_recipient", [{
    id: 1,
    type: "Email",
    recipient_config_json: JSON.stringify({ target: REPORT.recipients }),
    report_schedule_id: 1,
    ...audit(calendar, REPORT.owner, 60),
  }]);
  insertRecords(db, "report_schedule_user", [
    { id: 1, user_id: userId(REPORT.owner), report_schedule_id: 1 },
  ]);
}

/** Made and last changed by one person, the change so many days ago. */
export function audit(calendar: Calendar, username: string, days: number) {
  const id = userId(username);
  return {
    created_on: calendar.daysAgo(days + 30),
    changed_on: calendar.daysAgo(days),
    created_by_fk: id,
    changed_by_fk: id,
  };
}
