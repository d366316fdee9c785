/** What a SQLite database could not be stopped at once begun is not begun, and holds up nobody. */
import assert from "node:assert/strict";
import { withDemoHandlers } from "../support/demo_handlers.ts";

for (
  const [what, sql, type] of [
    [
      "a join without end, of tables of one name",
      `select count(*) from ${Array(12).fill("orders").join(", ")}`,
      "forbidden_sql",
    ],
    [
      "the same in an order, where a rule could stand",
      `select 1 from orders order by (select count(*) from ${Array(12).fill("orders")})`,
      "forbidden_sql",
    ],
    [
      "one text looked for in another, both long",
      "select instr(printf('%100000000d', 1), printf('%50000000d', 2))",
      "too_large",
    ],
  ] as const
) {
  Deno.test(`sqlite: ${what} is refused`, () =>
    withDemoHandlers(async ({ fails, call }) => {
      for (const user of ["admin", "demo"]) {
        const fault = await fails(user, "execute_sql", { database_id: 1, sql, timeout: 5 });
        assert.equal(fault.error_type, type);
      }
      const answer = await call("admin", "execute_sql", { database_id: 1, sql: "select 1 as a" });
      assert.deepEqual(answer.rows, [{ a: 1 }]);
    }));
}
