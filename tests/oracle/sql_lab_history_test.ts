/** What the tools around execute_sql leave in a real Superset's tables, and a stop from another process. */
import assert from "node:assert/strict";
import postgres from "postgres";
import type { McpClient } from "../support/mcp_calls.ts";
import { withRecordedWorkspace, withWorkspaceService } from "../support/recorded_workspace.ts";
import { unlessMissing } from "../support/workspace.ts";

const DATABASE = 1;

/** Minutes of work for a server. */
const SLOW =
  "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b /* for ever */";

async function answer(
  client: McpClient,
  tool: string,
  args: Record<string, unknown>,
  // deno-lint-ignore no-explicit-any -- answers of any tool; each step looks at what it expects
): Promise<any> {
  const { isError, content } = await client.call(tool, args);
  assert.equal(isError, false, `${tool}: ${JSON.stringify(content)}`);
  return content;
}

async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const value = await look();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return await look();
}

Deno.test({
  ...unlessMissing(
    "SQL Lab's tables hold what agents ran and saved, and one process stops another's",
  ),
  fn: (t) =>
    withRecordedWorkspace(({ metadata, analytics }) =>
      withWorkspaceService(
        metadata,
        ({ as }) =>
          withWorkspaceService(metadata, async ({ as: elsewhere }) => {
            const superset = postgres(metadata, { max: 1 });
            const data = postgres(analytics, { max: 1 });
            try {
              const admin = await as("admin"), greg = await as("greg_sales");
              await t.step("a query of one whom rules bind, without their text", async () => {
                const sql = "SELECT country FROM cleaned_sales_data";
                await answer(greg, "execute_sql", { database_id: DATABASE, sql, limit: 7 });
                const [row] = await until(
                  () =>
                    superset`select q.*, u.username from query q join ab_user u on u.id = q.user_id`,
                  (rows) => rows.length > 0,
                );
                const { username, status, tab_name, rows, limit, progress, catalog, schema } = row!;
                assert.deepEqual(
                  { username, status, tab_name, rows, limit, progress, catalog, schema },
                  {
                    ...{ username: "greg_sales", status: "success", tab_name: "MCP", rows: 7 },
                    ...{ limit: 7, progress: 100, catalog: "analytics", schema: "public" },
                  },
                );
                assert.equal(row!.sql, sql);
                assert.match(
                  row!.executed_sql,
                  /^SELECT country FROM .*cleaned_sales_data LIMIT 7$/s,
                );
                assert.ok(Number(row!.end_time) >= Number(row!.start_time));
                assert.ok(Math.abs(Number(row!.end_time) - Date.now()) < 60_000);
              });
              await t.step("a saved query, with Superset's tags", async () => {
                const { id } = await answer(admin, "save_sql_query", {
                  ...{ database_id: DATABASE, label: "Countries", sql: "SELECT 1 AS one" },
                });
                const tags = await superset`
                select t.name from tagged_object o join tag t on t.id = o.tag_id
                 where o.object_id = ${id} and o.object_type = 'query' order by 1`;
                assert.deepEqual(tags.map(({ name }) => name), ["owner:1", "type:query"]);
                const ran = await answer(admin, "run_saved_query", { identifier: id });
                assert.equal(ran.rows[0].one, 1);
                const others = await greg.call("run_saved_query", { identifier: id });
                assert.deepEqual([others.isError, others.content.error_type], [true, "not_found"]);
              });
              await t.step("plans and sizes are told to who may read every row", async () => {
                const sql = "SELECT * FROM cleaned_sales_data WHERE country = 'USA'";
                const plan = await answer(admin, "explain_sql", { database_id: DATABASE, sql });
                assert.match(plan.statements[0].plan[0], /Scan on cleaned_sales_data/);
                const refused = await greg.call("explain_sql", { database_id: DATABASE, sql });
                assert.deepEqual([refused.isError, refused.content.error_type], [
                  ...[true, "forbidden_sql"],
                ]);
                const table = { database_id: DATABASE, table: "cleaned_sales_data" };
                assert.ok((await answer(admin, "get_table", table)).bytes > 0);
                assert.equal("bytes" in await answer(greg, "get_table", table), false);
              });
              await t.step("a query that another process runs is listed and stopped", async () => {
                const other = await elsewhere("admin");
                const running = other.call("execute_sql", { database_id: DATABASE, sql: SLOW });
                const listed = await until(
                  () => answer(admin, "cancel_query", {}),
                  (said) => said.running.length > 0,
                );
                assert.equal(listed.running[0].sql, SLOW);
                const client_id = listed.running[0].client_id;
                const hidden = await greg.call("cancel_query", { client_id });
                assert.deepEqual([hidden.isError, hidden.content.error_type], [true, "not_found"]);
                assert.equal(
                  (await answer(admin, "cancel_query", { client_id })).status,
                  "stopping",
                );
                const { isError, content } = await running;
                assert.deepEqual([isError, content.error_type], [true, "conflict"]);
                const active = () =>
                  data`select 1 from pg_stat_activity where state = 'active' and query like '%100000%'
                        and pid <> pg_backend_pid()`;
                assert.equal((await until(active, (rows) => rows.length === 0)).length, 0);
                const [row] = await until(
                  () =>
                    superset`select status, error_message from query where client_id = ${client_id}`,
                  ([one]) => one?.error_message !== null,
                );
                assert.equal(row!.status, "stopped");
                assert.match(row!.error_message, /stopped by cancel_query/);
              });
            } finally {
              await Promise.all([superset.end(), data.end()]);
            }
          }),
      )
    ),
});
