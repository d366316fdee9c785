/**
 * The data of every chart, as each user, is what Superset's page got: from the query that a chart
 * saved, and from its form where none is saved.
 */
import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "../support/answer_rows.ts";
import type { McpClient } from "../support/mcp_calls.ts";
import {
  type GoldenChart,
  type GoldenCharts,
  readGoldenCharts,
  readLegacyAnswers,
} from "../support/recorded_data.ts";
import {
  type ServedWorkspace,
  withRecordedWorkspace,
  withWorkspaceService,
} from "../support/recorded_workspace.ts";
import { psql, unlessMissing } from "../support/workspace.ts";

/** She owns the dataset of these and may not see the charts, which come first here. */
const HIDDEN_FROM_OWNER: Readonly<Record<string, readonly number[]>> = { olga_owner: [64, 67] };

/** Their dataset names a catalog that does not exist, so they fail in Superset, too. */
const FAILING: Readonly<Record<number, RegExp>> = { 72: /catalog 'examples'/ };

const CHARTS = 103;

Deno.test({
  ...unlessMissing("each chart gives each user the rows that Superset showed them"),
  fn: (t) =>
    withRecordedWorkspace(async ({ metadata }) => {
      const golden = await readGoldenCharts();
      await t.step("from the query that is saved with it", (t) =>
        withWorkspaceService(metadata, (served) => compareAll(t, served, golden)));
      await psql(metadata, "UPDATE slices SET query_context = NULL");
      await t.step("from its form, where no query is saved", (t) =>
        withWorkspaceService(metadata, (served) =>
          compareAll(t, served, golden)));
    }),
});

async function compareAll(
  t: Deno.TestContext,
  { as }: ServedWorkspace,
  golden: GoldenCharts,
): Promise<void> {
  for (const [username, charts] of Object.entries(golden)) {
    await t.step(username, async () => {
      const client = await as(username);
      const faults: string[] = [];
      for (const [id, chart] of Object.entries(charts)) {
        const fault = await faultOf(client, username, Number(id), chart);
        if (fault !== null) faults.push(`chart ${id}: ${fault}`);
      }
      assert.deepEqual(faults, []);
    });
  }
  const admin = await as("admin");
  const legacy = await readLegacyAnswers();
  for (const [id, { data }] of Object.entries(legacy)) {
    await t.step(`admin, chart ${id}, of Superset's older endpoint`, async () => {
      const { isError, content } = await admin.call("get_chart_data", { identifier: Number(id) });
      assert.equal(isError, false, JSON.stringify(content));
      if (Array.isArray(data)) assertSameRows(content.data as AnswerRow[], data);
      else assert.deepEqual(flows(content.viz_data), flows(data));
    });
  }
  await t.step("admin, each chart of which no rows were recorded", async () => {
    const unlike: string[] = [];
    for (let id = 1; id <= CHARTS; id++) {
      if (golden.admin![id] !== undefined || legacy[id] !== undefined) continue;
      const { isError, content } = await admin.call("get_chart_data", { identifier: id });
      const expected = FAILING[id];
      if (expected !== undefined) assert.match(String(content.error), expected);
      else if (isError) unlike.push(`chart ${id}: ${JSON.stringify(content)}`);
      else if ((content.data as AnswerRow[]).length === 0) unlike.push(`chart ${id}: no rows`);
    }
    assert.deepEqual(unlike, []);
  });
}

/** What differs; null where nothing does. */
async function faultOf(
  client: McpClient,
  username: string,
  id: number,
  { status, queries }: GoldenChart,
): Promise<string | null> {
  const { isError, content } = await client.call("get_chart_data", { identifier: id });
  const refused = status === 403 || HIDDEN_FROM_OWNER[username]?.includes(id) === true;
  try {
    if (refused) {
      assert.ok(isError, "it answered");
      assert.match(String(content.error_type), /^(not_found|permission_denied)$/);
      return null;
    }
    assert.equal(isError, false, JSON.stringify(content));
    const answers = [content, ...content.queries as Record<string, unknown>[]];
    assert.equal(answers.length, queries.length, "the number of queries");
    for (const [at, { colnames, rows, ordered }] of queries.entries()) {
      const { columns, data } = answers[at]!;
      assert.deepEqual((columns as { name: string }[]).map(({ name }) => name), colnames);
      assertSameRows(data as AnswerRow[], rows, ordered);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A chord's nodes stand in the order of a set. */
function flows(data: unknown): readonly string[] {
  const { nodes, matrix } = data as { nodes: string[]; matrix: number[][] };
  return nodes.flatMap((source, row) =>
    nodes.map((target, column) => `${source} to ${target}: ${matrix[row]?.[column]}`)
  ).sort();
}
