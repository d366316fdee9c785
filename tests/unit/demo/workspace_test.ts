/** Everything in the demo that points at something points at something that is there. */
import assert from "node:assert/strict";
import { CHARTS, formDataOf } from "../../../src/demo/charts.ts";
import { datasetNamed, DATASETS, physicalColumns } from "../../../src/demo/datasets.ts";
import type { AdhocFilter, AdhocMetric, DemoChart, Metric } from "../../../src/demo/form_data.ts";
import { openDemo } from "../../../src/demo/demo.ts";

const NOW = Date.UTC(2026, 10, 24, 9, 30);
const demo = openDemo(NOW);
const { metadata, analytics } = demo;

const all = (sql: string) => metadata.prepare(sql).all();
const list = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** The columns that a chart's form data names, wherever it does. */
function columnsOf(chart: DemoChart): string[] {
  const { form } = chart;
  const keys = ["groupby", "groupbyRows", "groupbyColumns", "columns", "all_columns", "x_axis"];
  const more = ["series", "entity", "source", "target", "column"];
  const filters = ["adhoc_filters", "adhoc_filters_b"].flatMap((key) =>
    (form[key] ?? []) as AdhocFilter[]
  );
  const adhoc = metricsOf(chart).flatMap((metric) =>
    typeof metric === "string" || metric.column === null ? [] : [metric.column.column_name]
  );
  return [
    ...[...keys, ...more].flatMap((key) => list(form[key]) as string[]),
    ...filters.map((filter) => filter.subject),
    ...adhoc,
  ];
}

function metricsOf({ form, viz }: DemoChart): Metric[] {
  const keys = [
    "metrics",
    "metric",
    "metrics_b",
    ...(viz === "bubble_v2" ? ["x", "y", "size"] : []),
  ];
  return keys.flatMap((key) => list(form[key]) as Metric[]);
}

/** A plain query of what the chart shows: its columns and metrics, no filter. */
function plainQuery(chart: DemoChart): string {
  const dataset = datasetNamed(chart.dataset);
  const columns = [...new Set(columnsOf(chart))].map((name) => {
    const column = dataset.columns.find((each) => each.name === name);
    return `${column?.expression ?? `"${name}"`} AS "${name}"`;
  });
  const metrics = metricsOf(chart).map((metric, index) =>
    `${expressionOf(metric, chart)} AS "metric ${index}"`
  );
  const from = dataset.sql === null ? `"${dataset.name}"` : `(${dataset.sql})`;
  const group = metrics.length === 0 ? "" : ` GROUP BY ${columns.map((_, index) => index + 1)}`;
  return `SELECT ${[...columns, ...metrics].join(", ")} FROM ${from}${group} LIMIT 5`;
}

function expressionOf(metric: Metric, chart: DemoChart): string {
  if (typeof metric === "string") {
    const saved = datasetNamed(chart.dataset).metrics.find((each) => each.name === metric);
    return saved?.expression ?? `no_such_metric_${metric}`;
  }
  const { aggregate, column, sqlExpression }: AdhocMetric = metric;
  if (column === null) return sqlExpression ?? "";
  return aggregate === "COUNT_DISTINCT"
    ? `COUNT(DISTINCT "${column.column_name}")`
    : `${aggregate}("${column.column_name}")`;
}

Deno.test("every foreign key of the metadata leads somewhere", () => {
  assert.deepEqual(all("PRAGMA foreign_key_check"), []);
});

Deno.test("polymorphic links lead somewhere: charts to datasets, tags and favourites to objects", () => {
  const tables: Record<string, string> = {
    chart: "slices",
    slice: "slices",
    dashboard: "dashboards",
    Dashboard: "dashboards",
    dataset: "tables",
    query: "saved_query",
  };
  const links = [
    ...all("SELECT object_type AS kind, object_id AS id FROM tagged_object"),
    ...all("SELECT class_name AS kind, obj_id AS id FROM favstar"),
    ...all("SELECT 'dataset' AS kind, datasource_id AS id FROM slices"),
  ];
  for (const { kind, id } of links) {
    const table = tables[String(kind)];
    assert.ok(
      metadata.prepare(`SELECT 1 FROM ${table} WHERE id = ?`).get(Number(id)),
      `${kind} ${id}`,
    );
  }
});

