/** What a call of execute_sql leaves in SQL Lab's history, where rules bind the caller and where not. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeCursor } from "../../../src/query/answer/cursor.ts";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { writableDemo } from "../../support/workbench.ts";

/** The demo with a regional manager who may use SQL Lab. */
function demoWithSql() {
  const opened = writableDemo();
  return opened.writer.transaction(async (run) => {
    await run({
      sql: `insert into ab_user_role (user_id, role_id)
            select u.id, r.id from ab_user u, ab_role r
             where u.username = 'stefan' and r.name = 'sql_lab'`,
      ...{ parameters: [], prepared: false },
    });
  }).then(() => opened);
}

interface Written {
  readonly username: string;
  readonly status: string;
  readonly sql: string;
  readonly executed_sql: string | null;
  readonly limiting_factor: string;
  readonly rows: number | null;
}

type Opened = Awaited<ReturnType<typeof demoWithSql>>;

async function history({ database }: Opened): Promise<readonly Written[]> {
  const sql = `select u.username, q.status, q.sql, q.executed_sql, q.limiting_factor, q.rows
    from "query" q join ab_user u on u.id = q.user_id
    where q.tab_name = 'MCP' order by q.id`;
  return await database.read({ sql, parameters: [], prepared: false }) as unknown as Written[];
}

/** The rows that stand after what `use` did. */
async function left(
  use: Parameters<typeof withDemoHandlers>[0],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Written[]> {
  const opened = await demoWithSql();
  let rows: readonly Written[] = [];
  await withDemoHandlers(async (demo) => {
    await use(demo);
    await demo.written();
    rows = await history(opened);
  }, { ...opened, env });
  return rows;
}

const ORDERS = { database_id: 1, sql: "SELECT * FROM orders", limit: 3 };

Deno.test("the history holds what was typed and its limit, and no text of the rules that bound", async () => {
  const [row] = await left(async ({ call }) => {
    const answer = await call("stefan", "execute_sql", ORDERS);
    assert.ok(answer.statements[0].row_level_rules.length > 0, "a rule binds");
  });
  assert.equal(row!.username, "stefan");
  assert.equal(row!.sql, ORDERS.sql);
  assert.match(row!.executed_sql!, /LIMIT 3/i);
  assert.doesNotMatch(row!.executed_sql!, /where|region|south/i);
  assert.deepEqual([row!.rows, row!.limiting_factor], [3, "DROPDOWN"]);
});

Deno.test("a dry run and a further page leave no row", async () => {
  const written = await left(async ({ call }) => {
    const many = { database_id: 1, sql: "SELECT * FROM orders", limit: 2000 };
    await call("admin", "execute_sql", { ...many, dry_run: true });
    const { next_cursor } = await call("admin", "execute_sql", many);
    assert.ok(next_cursor);
    await call("admin", "execute_sql", { ...many, cursor: next_cursor });
  }, { MCP_RESPONSE_TOKEN_LIMIT: "20000" });
  assert.equal(written.length, 1);
});

Deno.test("what ran leaves a row, whatever cursor came with it", async () => {
  const empty = createHash("sha256").digest("base64url").slice(0, 16);
  const sql = "SELECT count(*) FROM orders";
  const written = await left(async ({ call, fails, context }) => {
    const { caller } = await context("admin");
    const question = [caller.user.id, 5, sql];
    const made = writeCursor({ row: 0, given: empty }, question);
    const asked = { database_id: 1, sql, limit: 5 };
    assert.equal((await call("admin", "execute_sql", { ...asked, cursor: made })).row_count, 1);
    await fails("admin", "execute_sql", { ...asked, limit: 6, cursor: "none" });
  });
  assert.deepEqual(written.map(({ sql, status }) => [sql, status]), [
    ...[[sql, "success"], [sql, "failed"]],
  ]);
});

Deno.test("a database that the caller may not use in SQL Lab leaves no row", async () => {
  const written = await left(async ({ fails }) => {
    await fails("stefan", "execute_sql", { ...ORDERS, database_id: 77 });
  });
  assert.deepEqual(written, []);
});

for (
  const [env, count] of [
    [{ MCP_QUERY_HISTORY: "false" }, 0],
    [{ MCP_READ_ONLY: "true" }, 0],
    [{ MCP_READ_ONLY: "true", MCP_QUERY_HISTORY: "true" }, 1],
  ] as const
) {
  Deno.test(`under ${JSON.stringify(env)} a query leaves ${count} rows`, async () => {
    const written = await left(async ({ call }) => {
      await call("admin", "execute_sql", ORDERS);
    }, env);
    assert.equal(written.length, count);
  });
}

Deno.test("save_sql_query is neither offered nor answered under MCP_READ_ONLY", () =>
  withDemoHandlers(async ({ handlers, context }) => {
    const asked = await context("admin");
    const { tools } = await handlers.listTools(undefined, asked);
    const names = tools.map(({ name }) => name);
    assert.deepEqual([names.includes("save_sql_query"), names.includes("cancel_query")], [
      ...[false, true],
    ]);
    const args = { database_id: 1, label: "a", sql: "SELECT 1" };
    await assert.rejects(async () => await handlers.callTool("save_sql_query", args, asked), {
      message: /Unknown tool/,
    });
  }, { env: { MCP_READ_ONLY: "true" } }));

Deno.test("who may not write saved queries may not save one", () =>
  withDemoHandlers(async ({ fails }) => {
    const fault = await fails("vera", "save_sql_query", {
      ...{ database_id: 1, label: "a", sql: "SELECT 1" },
    });
    assert.equal(fault.error_type, "permission_denied");
  }));
