/** What save_sql_query and execute_sql leave in Superset's tables: the same on each engine. */
import assert from "node:assert/strict";
import type { MetadataDatabase, Row } from "../../../src/drivers/metadata_database.ts";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { NOW } from "../../support/workbench.ts";
import { WRITABLE_ENGINES } from "../../support/writable_engines.ts";

async function rows(database: MetadataDatabase, sql: string): Promise<readonly Row[]> {
  return await database.read({ sql, parameters: [], prepared: false });
}

/** As text, whatever the engine's driver makes of numbers, flags and times. */
function plain(row: Row | undefined): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => {
      if (value === null) return [name, null];
      const text = typeof value === "boolean" ? String(Number(value)) : String(value);
      return [name, /\d\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text];
    }),
  );
}

const AT = "2026-11-24 09:30:00";

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("It did not come to be");
}

for (const engine of WRITABLE_ENGINES) {
  const suffix = engine.missing === null ? "" : ` (skipped: ${engine.missing})`;
  Deno.test({
    name: `a saved query and the history in ${engine.name}${suffix}`,
    ignore: engine.missing !== null,
    fn: (t) =>
      engine.with(({ database, writer }) =>
        withDemoHandlers(async ({ call, fails }) => {
          await t.step("a saved query is its caller's, with Superset's defaults", async () => {
            const saved = await call("admin", "save_sql_query", {
              database_id: 1,
              label: " Sales by shop ",
              sql: "SELECT 'it''s', \"x\" -- ✓",
            });
            assert.equal(saved.label, "Sales by shop");
            assert.match(saved.url, new RegExp(`/sqllab\\?savedQueryId=${saved.id}$`));
            const [row] = await rows(
              database,
              `select q.*, u.username from saved_query q join ab_user u
                  on u.id = q.created_by_fk and u.id = q.changed_by_fk and u.id = q.user_id
                where q.id = ${saved.id}`,
            );
            const { uuid, id: _, user_id: _1, created_by_fk: _2, changed_by_fk: _3, ...rest } =
              plain(
                row,
              );
            assert.ok(uuid);
            assert.deepEqual(rest, {
              username: "admin",
              label: "Sales by shop",
              sql: "SELECT 'it''s', \"x\" -- ✓",
              ...{ db_id: "1", schema: "", catalog: null, description: "", extra_json: "{}" },
              ...{ template_parameters: null, rows: null, last_run: null },
              ...{ created_on: AT, changed_on: AT },
            });
            const read = await call("admin", "get_saved_query_info", { identifier: saved.id });
            assert.equal(read.sql, saved.sql);
            const again = await call("admin", "get_saved_query_info", { identifier: read.uuid });
            assert.equal(again.id, saved.id);
          });
          await t.step("it has the tags that Superset gives, each made once", async () => {
            const first = await call("admin", "save_sql_query", {
              ...{ database_id: 1, label: "a", sql: "SELECT 1" },
            });
            const second = await call("admin", "save_sql_query", {
              ...{ database_id: 1, label: "b", sql: "SELECT 1" },
            });
            for (const { id } of [first, second]) {
              const tags = await rows(
                database,
                `select t.name, t.type from tagged_object o join tag t on t.id = o.tag_id
                  where o.object_id = ${id} and o.object_type = 'query' order by t.name`,
              );
              const [{ id: admin }] = await rows(
                database,
                "select id from ab_user where username = 'admin'",
              ) as [Row];
              assert.deepEqual(tags.map(({ name, type }) => [name, type]), [
                [`owner:${admin}`, "owner"],
                ["type:query", "type"],
              ]);
            }
          });
          await t.step("nothing is saved for a database that is not there", async () => {
            const before = await rows(database, "select count(*) as n from saved_query");
            const fault = await fails("admin", "save_sql_query", {
              ...{ database_id: 999, label: "a", sql: "SELECT 1" },
            });
            assert.equal(fault.error_type, "not_found");
            assert.deepEqual(await rows(database, "select count(*) as n from saved_query"), before);
          });
          await t.step("what execute_sql ran is in the history, refusals too", async () => {
            await call("admin", "execute_sql", {
              ...{ database_id: 1, sql: "SELECT 1 AS one", limit: 5 },
            });
            const fault = await fails("admin", "execute_sql", {
              ...{ database_id: 1, sql: "DROP TABLE customers" },
            });
            const find = async (where: string) =>
              plain((await rows(database, `select * from ${quoted(database)} where ${where}`))[0]);
            await eventually(async () => "client_id" in await find("status = 'failed'"));
            const done = await find("status = 'success' and tab_name = 'MCP'");
            assert.match(done.client_id!, /^[0-9a-f]{11}$/);
            const { id: _, user_id: _1, client_id: _2, executed_sql, extra_json, sql, ...rest } =
              done;
            assert.match(executed_sql!, /LIMIT 5/i);
            assert.match(sql!, /^SELECT 1 AS one/);
            assert.equal(JSON.parse(extra_json!).columns.length, 1);
            assert.deepEqual(rest, {
              ...{ database_id: "1", catalog: null, schema: "main", tab_name: "MCP" },
              ...{ status: "success", progress: "100", rows: "1", limit: "5" },
              ...{ limiting_factor: "NOT_LIMITED", select_as_cta: "0", select_as_cta_used: "0" },
              ...{ ctas_method: "TABLE", error_message: null, select_sql: null },
              ...{ start_time: String(NOW), start_running_time: String(NOW) },
              ...{ end_time: String(NOW), end_result_backend_time: null, changed_on: AT },
              ...{ results_key: null, tracking_url: null, sql_editor_id: null },
              ...{ tmp_table_name: null, tmp_schema_name: null },
            });
            const failed = await find("status = 'failed'");
            assert.equal(failed.error_message, fault.error);
            assert.equal(failed.progress, "0");
          });
          await t.step("nothing that a caller names keeps a query out of the history", async () => {
            await call("admin", "execute_sql", {
              ...{ database_id: 1, sql: "SELECT 1 AS one", schema: "a\0b\ud800", limit: 7 },
            });
            const find = () =>
              rows(
                database,
                `select status from ${
                  quoted(database)
                } q where q.tab_name = 'MCP' and q.schema like 'a%'`,
              );
            await eventually(async () => (await find()).length === 1);
          });
          await t.step(
            "a text with a NUL character is refused as the caller's mistake",
            async () => {
              for (
                const [tool, args] of [
                  ["save_sql_query", { database_id: 1, label: "a\0b", sql: "SELECT 1" }],
                  ["cancel_query", { client_id: "a\0b" }],
                ] as const
              ) assert.equal((await fails("admin", tool, args)).error_type, "invalid_argument");
            },
          );
        }, { database, writer })
      ),
  });
}

function quoted({ dialect }: MetadataDatabase): string {
  return dialect === "mysql" ? "`query`" : '"query"';
}