for (const dataset of DATASETS.filter((each) => each.sql === null)) {
  Deno.test(`the table of ${dataset.name} has the dataset's columns, with values`, () => {
    const there = analytics.prepare(`PRAGMA table_info("${dataset.name}")`).all();
    const columns = physicalColumns(dataset);
    assert.deepEqual(
      there.map(({ name, type }) => `${name} ${type}`),
      columns.map(({ name, type }) => `${name} ${type}`),
    );
    for (const { name } of columns) {
      const sql = `SELECT COUNT("${name}") AS filled FROM "${dataset.name}"`;
      assert.notEqual(analytics.prepare(sql).get()?.filled, 0, name);
    }
  });
}

for (const dataset of DATASETS) {
  const templated = dataset.sql?.includes("{") ?? false;
  Deno.test(`calculated columns and metrics of ${dataset.name} are SQL that runs`, () => {
    const expressions = [...dataset.columns, ...dataset.metrics].flatMap((each) =>
      each.expression ?? []
    );
    // What a templated query gives is known by its columns; its text is no SQL until rendered.
    const stub = dataset.columns.map(({ name }) => `1 AS "${name}"`).join(", ");
    const from = templated
      ? `(SELECT ${stub})`
      : dataset.sql === null
      ? dataset.name
      : `(${dataset.sql})`;
    for (const expression of expressions) {
      analytics.prepare(`SELECT ${expression} FROM ${from}`).get();
    }
    assert.ok(dataset.metrics.length > 0);
    assert.ok(
      dataset.timeColumn === null || dataset.columns.some((c) => c.name === dataset.timeColumn),
    );
  });
  if (dataset.sql !== null && !templated) {
    Deno.test(`the query of ${dataset.name} gives the dataset's columns`, () => {
      const row = analytics.prepare(`SELECT * FROM (${dataset.sql}) LIMIT 1`).get() ?? {};
      assert.deepEqual(Object.keys(row), dataset.columns.map((each) => each.name));
    });
  }
}

for (const chart of CHARTS) {
  Deno.test(`chart "${chart.name}" names columns and metrics of its dataset`, () => {
    const dataset = datasetNamed(chart.dataset);
    const known = new Set(dataset.columns.map((each) => each.name));
    for (const column of columnsOf(chart)) assert.ok(known.has(column), `no column ${column}`);
    const saved = metricsOf(chart).filter((metric) => typeof metric === "string");
    for (const metric of saved) {
      assert.ok(dataset.metrics.some((each) => each.name === metric), `no metric ${metric}`);
    }
    assert.ok(columnsOf(chart).length + metricsOf(chart).length > 0);
  });
  if (!datasetNamed(chart.dataset).sql?.includes("{")) {
    Deno.test(`chart "${chart.name}" has rows to show`, () => {
      assert.notEqual(analytics.prepare(plainQuery(chart)).all().length, 0);
    });
  }
}

Deno.test("charts are of some twenty kinds, some with a query context and some without", () => {
  const kinds = new Set(CHARTS.map((chart) => chart.viz));
  assert.ok(kinds.size >= 20, [...kinds].join(" "));
  const [row] = all("SELECT COUNT(query_context) AS filled, COUNT(*) AS total FROM slices");
  assert.ok(Number(row?.filled) >= 10 && Number(row?.total) - Number(row?.filled) >= 10);
});

Deno.test("a saved query context asks for the columns, metrics and filters of the form data", () => {
  for (const { params, query_context, slice_name } of all("SELECT * FROM slices")) {
    const form = JSON.parse(String(params));
    if (query_context === null) continue;
    const context = JSON.parse(String(query_context));
    const [query] = context.queries;
    assert.equal(`${context.datasource.id}__${context.datasource.type}`, form.datasource);
    assert.deepEqual(query.metrics, list(form.metrics ?? form.metric), String(slice_name));
    assert.deepEqual(
      query.filters.map((each: { col: string }) => each.col),
      form.adhoc_filters.map((each: AdhocFilter) => each.subject),
    );
    assert.deepEqual(
      query.columns.filter((each: unknown) => typeof each === "string"),
      form.groupby ?? form.columns ?? [],
    );
  }
});

