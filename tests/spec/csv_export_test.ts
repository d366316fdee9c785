/** Rows of SQL as a file: the link, who may use it, and what comes by it. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { mcpClient } from "../support/mcp_calls.ts";
import { postgresqlPrograms, startPostgresql } from "../support/postgresql.ts";
import { withDemoHandlers } from "../support/demo_handlers.ts";
import { startService } from "../support/service.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";
import {
  psql,
  restoreWorkspace,
  unlessMissing,
  WORKSPACE_FEATURE_FLAGS,
  WORKSPACE_SECRET_KEY,
} from "../support/workspace.ts";

interface Exporting {
  readonly url: string;
  readonly pid: number;
  /** What execute_sql answers. */
  ask(sql: string, more?: Record<string, unknown>, username?: string): Promise<Answer>;
  get(url: string, username: string | null, init?: RequestInit): Promise<Response>;
}

interface Answer {
  readonly csv_url?: string;
  readonly error_type?: string;
  readonly error?: string;
  readonly row_limit?: number;
  readonly expires_in_seconds?: number;
  readonly rows?: readonly unknown[];
}

async function exporting(
  env: Readonly<Record<string, string>>,
  use: (service: Exporting) => Promise<void>,
): Promise<void> {
  const service = await startService({ env: { ...TOKEN_SETTINGS, ...env } });
  const { url, pid } = service;
  try {
    await use({
      url,
      pid,
      async ask(sql, more = {}, username = "admin") {
        const client = mcpClient(url, await tokenOf(username));
        const args = { database_id: 1, sql, format: "csv_link", ...more };
        return (await client.call("execute_sql", args)).content as Answer;
      },
      async get(link, username, init = {}) {
        const headers = username === null
          ? undefined
          : { authorization: `Bearer ${await tokenOf(username)}` };
        return await fetch(link, { ...init, headers });
      },
    });
  } finally {
    await service.stop();
  }
}

Deno.test("a link to rows gives the file to the one it is for, and to nobody else", async (t) => {
  await exporting({}, async ({ url, ask, get }) => {
    const answer = await ask("select region, count(*) as n from orders group by 1 order by 1");
    const link = answer.csv_url!;

    await t.step("the answer says how long it is good and how many rows it gives at most", () => {
      assert.ok(link.startsWith(`${url}/export/csv?link=`));
      assert.deepEqual([answer.expires_in_seconds, answer.row_limit], [300, 100_000]);
      assert.deepEqual(answer.rows, []);
    });

    await t.step("the file has a line for each row, and is kept nowhere", async () => {
      const response = await get(link, "admin");
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type")!, /^text\/csv; charset=utf-8/);
      assert.match(
        response.headers.get("content-disposition")!,
        /^attachment; filename="sql_1_\d{14}\.csv"$/,
      );
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.equal(response.headers.get("x-row-limit"), "100000");
      const [head, ...lines] = (await response.text()).split("\r\n");
      assert.equal(head, "region,n");
      assert.ok(lines.length > 2);
      for (const line of lines.slice(0, -1)) assert.match(line, /^[^,]+,\d+$/);
    });

    await t.step("a query without rows is a file of names", async () => {
      const empty = await ask("select region from orders where 1 = 0");
      assert.equal(await (await get(empty.csv_url!, "admin")).text(), "region\r\n");
    });

    await t.step("without a token it is 401, as every call", async () => {
      const response = await get(link, null);
      assert.equal(response.status, 401);
      assert.ok(response.headers.get("www-authenticate"));
      await response.body?.cancel();
    });

    await t.step("another's, changed or missing, it is no link", async () => {
      for (
        const [to, who] of [
          [link, "demo"],
          [link.replace(/.(?=.{20}$)/, (letter) => letter === "A" ? "B" : "A"), "admin"],
          [`${url}/export/csv`, "admin"],
        ] as const
      ) {
        const response = await get(to, who);
        assert.equal(response.status, 404);
        assert.equal((await response.json()).error_type, "not_found");
      }
    });

    await t.step("it is only read", async () => {
      for (const method of ["POST", "HEAD", "DELETE"]) {
        const response = await get(link, "admin", { method });
        assert.equal(response.status, 405, method);
        await response.body?.cancel();
      }
    });

    await t.step("what fails says why, with a status", async () => {
      const answer = await ask("select no_such_column from orders");
      const response = await get(answer.csv_url!, "admin");
      assert.equal(response.status, 400);
      assert.equal((await response.json()).error_type, "invalid_sql");
    });

    await t.step("what may not be asked has no link", async () => {
      const refusals: readonly (readonly [string, string])[] = [
        ["select 1; select 2", "invalid_argument"],
        ["select * from sqlite_master", "forbidden_sql"],
        ["select from where", "invalid_sql"],
      ];
      for (const [sql, type] of refusals) {
        const { csv_url, error_type } = await ask(sql);
        assert.deepEqual([csv_url, error_type], [undefined, type], sql);
      }
    });

    await t.step("limit lowers the rows", async () => {
      const { csv_url, row_limit } = await ask("select region from orders", { limit: 3 });
      assert.equal(row_limit, 3);
      assert.equal((await (await get(csv_url!, "admin")).text()).split("\r\n").length, 5);
    });
  });
});

