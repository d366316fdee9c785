/** get_table and explain_sql: what they tell of tables, and to whom they do not. */
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
