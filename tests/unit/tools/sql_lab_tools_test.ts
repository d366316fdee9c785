/** What the tools around execute_sql tell, and to whom they do not. */
import assert from "node:assert/strict";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { writableDemo } from "../../support/workbench.ts";

/** The demo with a regional manager, bound by rules, who may use SQL Lab. */
async function demoWithSql() {
  const opened = writableDemo();
  await opened.writer.transaction((run) =>
    run({
      sql: `insert into ab_user_role (user_id, role_id)
            select u.id, r.id from ab_user u, ab_role r
             where u.username = 'stefan' and r.name = 'sql_lab'`,
      ...{ parameters: [], prepared: false },
    })
  );
  return opened;
}

Deno.test("a table's keys are told, and its size to one who may read every row of it", async () => {
  await withDemoHandlers(async ({ call }) => {
    const table = { database_id: 1, table: "orders" };
    const whole = await call("admin", "get_table", table);
    assert.deepEqual(whole.primary_key, ["order_id"]);
    assert.ok("bytes" in whole && "estimated_rows" in whole);
    const part = await call("stefan", "get_table", table);
    assert.deepEqual(part.columns, whole.columns);
    assert.ok(!("bytes" in part) && !("estimated_rows" in part));
  }, await demoWithSql());
});

Deno.test("a plan is told of tables of which the caller may read every row, and of no other", async () => {
  await withDemoHandlers(async ({ call, fails }) => {
    const sql = "SELECT count(*) FROM orders WHERE order_id IN (SELECT order_id FROM order_lines)";
    const { statements: [told] } = await call("admin", "explain_sql", { database_id: 1, sql });
    assert.equal(told.sql, sql);
    assert.match(told.plan.join("\n"), /orders/);
    const fault = await fails("stefan", "explain_sql", { database_id: 1, sql });
    assert.equal(fault.error_type, "forbidden_sql");
    assert.match(fault.error, /The plan of 'orders' is not yours to see/);
    const constant = await call("stefan", "explain_sql", { database_id: 1, sql: "SELECT 1" });
    assert.equal(constant.statements.length, 1);
  }, await demoWithSql());
});

Deno.test("what execute_sql refuses is refused before a plan is made", () =>
  withDemoHandlers(async ({ fails }) => {
    const ask = (sql: string) => fails("admin", "explain_sql", { database_id: 1, sql });
    assert.equal((await ask("DELETE FROM orders")).error_type, "forbidden_sql");
    assert.equal((await ask("EXPLAIN SELECT 1")).error_type, "forbidden_sql");
    assert.equal((await ask("SELECT * FROM nowhere")).error_type, "forbidden_sql");
    assert.equal((await ask("SELECT FROM")).error_type, "invalid_sql");
  }));

Deno.test("each statement's fault is told, with its place in the script", () =>
  withDemoHandlers(async ({ call }) => {
    const ask = (sql: string) => call("admin", "validate_sql", { database_id: 1, sql });
    assert.deepEqual(await ask("SELECT 1;\nSELECT 2"), { valid: true, errors: [] });
    const { valid, errors } = await ask("SELECT 1;\n  DROP TABLE orders;\n\n  SELECT 2,;SELECT 3");
    assert.equal(valid, false);
    assert.deepEqual(
      errors.map((error: Record<string, unknown>) => [
        ...[error.statement, error.error_type, error.line, error.column],
      ]),
      [[2, "forbidden_sql", undefined, undefined], [3, "invalid_sql", 4, 12]],
    );
    assert.match(errors[1].error, /line 4, column 12/);
  }));

Deno.test("a saved query runs with the parameters saved and given, for its owner alone", async () => {
  const opened = writableDemo();
  await withDemoHandlers(async ({ call, fails }) => {
    const { id } = await call("admin", "save_sql_query", {
      ...{ database_id: 1, label: "Two", schema: "main" },
      sql: "SELECT {{ n }} AS n, '{{ word }}' AS word",
    });
    await opened.writer.transaction((run) =>
      run({
        sql:
          `update saved_query set template_parameters = '{"n": 5, "word": "saved"}' where id = ${id}`,
        ...{ parameters: [], prepared: false },
      })
    );
    const run = (more: Record<string, unknown> = {}) =>
      call("admin", "run_saved_query", { identifier: id, ...more });
    assert.deepEqual({ ...(await run()).rows[0] }, { n: 5, word: "saved" });
    const given = await run({ template_params: { n: 2 } });
    assert.deepEqual({ ...given.rows[0] }, { n: 2, word: "saved" });
    assert.deepEqual(given.saved_query, { id, label: "Two" });
    assert.equal((await run({ dry_run: true })).dry_run, true);
    const fault = await fails("demo", "run_saved_query", { identifier: id });
    assert.equal(fault.error_type, "not_found");
  }, opened);
});
