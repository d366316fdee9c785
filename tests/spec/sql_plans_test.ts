/** explain_sql and get_table on servers; and a service that may not write its metadata file. */
import assert from "node:assert/strict";
import { hasMariadb } from "../support/mariadb.ts";
import { mcpClient } from "../support/mcp_calls.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";
import { startService } from "../support/service.ts";
import { slowMariadb, slowPostgresql } from "../support/slow_servers.ts";
import { slowWorkspace } from "../support/slow_workspace.ts";

const SERVERS = [
  ["PostgreSQL", postgresqlPrograms !== null, slowPostgresql, /Seq Scan on quick/],
  ["MariaDB", hasMariadb, slowMariadb, /"table":"quick"/],
] as const;

for (const [name, isThere, start, plan] of SERVERS) {
  Deno.test({
    name: `plans and tables of ${name}${isThere ? "" : " (skipped: it is not installed)"}`,
    ignore: !isThere,
    fn: async () => {
      const server = await start();
      const folder = await Deno.makeTempDir({ prefix: "plans-" });
      try {
        const service = await startService({
          env: {
            SQLALCHEMY_DATABASE_URI: slowWorkspace(folder, server).uri,
            MCP_DEV_USERNAME: "admin",
          },
        });
        try {
          const client = mcpClient(service.url, null);
          const at = { database_id: 1 };
          const explained = await client.call("explain_sql", {
            ...{ ...at, sql: "SELECT count(*) FROM quick WHERE shop_name = 'x'" },
          });
          assert.equal(explained.isError, false, JSON.stringify(explained.content));
          assert.match(JSON.stringify(explained.content).replaceAll("\\", ""), plan);
          assert.equal(await server.running(), 0);
          const table = await client.call("get_table", { ...at, table: "quick" });
          assert.equal(table.isError, false, JSON.stringify(table.content));
          assert.ok(Number(table.content.bytes) > 0);
          assert.deepEqual(table.content.primary_key, []);
          // `-P=service` lets no file be written.
          const saved = await client.call("save_sql_query", { ...at, label: "a", sql: "SELECT 1" });
          assert.deepEqual([saved.isError, saved.content.error_type], [true, "unavailable"]);
          assert.match(String(saved.content.error), /may not write to the metadata database/);
          const ran = await client.call("execute_sql", { ...at, sql: "SELECT 1 AS one" });
          assert.equal(ran.isError, false, "the history is behind, the answer is not");
        } finally {
          assert.equal(await service.stop(), 0);
        }
        assert.match(service.printed(), /query history is behind/);
        assert.match(service.printed(), /"dropped":1/);
      } finally {
        await server.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