Deno.test("a link needs the right to SQL and the right to files, when it is made and when it is used", async () => {
  await withDemoHandlers(async ({ handlers, bench, context }) => {
    const base = () => new URL("http://service.test");
    const args = { database_id: 1, sql: "select region from orders", format: "csv_link" };
    const whole = await bench.caller("admin");
    const without = (permission: string) => ({
      ...whole,
      permissions: new Set([...whole.permissions].filter((name) => name !== permission)),
    });
    const ask = async (caller: typeof whole) =>
      (await handlers.callTool("execute_sql", args, await context(caller, { base })))
        .structuredContent as Answer;
    const link = new URL((await ask(whole)).csv_url!).searchParams.get("link")!;
    for (const permission of ["can_export_csv SQLLab", "can_execute_sql_query SQLLab"]) {
      const caller = without(permission);
      assert.equal((await ask(caller)).error_type, "permission_denied", permission);
      const asked = handlers.exportCsv!(link, await context(caller, { base }));
      await assert.rejects(asked, { type: "permission_denied" });
    }
    const { body } = await handlers.exportCsv!(link, await context(whole, { base }));
    assert.match(await new Response(body).text(), /^region\r\n\w/);
  });
});

Deno.test("over a pipe there is no link", async () => {
  await withDemoHandlers(async ({ fails }) => {
    const args = { database_id: 1, sql: "select region from orders", format: "csv_link" };
    const { error_type, details } = await fails("admin", "execute_sql", args);
    assert.deepEqual([error_type, details?.argument], ["invalid_argument", "format"]);
  });
});

const workspace = unlessMissing("a million rows go into a file, in little memory");

Deno.test({
  name: postgresqlPrograms === null
    ? `${workspace.name} (its server is not installed)`
    : workspace.name,
  ignore: workspace.ignore || postgresqlPrograms === null,
  async fn(t) {
    const server = await startPostgresql();
    const admin = postgres(server.url("postgres"), { max: 1 });
    try {
      const metadata = await restoreWorkspace(server, "exporting", { analytics: true });
      const analytics = `${metadata}_analytics`;
      const catalog = new URL(analytics).pathname.slice(1);
      await psql(metadata, `UPDATE tables SET catalog = '${catalog}' WHERE catalog = 'analytics'`);
      const env = {
        SQLALCHEMY_DATABASE_URI: metadata,
        SUPERSET_SECRET_KEY: WORKSPACE_SECRET_KEY,
        SUPERSET_FEATURE_FLAGS: JSON.stringify(WORKSPACE_FEATURE_FLAGS),
        SQL_MAX_ROW: "1000000",
        SQLLAB_TIMEOUT: "2",
      };
      await exporting(env, async ({ pid, ask, get }) => {
        const running = (sql: postgres.Sql) =>
          sql<[{ count: number }]>`SELECT count(*)::int FROM pg_stat_activity
            WHERE state = 'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()`;
        const million = "select n, repeat('x', 90) as text from generate_series(1, 1000000) as n";

        await t.step("every row, while memory hardly grows", async () => {
          await (await get((await ask("select 1 as one")).csv_url!, "admin")).text();
          const before = await residentBytes(pid);
          const response = await get((await ask(million)).csv_url!, "admin");
          let lines = 0, bytes = 0, most = 0;
          for await (const chunk of response.body!) {
            for (const byte of chunk) if (byte === 10) lines++;
            bytes += chunk.length;
            if (lines % 50 === 0) most = Math.max(most, await residentBytes(pid));
          }
          assert.equal(lines, 1_000_001);
          assert.ok(bytes > 95_000_000);
          // The file alone is 98 MB; kept as rows it would be many times that.
          assert.ok(most - before < 80 * 2 ** 20, `${(most - before) / 2 ** 20} MB more`);
        });

        await t.step("who hangs up in the middle ends the statement", async () => {
          const hangUp = new AbortController();
          const link = (await ask(million)).csv_url!;
          const response = await get(link, "admin", { signal: hangUp.signal });
          await response.body!.getReader().read();
          const [{ count }] = await running(admin);
          assert.equal(count, 1);
          hangUp.abort();
          for (let tries = 0; (await running(admin))[0].count > 0; tries++) {
            assert.ok(tries < 50, "it still runs");
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        });

        await t.step("rows that do not begin in the time of a query end it", async () => {
          const slow =
            "select count(*) from generate_series(1, 9000) a, generate_series(1, 99999) b";
          const response = await get((await ask(slow)).csv_url!, "admin");
          assert.equal(response.status, 504);
          assert.match((await response.json()).error, /did not come within 2 s/);
        });

        await t.step("rules narrow the file as they narrow an answer", async () => {
          const sql = "select name, gender from birth_names";
          const counts = await Promise.all(["admin", "bo_both"].map(async (user) => {
            const { csv_url } = await ask(sql, {}, user);
            return (await (await get(csv_url!, user)).text()).split("\r\n").length - 2;
          }));
          assert.ok(counts[1]! > 0 && counts[1]! < counts[0]!, counts.join(", "));
        });
      });
    } finally {
      await admin.end();
      await server.stop();
    }
  },
});

async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`] }).output();
  return Number(/^VmRSS:\s+(\d+)/m.exec(new TextDecoder().decode(stdout))?.[1]) * 1024;
}
