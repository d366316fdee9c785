/**
 * Every recorded chart's query, built from its form, is the one that Superset's page posted; the
 * data of the kinds that Superset's server makes itself is what it answered.
 */
import assert from "node:assert/strict";
import { buildQueryContext, legacyTransform } from "../../src/query/charts/build_query_context.ts";
import type { ChartDataset, Row } from "../../src/query/charts/chart_kind.ts";
import { findKind } from "../../src/query/charts/kinds.ts";
import type { FormData, QueryContext, QueryObject } from "../../src/query/query_object.ts";
import { startPostgresql } from "../support/postgresql.ts";
import { run } from "../support/programs.ts";
import { fixturePath, restoreWorkspace, unlessMissing } from "../support/workspace.ts";

interface Chart {
  readonly id: number;
  readonly viz: string;
  readonly params: FormData;
  readonly dataset: ChartDataset;
}

interface LegacyAnswer {
  readonly query: string;
  readonly data: unknown;
}

const CHARTS = `
  SELECT json_agg(json_build_object(
    'id', s.id, 'viz', s.viz_type, 'params', s.params::json,
    'dataset', json_build_object('id', t.id, 'mainDttmCol', t.main_dttm_col, 'columns', (
      SELECT json_agg(json_build_object(
        'column_name', c.column_name, 'is_dttm', coalesce(c.is_dttm, false),
        'groupby', coalesce(c.groupby, false), 'type', c.type) ORDER BY c.id)
      FROM table_columns c WHERE c.table_id = t.id))) ORDER BY s.id)
  FROM slices s JOIN tables t ON t.id = s.datasource_id`;

Deno.test({
  ...unlessMissing("each recorded chart asks for what Superset's page asked for"),
  fn: async (t) => {
    const captures = await readFixture("captures.json.xz") as Record<string, QueryContext[]>;
    const answers = await readFixture("legacy.json.xz") as Record<string, LegacyAnswer>;
    const cluster = await startPostgresql();
    try {
      const metadata = await restoreWorkspace(cluster, "superset", { analytics: true });
      const charts = await queryJson(metadata, CHARTS) as readonly Chart[];
      const captured = charts.filter(({ id }) => captures[id] !== undefined);
      assert.equal(captured.length, Object.keys(captures).length);
      for (const chart of captured) {
        await t.step(`chart ${chart.id}, ${chart.viz}`, () => {
          const built = buildQueryContext({ ...chart.params, viz_type: chart.viz }, chart.dataset);
          for (const capture of captures[chart.id] ?? []) {
            assert.deepEqual(built.datasource, capture.datasource);
            assert.deepEqual(built.queries.map(comparable), capture.queries.map(comparable));
          }
        });
      }
      for (const chart of charts.filter(({ id }) => answers[id] !== undefined)) {
        await t.step(`chart ${chart.id}, ${chart.viz}, from the server's rows`, async () => {
          const answer = answers[chart.id];
          assert.ok(answer !== undefined);
          const rows = await queryJson(
            cluster.url("superset_analytics"),
            `SELECT json_agg(r) FROM (${answer.query}) r`,
          ) as readonly Row[];
          const transform = legacyTransform(formOf(chart), chart.dataset);
          assert.deepEqual(sorted(transform?.(rows)), sorted(answer.data));
        });
      }
      await t.step("every other chart has a query, too", () => {
        for (const chart of charts) {
          assert.ok(findKind(chart.viz) !== undefined, `no kind ${chart.viz}`);
          assert.ok(buildQueryContext(formOf(chart), chart.dataset).queries.length > 0);
        }
      });
    } finally {
      await cluster.stop();
    }
  },
});

/**
 * A query without `url_params`: where the page stood when it asked, which only `url_param()` in a
 * template reads. `force`, `form_data` and the result's type and format of the context are passed
 * over, too: they say how to answer, not what.
 */
function comparable(query: QueryObject): unknown {
  const { url_params: _, ...rest } = JSON.parse(JSON.stringify(query));
  return rest;
}

function formOf({ viz, params }: Chart): FormData {
  return { ...params, viz_type: viz };
}

/** Rows come in any order, and a chord's nodes as Python's set of them happened to be. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map((row) => JSON.stringify(ordered(row))).sort();
  const { nodes, matrix } = data as { nodes: string[]; matrix: number[][] };
  const flows = nodes.flatMap((source, at) =>
    nodes.map((target, to) => `${source} ${target} ${matrix[at]?.[to]}`)
  );
  return { nodes: nodes.toSorted(), flows: flows.sort() };
}

function ordered(row: object): unknown {
  return Object.entries(row).sort(([one], [other]) => one < other ? -1 : 1);
}

async function queryJson(url: string, sql: string): Promise<unknown> {
  return JSON.parse(await run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", url, "-c", sql));
}

async function readFixture(name: string): Promise<unknown> {
  const path = fixturePath(name);
  assert.ok(path !== null);
  return JSON.parse(await run("xz", "-dc", path));
}
