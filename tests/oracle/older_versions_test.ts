/** Metadata databases of the Superset versions before, with and without their group tables. */
import assert from "node:assert/strict";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";
import { copyToMariadb } from "../support/mariadb_copy.ts";
import { listAll, mcpClient } from "../support/mcp_calls.ts";
import { startPostgresql } from "../support/postgresql.ts";
import { startService } from "../support/service.ts";
import { copyToSqlite } from "../support/sqlite_copy.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";
import {
  psql,
  restoreWorkspace,
  unlessMissing,
  WORKSPACE_SECRET_KEY,
} from "../support/workspace.ts";

const GROUP_TABLES = ["ab_group_role", "ab_user_group", "ab_group"];

for (const version of ["5.0.0", "4.1.4"] as const) {
  Deno.test({
    ...unlessMissing(`serves the metadata of Superset ${version}`),
    fn: async (t) => {
      const cluster = await startPostgresql();
      const folder = await Deno.makeTempDir();
      const mariadb = hasMariadb ? await startMariadb() : null;
      try {
        const source = await restoreWorkspace(cluster, "superset", {
          metadata: `older/${version}.sql.xz`,
        });
        const assertCopies = async (how: string, name: string) => {
          const path = `${folder}/${name}.db`;
          await copyToSqlite(source, path);
          await t.step(`on PostgreSQL, ${how}`, () => assertServes(source));
          await t.step(`on SQLite, ${how}`, () => assertServes(`sqlite:///${path}`));
          await t.step({
            name: `on MariaDB, ${how}${
              mariadb ? "" : " (skipped: MariaDB's programs are not installed)"
            }`,
            ignore: mariadb === null,
            fn: async () => {
              await copyToMariadb(source, mariadb!.url(name));
              await assertServes(mariadb!.url(name));
            },
          });
        };
        await assertCopies("as it was installed", "as_installed");
        for (const table of GROUP_TABLES) await psql(source, `DROP TABLE ${table} CASCADE`);
        await assertCopies("without group tables", "without_groups");
      } finally {
        await mariadb?.stop();
        await cluster.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** The dumps hold two datasets, three charts and a dashboard; `nina` may read one dataset. */
async function assertServes(uri: string): Promise<void> {
  const service = await startService({
    env: {
      ...TOKEN_SETTINGS,
      SQLALCHEMY_DATABASE_URI: uri,
      SUPERSET_SECRET_KEY: WORKSPACE_SECRET_KEY,
      MCP_LOG_LEVEL: "warn",
    },
  });
  try {
    const admin = mcpClient(service.url, await tokenOf("admin"));
    const nina = mcpClient(service.url, await tokenOf("nina"));
    const count = async (client: typeof admin, tool: string, key: string) =>
      (await listAll(client, tool, key)).totalCount;
    assert.equal(await count(admin, "list_datasets", "datasets"), 2);
    assert.equal(await count(admin, "list_charts", "charts"), 3);
    assert.equal(await count(admin, "list_dashboards", "dashboards"), 1);
    assert.equal(await count(admin, "list_databases", "databases"), 1);
    assert.equal(await count(nina, "list_datasets", "datasets"), 1);
    // Copies have no counter of ids, and no process here may write a file.
    if (uri.startsWith("postgresql")) await assertSaves(admin);
    const all = await listAll(admin, "list_datasets", "datasets");
    const own = await listAll(nina, "list_datasets", "datasets");
    for (const id of all.ids) {
      const { content } = await nina.call("get_dataset_info", { identifier: id });
      assert.equal(content.id ?? content.error_type, own.ids.includes(id) ? id : "not_found");
    }
  } finally {
    assert.equal(await service.stop(), 0, service.printed());
  }
}

async function assertSaves(client: ReturnType<typeof mcpClient>): Promise<void> {
  const sql = "SELECT 1 AS one";
  const saved = await client.call("save_sql_query", { database_id: 1, label: "One", sql });
  assert.equal(saved.isError, false, JSON.stringify(saved.content));
  const identifier = saved.content.id;
  const read = await client.call("get_saved_query_info", { identifier });
  assert.deepEqual([read.isError, read.content.sql], [false, sql]);
}
