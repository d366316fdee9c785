/** Every list and every single get, as each user of the recorded workspace, is what Superset gave. */
import assert from "node:assert/strict";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";
import { copyToMariadb } from "../support/mariadb_copy.ts";
import { listAll, type McpClient, mcpClient } from "../support/mcp_calls.ts";
import { type PostgresqlCluster, startPostgresql } from "../support/postgresql.ts";
import { startService } from "../support/service.ts";
import { copyToSqlite } from "../support/sqlite_copy.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";
import {
  type GoldenList,
  type GoldenUser,
  readGoldenUsers,
  restoreWorkspace,
  unlessMissing,
  WORKSPACE_FEATURE_FLAGS,
  WORKSPACE_SECRET_KEY,
} from "../support/workspace.ts";

/** Superset's name of a kind, the list tool, the key of its objects, and the tool of a single get. */
const KINDS = [
  ["chart", "list_charts", "charts", "get_chart_info"],
  ["dashboard", "list_dashboards", "dashboards", "get_dashboard_info"],
  ["dataset", "list_datasets", "datasets", "get_dataset_info"],
  ["database", "list_databases", "databases", "get_database_info"],
  ["tag", "list_tags", "tags", null],
  ["saved_query", "list_saved_queries", "saved_queries", null],
  ["report", "list_reports", "reports", null],
  ["annotation_layer", "list_annotation_layers", "annotation_layers", null],
  ["rowlevelsecurity", "list_rls_filters", "rls_filters", null],
] as const;

const NOWHERE = 987_654;

/** Gives the workspace's metadata in one engine by its URI. */
type Serve = (cluster: PostgresqlCluster, use: (uri: string) => Promise<void>) => Promise<void>;

const ENGINES: Readonly<Record<"PostgreSQL" | "SQLite" | "MariaDB", Serve>> = {
  async PostgreSQL(cluster, use) {
    const url = await restoreWorkspace(cluster, "superset");
    await use(url.replace("postgresql:", "postgresql+psycopg2:"));
  },
  async SQLite(cluster, use) {
    const folder = await Deno.makeTempDir();
    try {
      await copyToSqlite(await restoreWorkspace(cluster, "superset"), `${folder}/superset.db`);
      await use(`sqlite:///${folder}/superset.db`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
  async MariaDB(cluster, use) {
    const source = await restoreWorkspace(cluster, "superset");
    const server = await startMariadb();
    try {
      const url = server.url("superset");
      await copyToMariadb(source, url);
      await use(url.replace("mysql:", "mysql+pymysql:"));
    } finally {
      await server.stop();
    }
  },
};

for (const [engine, serve] of Object.entries(ENGINES)) {
  const { name, ignore } = unlessMissing(`each user sees what Superset showed them, on ${engine}`);
  const withoutServer = engine === "MariaDB" && !hasMariadb;
  Deno.test({
    name: withoutServer && !ignore
      ? `${name} (skipped: MariaDB's programs are not installed)`
      : name,
    ignore: ignore || withoutServer,
    fn: async (t) => {
      const users = await readGoldenUsers();
      const cluster = await startPostgresql();
      const ask = async (uri: string) => {
        const service = await startService({
          env: {
            ...TOKEN_SETTINGS,
            SQLALCHEMY_DATABASE_URI: uri,
            SUPERSET_SECRET_KEY: WORKSPACE_SECRET_KEY,
            SUPERSET_FEATURE_FLAGS: JSON.stringify(WORKSPACE_FEATURE_FLAGS),
            MCP_LOG_LEVEL: "warn",
          },
        });
        try {
          for (const [username, golden] of Object.entries(users)) {
            const client = mcpClient(service.url, await tokenOf(username));
            if (golden.login !== 200) {
              await t.step(`${username} is not let in`, async () => {
                assert.equal(await client.status(), 401);
              });
              continue;
            }
            const tools = new Set((await client.listTools()).map((tool) => tool.name));
            for (const [kind, list, key, get] of KINDS) {
              await t.step(
                `${username} lists ${kind}s`,
                () => assertList(client, tools, list, key, golden[kind] as GoldenList),
              );
              if (get !== null) {
                await t.step(
                  `${username} gets each ${kind}`,
                  () => assertGets(client, tools, get, golden, kind),
                );
              }
            }
          }
        } finally {
          assert.equal(await service.stop(), 0, service.printed());
        }
      };
      try {
        await serve(cluster, ask);
      } finally {
        await cluster.stop();
      }
    },
  });
}

async function assertList(
  client: McpClient,
  tools: ReadonlySet<string>,
  tool: string,
  key: string,
  golden: GoldenList,
): Promise<void> {
  assert.equal(tools.has(tool), golden.status === 200, `${tool} in tools/list`);
  if (golden.status !== 200) return await assertDenied(client, tool, {});
  const { totalCount, ids } = await listAll(client, tool, key);
  assert.equal(totalCount, golden.count);
  assert.equal(ids.length, totalCount);
  const seen = new Set(ids);
  assert.equal(seen.size, ids.length, "an id comes twice");
  assert.deepEqual(golden.ids!.filter((id) => !seen.has(id)), [], "missing ids");
  // Superset's answer ends after a hundred.
  if (golden.count! <= 100) assert.equal(golden.ids!.length, golden.count);
}

async function assertGets(
  client: McpClient,
  tools: ReadonlySet<string>,
  tool: string,
  golden: GoldenUser,
  kind: string,
): Promise<void> {
  const absent = tools.has(tool) ? await client.call(tool, { identifier: NOWHERE }) : null;
  const wrong: string[] = [];
  for (const [id, status] of Object.entries(golden.get![kind]!)) {
    if (status === 403) {
      assert.ok(!tools.has(tool), `${tool} in tools/list`);
      await assertDenied(client, tool, { identifier: Number(id) });
      continue;
    }
    const { isError, content } = await client.call(tool, { identifier: Number(id) });
    const got = isError ? content.error_type : content.id;
    const expected = status === 200 ? Number(id) : "not_found";
    if (got !== expected) wrong.push(`${id}: ${got}, Superset ${status}`);
    // What may not be seen is told in the words for what does not exist.
    if (got === "not_found") {
      const words = JSON.stringify(absent!.content).replaceAll(String(NOWHERE), id);
      assert.equal(JSON.stringify(content), words);
    }
  }
  assert.deepEqual(wrong, []);
}

async function assertDenied(
  client: McpClient,
  tool: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { isError, content } = await client.call(tool, args);
  assert.ok(isError, `${tool} answered`);
  assert.equal(content.error_type, "permission_denied");
}
