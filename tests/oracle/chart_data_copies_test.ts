/**
 * On copies of the workspace in SQLite and in MariaDB, metadata and data, charts and questions to
 * datasets give each user the rows that Superset gave them on PostgreSQL, but for those whose SQL or
 * whose answer is an engine's own.
 */
import assert from "node:assert/strict";
import { type AnswerRow, assertSameRows } from "../support/answer_rows.ts";
import type { McpClient } from "../support/mcp_calls.ts";
import {
  type GoldenCase,
  type GoldenChart,
  type QueryCase,
  readGoldenCases,
  readGoldenCharts,
  readQueryCases,
} from "../support/recorded_data.ts";
import { withWorkspaceService } from "../support/recorded_workspace.ts";
import { onEachCopy } from "../support/workspace_copies.ts";

/** She owns the dataset of these and may not see the charts, which come first here. */
const HIDDEN_FROM_OWNER: readonly number[] = [64, 67];

/** May read charts only, so that `query_dataset` is not hers. */
const WITHOUT_THE_TOOL = "cleo_lister";

const CHARTS = 103;

const ANY_ROWS = "a limit without an order: which rows come is the engine's own";

/** Charts whose rows are another engine's, and why. */
const OF_POSTGRESQL: Readonly<Record<number, string>> = {
  65: "weeks begin on Sunday in Superset's SQLite and MySQL, on Monday in its PostgreSQL",
  67: "equal counts at the limit: which comes is the engine's own",
  98: ANY_ROWS,
  100: ANY_ROWS,
  101: ANY_ROWS,
  103: ANY_ROWS,
};

onEachCopy("each chart and question gives each user the rows of Superset", async (t, copy) => {
  const [charts, cases, answers] = await Promise.all([
    readGoldenCharts(),
    readQueryCases(),
    readGoldenCases(),
  ]);
  await withWorkspaceService(copy.metadata, async ({ as }) => {
    const admin = await as("admin");
    await t.step("admin: each chart has rows", async () => {
      const without: string[] = [];
      for (let id = 1; id <= CHARTS; id++) {
        const { isError, content } = await admin.call("get_chart_data", { identifier: id });
        if (isError) without.push(`chart ${id}: ${JSON.stringify(content)}`);
        else if ((content.data as AnswerRow[]).length === 0) without.push(`chart ${id}: no rows`);
      }
      assert.deepEqual(without, []);
    });
    for (const username of Object.keys(charts)) {
      const client = await as(username);
      await t.step(`${username}: charts`, async () => {
        const faults: string[] = [];
        for (const [id, chart] of Object.entries(charts[username]!)) {
          if (Number(id) in OF_POSTGRESQL) continue;
          const fault = await chartFault(client, username, Number(id), chart);
          if (fault !== null) faults.push(`chart ${id}: ${fault}`);
        }
        assert.deepEqual(faults, []);
      });
      await t.step(`${username}: questions`, async () => {
        const faults: string[] = [];
        for (const one of cases) {
          const fault = await caseFault(client, username, one, answers[username]![one.id]!);
          if (fault !== null) faults.push(`${one.id}: ${fault}`);
        }
        assert.deepEqual(faults, []);
      });
    }
  });
});

async function chartFault(
  client: McpClient,
  username: string,
  id: number,
  { status, queries }: GoldenChart,
): Promise<string | null> {
  const { isError, content } = await client.call("get_chart_data", { identifier: id });
  if (status === 403 || (username === "olga_owner" && HIDDEN_FROM_OWNER.includes(id))) {
    return isError ? null : "it answered";
  }
  if (isError) return JSON.stringify(content);
  const answers = [content, ...content.queries as Record<string, unknown>[]];
  try {
    for (const [at, { rows, ordered }] of queries.entries()) {
      const got = (answers[at]!.data as AnswerRow[]).map(withSortedOutliers);
      const expected = rows.map(withSortedOutliers);
      assertSameRows(got, expected);
      // SQLite and MariaDB order null first, PostgreSQL last.
      const known = (row: AnswerRow) => ordered.every((name) => row[name] !== null);
      assertSameRows(got.filter(known), expected.filter(known), ordered);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function caseFault(
  client: McpClient,
  username: string,
  { args }: QueryCase,
  { status, columns, data }: GoldenCase,
): Promise<string | null> {
  const { isError, content } = await client.call("query_dataset", args);
  if (status !== 200 || username === WITHOUT_THE_TOOL) return isError ? null : "it answered";
  if (isError) return JSON.stringify(content);
  try {
    assert.deepEqual((content.columns as { name: string }[]).map(({ name }) => name), columns);
    const ordered = (args.order_by ?? []).map(([name]) => name);
    assertSameRows(content.data as AnswerRow[], data!, ordered);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A box plot's outliers stand in the order in which the engine gave their rows. */
function withSortedOutliers(row: AnswerRow): AnswerRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.endsWith("__outliers") && Array.isArray(value) ? value.toSorted() : value,
    ]),
  );
}
