/** Writes the database's row and the datasets with their columns, metrics and owners. */
import type { DatabaseSync } from "node:sqlite";
import type { Calendar } from "./clock.ts";
import { DATASETS, type DemoColumn } from "./datasets.ts";
import { DATABASE_ID, DATABASE_NAME, datasetPerm, SCHEMA, SCHEMA_PERM, userId } from "./names.ts";
import { DEMO_ANALYTICS_URI } from "./settings.ts";
import { seededUuid } from "./random.ts";
import { insertLinks } from "./write_people.ts";
import { insertRecords } from "./writer.ts";

export function writeDatasets(db: DatabaseSync, calendar: Calendar): void {
  const audit = {
    created_on: calendar.daysAgo(720),
    changed_on: calendar.daysAgo(180),
    created_by_fk: userId("admin"),
    changed_by_fk: userId("admin"),
  };
  insertRecords(db, "dbs", [{
    id: DATABASE_ID,
    database_name: DATABASE_NAME,
    sqlalchemy_uri: DEMO_ANALYTICS_URI,
    uuid: seededUuid(`database:${DATABASE_NAME}`),
    extra: JSON.stringify({ allows_virtual_table_explore: true }),
    expose_in_sqllab: 1,
    allow_run_async: 0,
    allow_dml: 0,
    allow_ctas: 0,
    allow_cvas: 0,
    allow_file_upload: 0,
    impersonate_user: 0,
    ...audit,
  }]);
  insertRecords(
    db,
    "tables",
    DATASETS.map((dataset, index) => ({
      id: index + 1,
      table_name: dataset.name,
      main_dttm_col: dataset.timeColumn,
      database_id: DATABASE_ID,
      offset: 0,
      description: dataset.description,
      is_featured: 0,
      schema: SCHEMA,
      catalog: null,
      sql: dataset.sql,
      perm: datasetPerm(dataset.name),
      schema_perm: SCHEMA_PERM,
      catalog_perm: null,
      filter_select_enabled: 1,
      is_sqllab_view: dataset.sql === null ? 0 : 1,
      extra: certification(dataset.certifiedBy),
      uuid: seededUuid(`dataset:${dataset.name}`),
      ...audit,
      created_on: calendar.daysAgo(720 - index * 20),
      changed_on: calendar.daysAgo(150 - index * 9),
    })),
  );
  insertRecords(db, "table_columns", columnRecords(audit));
  insertRecords(db, "sql_metrics", metricRecords(audit));
  insertLinks(
    db,
    "sqlatable_user",
    ["user_id", "table_id"],
    DATASETS.flatMap((dataset, index) => dataset.owners.map((name) => [userId(name), index + 1])),
  );
}

/** Superset's own form of "certified": inside `extra`. */
function certification(by: string | null): string | null {
  return by === null
    ? null
    : JSON.stringify({ certification: { certified_by: by, details: "Checked every month" } });
}

type Audit = Readonly<Record<string, string | number>>;

function columnRecords(audit: Audit) {
  const records = DATASETS.flatMap((dataset, index) =>
    dataset.columns.map((column) => ({
      table_id: index + 1,
      column_name: column.name,
      type: column.type,
      is_dttm: column.type === "DATETIME" ? 1 : 0,
      is_active: 1,
      groupby: isMeasure(column) ? 0 : 1,
      filterable: 1,
      verbose_name: column.label,
      description: column.description,
      expression: column.expression,
      uuid: seededUuid(`column:${dataset.name}.${column.name}`),
      ...audit,
    }))
  );
  return records.map((record, index) => ({ id: index + 1, ...record }));
}

function metricRecords(audit: Audit) {
  const records = DATASETS.flatMap((dataset, index) =>
    dataset.metrics.map((metric) => ({
      table_id: index + 1,
      metric_name: metric.name,
      verbose_name: metric.label,
      metric_type: metric.expression === "COUNT(*)" ? "count" : null,
      expression: metric.expression,
      description: metric.description,
      d3format: metric.format,
      // SQLAlchemy's JSON type writes an absent value as JSON's null.
      currency: isMoney(metric.name)
        ? JSON.stringify({ symbol: "EUR", symbolPosition: "suffix" })
        : "null",
      extra: metric.name === "total_revenue" ? certification(dataset.certifiedBy) : null,
      uuid: seededUuid(`metric:${dataset.name}.${metric.name}`),
      ...audit,
    }))
  );
  return records.map((record, index) => ({ id: index + 1, ...record }));
}

function isMeasure(column: DemoColumn): boolean {
  return column.type === "FLOAT";
}

function isMoney(metric: string): boolean {
  return /^total_(revenue|cost|margin|wages)$|^avg_(price|order_value)$/.test(metric);
}
