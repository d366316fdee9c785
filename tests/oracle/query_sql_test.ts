/** What is planned gives the rows that Superset's own SQL gives on the same database. */
import assert from "node:assert/strict";
import type postgres from "postgres";
import { settleQueryContext } from "../../src/query/charts/settle_query.ts";
import type { Dataset } from "../../src/query/dataset.ts";
import { columnLabel, isAdhocMetric, metricLabel } from "../../src/query/plan/labels.ts";
import { planQuery } from "../../src/query/plan/plan_query.ts";
import type { PlannedQuery } from "../../src/query/plan/planned_query.ts";
import type { QueryColumn, QueryObject } from "../../src/query/query_object.ts";
import { POSTGRESQL } from "../../src/query/sql/postgresql/dialect.ts";
import { postgresqlParser } from "../../src/query/sql/postgresql/parser.ts";
import { comparable } from "../support/compare_rows.ts";
import { startPostgresql } from "../support/postgresql.ts";
import { run } from "../support/programs.ts";
import { openAnalytics, readRecordedCharts } from "../support/recorded_charts.ts";
import { readDatasets } from "../support/recorded_datasets.ts";
import { fixturePath, restoreWorkspace, unlessMissing } from "../support/workspace.ts";

/** When the answers were recorded. */
const NOW = new Date("2026-11-24T09:45:00Z");

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

Deno.test({
  ...unlessMissing("a planned query gives the rows that Superset's own SQL gives"),
  fn: (t) =>
    withWorkspace(async (workspace) => {
      await t.step("of each recorded chart", () => compareCharts(workspace));
      await t.step("of each recorded query of a dataset", () => compareCases(workspace));
    }),
});

async function compareCharts({ sql, datasets, plan }: Workspace): Promise<void> {
  const charts = (await readRecordedCharts()).filter(({ username }) => username === "admin");
  const failures: string[] = [];
  let compared = 0;
  for (const { chartId, body, results } of charts) {
    const dataset = datasets.get(Number(body.datasource.id))!;
    const { queries } = settleQueryContext(body, dataset);
    for (const [position, { query }] of results.entries()) {
      const planned = plan(queries[position]!, dataset);
      const fault = await difference(sql, planned, query ?? "", queries[position]!);
      if (fault !== null) failures.push(`chart ${chartId}, query ${position}: ${fault}`);
      compared++;
    }
  }
  assert.deepEqual(failures, []);
  assert.ok(compared > 60, `only ${compared} queries were compared`);
}

async function compareCases({ sql, datasets, plan }: Workspace): Promise<void> {
  const cases: QueryCase[] = JSON.parse(await Deno.readTextFile(fixturePath("query_cases.json")!));
  const { admin } = JSON.parse(await run("xz", "-dc", fixturePath("query_golden.json.xz")!));
  for (const { id, args } of cases) {
    const query = queryOf(args);
    const planned = plan(query, datasets.get(args.identifier)!, renderAsAdmin(args));
    assert.equal(await difference(sql, planned, admin[id].query, query), null, id);
    const counted = await rowsOf(sql, planned.countSql!);
    const isWhole = admin[id].data.length < (args.row_limit ?? 1000);
    if (isWhole) assert.equal(Number(counted.rows[0]![0]), admin[id].data.length, id);
    else assert.ok(Number(counted.rows[0]![0]) > admin[id].data.length, id);
  }
}

interface QueryCase {
  readonly id: string;
  readonly args: {
    readonly identifier: number;
    readonly columns?: readonly string[];
    readonly metrics?: QueryObject["metrics"];
    readonly filters?: QueryObject["filters"];
    readonly time_column?: string;
    readonly time_grain?: string;
    readonly time_range?: string;
    readonly order_by?: QueryObject["orderby"];
    readonly row_limit?: number;
  };
}

function queryOf(args: QueryCase["args"]): QueryObject {
  return {
    columns: args.columns,
    metrics: args.metrics,
    filters: args.filters,
    granularity: args.time_column,
    time_range: args.time_range ?? "No filter",
    extras: { time_grain_sqla: args.time_grain },
    orderby: args.order_by,
    row_limit: args.row_limit ?? 1000,
  };
}

/** The template of `v_my_orders`, without a template engine. */
function renderAsAdmin({ filters = [] }: QueryCase["args"]): (text: string) => string {
  const countries = filters.find(({ col }) => col === "country")?.val as string[] | undefined;
  const list = countries?.map((country) => `'${country}'`).join(", ");
  return (text) =>
    text.replace("{{ deal }}", "Large").replace("{{ current_username() }}", "admin")
      .replace(/{% if .*{% endif %}/, list === undefined ? "" : `AND country IN (${list})`);
}

interface Workspace {
  readonly sql: postgres.Sql;
  readonly datasets: ReadonlyMap<number, Dataset>;
  plan(query: QueryObject, dataset: Dataset, render?: (text: string) => string): PlannedQuery;
}

async function withWorkspace(test: (workspace: Workspace) => Promise<void>): Promise<void> {
  const cluster = await startPostgresql();
  try {
    const metadata = await restoreWorkspace(cluster, "superset", { analytics: true });
    const datasets = await readDatasets(metadata);
    const parser = await postgresqlParser();
    const sql = openAnalytics(cluster.url("superset_analytics"));
    const plan = (query: QueryObject, dataset: Dataset, render = (text: string) => text) =>
      planQuery(query, dataset, { dialect: POSTGRESQL, parser, render, now: NOW });
    try {
      await test({ sql, datasets, plan });
    } finally {
      await sql.end();
    }
  } finally {
    await cluster.stop();
  }
}

/** What differs between the rows of a plan and those of Superset's SQL; null where nothing does. */
async function difference(
  sql: postgres.Sql,
  planned: PlannedQuery,
  recorded: string,
  { orderby = [] }: QueryObject,
): Promise<string | null> {
  try {
    const mine = await rowsOf(sql, planned.sql);
    const theirs = await rowsOf(sql, recorded);
    assert.deepEqual(planned.columns.map(({ name }) => name), theirs.columns);
    for (const [by] of orderby) {
      const label = isAdhocMetric(by) ? metricLabel(by) : columnLabel(by as QueryColumn);
      assert.deepEqual(column(mine, label), column(theirs, label), `order by ${label}`);
    }
    assert.deepEqual(sorted(mine), sorted(theirs));
    return null;
  } catch (error) {
    return `${error instanceof Error ? error.message : error}\n${planned.sql}\n${recorded}`;
  }
}

async function rowsOf(sql: postgres.Sql, text: string): Promise<Rows> {
  const rows = await sql.unsafe(text).values();
  return { columns: rows.columns.map(({ name }) => name), rows: [...rows] };
}

/** Values in their order, which may be chance only between rows that are equal in them. */
function column({ columns, rows }: Rows, label: string): readonly unknown[] {
  const position = columns.indexOf(label);
  return position < 0 ? [] : rows.map((row) => comparable(row[position]));
}

function sorted({ rows }: Rows): readonly string[] {
  return rows.map((row) => JSON.stringify(row.map(comparable))).toSorted();
}
