/** The service while its metadata database in MariaDB is down, gone or cuts connections: over the wire. */
import assert from "node:assert/strict";
import { copyDemoToMariadb } from "../support/demo_in_mariadb.ts";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";
import { type McpClient, mcpClient } from "../support/mcp_calls.ts";
import { startService } from "../support/service.ts";

const missing = hasMariadb ? "" : " (skipped: MariaDB's programs are not installed)";
const NOW = Date.UTC(2026, 10, 24);

/** `answered`, the error's type, or the HTTP status. */
async function outcome(client: McpClient, tool: string): Promise<string> {
  try {
    const { isError, content } = await client.call(tool);
    assert.doesNotMatch(JSON.stringify(content), /tester:|select |ECONN|ER_[A-Z]/);
    return isError ? String(content.error_type) : "answered";
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return /got (\d{3}): .*(unavailable|can't be reached)/is.exec(message)?.[1] ?? message;
  }
}

async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Deno.test({
  name: `a MariaDB that restarts and cuts connections${missing}`,
  ignore: !hasMariadb,
  fn: async (t) => {
    const server = await startMariadb();
    try {
      const url = await copyDemoToMariadb(server, "superset", NOW);
      await server.halt();
      const service = await startService({
        env: {
          SQLALCHEMY_DATABASE_URI: url.replace("mysql:", "mysql+mysqldb:"),
          MCP_DEV_USERNAME: "admin",
          MCP_CACHE_ENABLED: "false",
          MCP_LOG_LEVEL: "info",
        },
        until: "live",
      });
      const client = mcpClient(service.url, null);
      const answers = async () => await outcome(client, "list_charts") === "answered";
      const healthy = async () => {
        const response = await fetch(`${service.url}/health`);
        await response.body?.cancel();
        return response.status === 200;
      };
      const cut = async () => {
        const ids = await server.execute(
          "select id from information_schema.processlist where user = 'tester'",
        );
        for (const id of ids.split("\n").filter((line) => line !== "")) {
          await server.execute(`kill ${id}`).catch(() => "it was gone already");
        }
      };
      try {
        await t.step("down at start, it is unavailable, and served when it comes", async () => {
          assert.equal(await healthy(), false);
          assert.match(await outcome(client, "list_charts"), /^(unavailable|503)$/);
          await server.resume();
          await waitFor("an answer", answers);
          await waitFor("health", healthy);
        });
        await t.step("gone, it is unavailable, and served again when it is back", async () => {
          await server.halt();
          assert.match(await outcome(client, "list_dashboards"), /^(unavailable|503)$/);
          await server.resume();
          await waitFor("an answer", answers);
          const burst = Array.from({ length: 20 }, () => outcome(client, "list_charts"));
          assert.deepEqual(await Promise.all(burst), Array(20).fill("answered"));
        });
        await t.step("connections that it ends are made anew, and no call fails", async () => {
          for (let round = 0; round < 3; round++) {
            await cut();
            const calls = Array.from({ length: 8 }, () => outcome(client, "get_instance_info"));
            assert.deepEqual(await Promise.all(calls), Array(8).fill("answered"));
          }
        });
      } finally {
        assert.equal(await service.stop(), 0, service.printed());
      }
      assert.doesNotMatch(service.printed(), /tester:tester/);
    } finally {
      await server.stop();
    }
  },
});
