/** The recorded SQL of each chart and user, post-processed here, gives the rows that Superset gave. */
import assert from "node:assert/strict";
import type { Frame, Value } from "../../src/query/frame.ts";
import { postProcess } from "../../src/query/post_processing/post_process.ts";
import { startPostgresql } from "../support/postgresql.ts";
import {
  frameOfSql,
  openAnalytics,
  readRecordedCharts,
  type RecordedResult,
} from "../support/recorded_charts.ts";
import { restoreWorkspace, unlessMissing } from "../support/workspace.ts";

/** What these answer is sorted, so that the order of rows is Superset's too. */
const SORTING = new Set(["pivot", "boxplot", "histogram", "aggregate", "sort"]);

Deno.test({
  ...unlessMissing("each recorded chart, post-processed, is what Superset answered each user"),
  fn: async (t) => {
    const cluster = await startPostgresql();
    try {
      await restoreWorkspace(cluster, "superset", { analytics: true });
      const sql = openAnalytics(cluster.url("superset_analytics"));
      const frames = new Map<string, Frame>();
      let compared = 0;
      for (const { chartId, username, body, results } of await readRecordedCharts()) {
        await t.step(`chart ${chartId} as ${username}`, async () => {
          for (const [position, result] of results.entries()) {
            const text = result.query ?? "";
            const frame = frames.get(text) ?? await frameOfSql(sql, text);
            frames.set(text, frame);
            const operations = body.queries[position]?.post_processing ?? [];
            const isOrdered = operations.some((item) => SORTING.has(item?.operation ?? ""));
            assertAnswer(postProcess(frame, operations), result, isOrdered);
            compared++;
          }
        });
      }
      assert.ok(compared > 350, `only ${compared} answers were compared`);
      await sql.end();
    } finally {
      await cluster.stop();
    }
  },
});

function assertAnswer(frame: Frame, golden: RecordedResult, isOrdered: boolean): void {
  assert.deepEqual(frame.columns.map(({ name }) => name), golden.colnames);
  for (const [position, { name, type, values }] of frame.columns.entries()) {
    // Superset takes these from the dataset: a whole number that is a time, and a column of nulls.
    const isOfDataset = golden.coltypes[position] === 2 ||
      [...values].every((value) => value === null);
    if (!isOfDataset) assert.equal(type, golden.coltypes[position], `type of ${name}`);
  }
  const rows = Array.from(
    { length: frame.rowCount },
    (_, row) => frame.columns.map(({ values }) => comparable(values.at(row) ?? null)),
  );
  const wanted = golden.rows.map((row) => golden.colnames.map((name) => comparable(row[name])));
  const sorted = (list: unknown[][]) =>
    isOrdered ? list : list.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  assert.deepEqual(sorted(rows), sorted(wanted));
}

/** Numbers to 9 digits, times as their milliseconds, as the contract of the service compares them. */
function comparable(value: Value | unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "boolean" || value === null || value === undefined) return value ?? null;
  const number = typeof value === "number" || value !== "" ? Number(value) : NaN;
  return Number.isNaN(number) ? value : Number(number.toPrecision(9));
}