Deno.test("annotation layers that charts show exist", () => {
  const ids = all("SELECT id FROM annotation_layer").map(({ id }) => id);
  const used = CHARTS.flatMap((chart) =>
    formDataOf(chart).annotation_layers as { value: number }[]
  );
  assert.ok(used.length > 0);
  for (const { value } of used) assert.ok(ids.includes(value));
});

Deno.test("every layout is a tree whose charts are the dashboard's", () => {
  for (const { id, position_json, json_metadata, slug } of all("SELECT * FROM dashboards")) {
    const nodes = JSON.parse(String(position_json));
    const placed: number[] = [];
    const visited = new Set<string>();
    const walk = (key: string, parents: readonly string[]) => {
      const node = nodes[key];
      assert.ok(node, `${slug}: no node ${key}`);
      assert.equal(node.id, key);
      assert.ok(!visited.has(key), `${slug}: ${key} has two parents`);
      visited.add(key);
      if (key !== "ROOT_ID") assert.deepEqual(node.parents, parents);
      if (node.type === "CHART") placed.push(node.meta.chartId);
      for (const child of node.children ?? []) walk(child, [...parents, key]);
    };
    walk("ROOT_ID", []);
    const outside = Object.keys(nodes).filter((key) => !visited.has(key));
    const allowed = ["DASHBOARD_VERSION_KEY", "GRID_ID", "HEADER_ID"];
    assert.deepEqual(outside.filter((key) => !allowed.includes(key)), []);
    const linked = all(`SELECT slice_id FROM dashboard_slices WHERE dashboard_id = ${id}`);
    const byNumber = (left: number, right: number) => left - right;
    assert.deepEqual(
      placed.toSorted(byNumber),
      linked.map((row) => Number(row.slice_id)).toSorted(byNumber),
    );
    const { native_filter_configuration: filters } = JSON.parse(String(json_metadata));
    for (const { targets, chartsInScope } of filters) {
      assert.deepEqual(chartsInScope.toSorted(byNumber), placed.toSorted(byNumber));
      for (const { datasetId, column } of targets) {
        if (datasetId === undefined) continue;
        const names = DATASETS[datasetId - 1]?.columns.map((each) => each.name);
        assert.ok(names !== undefined && (column === undefined || names.includes(column.name)));
      }
    }
  }
});

Deno.test("no row of a dashboard is wider than the grid's twelve columns", () => {
  for (const { position_json, slug } of all("SELECT slug, position_json FROM dashboards")) {
    const nodes = JSON.parse(String(position_json));
    for (const node of Object.values<{ type?: string; children?: string[] }>(nodes)) {
      if (node.type !== "ROW") continue;
      const widths = (node.children ?? []).map((child) => nodes[child].meta.width);
      assert.ok(widths.reduce((sum, width) => sum + width, 0) <= 12, `${slug}: ${widths}`);
    }
  }
});

Deno.test("the templated query runs and gives the dataset's columns where nothing is filtered", () => {
  const templated = DATASETS.filter((dataset) => dataset.sql?.includes("{"));
  assert.equal(templated.length, 1);
  for (const { sql, columns } of templated) {
    const rendered = sql?.replaceAll(/\{% if [^%]*%\}[^]*?\{% endif %\}/g, "") ?? "";
    const row = analytics.prepare(`SELECT * FROM (${rendered}) LIMIT 1`).get() ?? {};
    assert.deepEqual(Object.keys(row), columns.map((each) => each.name));
  }
});

Deno.test("saved queries run", () => {
  const queries = all("SELECT label, sql FROM saved_query");
  assert.ok(queries.length > 0);
  for (const { sql, label } of queries) {
    assert.notEqual(analytics.prepare(String(sql)).all().length, 0, String(label));
  }
});
