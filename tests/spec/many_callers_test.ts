/** Many callers of one database over HTTP: each is answered, and nobody's many hold up another's one. */
import assert from "node:assert/strict";
import { type McpClient, mcpClient } from "../support/mcp_calls.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";
import { startService } from "../support/service.ts";
import { type SlowPlace, slowPostgresql } from "../support/slow_servers.ts";
import { type SlowWorkspace, slowWorkspace } from "../support/slow_workspace.ts";
import { TOKEN_SETTINGS, tokenOf } from "../support/tokens.ts";

const missing = postgresqlPrograms === null
  ? " (skipped: PostgreSQL's programs are not installed)"
  : "";

interface Scene {
  readonly server: SlowPlace;
  readonly workspace: SlowWorkspace;
  as(username: string): Promise<McpClient>;
}

function onPostgresql(name: string, use: (scene: Scene) => Promise<void>): void {
  Deno.test({
    name: `${name}${missing}`,
    ignore: postgresqlPrograms === null,
    fn: async () => {
      const server = await slowPostgresql();
      const folder = await Deno.makeTempDir();
      try {
        const workspace = slowWorkspace(folder, server);
        const service = await startService({
          env: {
            ...TOKEN_SETTINGS,
            SQLALCHEMY_DATABASE_URI: workspace.uri,
            // Each call asks for itself.
            MCP_CACHE_ENABLED: "false",
            MCP_LOG_LEVEL: "error",
          },
        });
        try {
          const as = async (username: string) => mcpClient(service.url, await tokenOf(username));
          await use({ server, workspace, as });
        } finally {
          assert.equal(await service.stop(), 0, service.printed());
        }
      } finally {
        await server.stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** `rows`, or the error's name. */
async function outcome(
  client: McpClient,
  { name, arguments: args }: ReturnType<SlowWorkspace["call"]>,
): Promise<string> {
  const { isError, content } = await client.call(name, args);
  return isError ? String(content.error_type) : "rows";
}

onPostgresql("200 calls at once on five connections all get rows", async (scene) => {
  const { server, workspace, as } = scene;
  const clients = await Promise.all(["admin", "demo"].map(as));
  const quick = workspace.call("get_chart_data", "quick");
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => outcome(clients[at % 2]!, quick)),
  );
  assert.deepEqual([...new Set(answers)], ["rows"]);
  await until(async () => (await server.connections())! <= 6);
});

onPostgresql(
  "one person's slow queries leave a connection to others, and a named answer to themselves",
  async (scene) => {
    const { server, workspace, as } = scene;
    const [greedy, other] = [await as("admin"), await as("demo")];
    const { name, arguments: args } = workspace.call("execute_sql", "slow");
    const over = new AbortController();
    const told: string[] = [];
    const asked = Array.from({ length: 130 }, async () => {
      const { content } = await greedy.call(name, args, over.signal);
      told.push(`${content.error_type}: ${content.error}`);
    });
    const settled = Promise.allSettled(asked);
    await until(async () => await server.running() === 4);
    assert.equal(await outcome(other, workspace.call("get_chart_data", "quick")), "rows");
    const { isError, content } = await greedy.call("list_charts");
    assert.equal(isError, false, JSON.stringify(content));
    // Four run and a hundred wait.
    const refusal = "rate_limited: Too many of your queries wait for the database 'Lindgrove'.";
    await until(() => Promise.resolve(told.length === 26));
    assert.deepEqual([...new Set(told)], [refusal]);
    assert.equal(await server.running(), 4);
    over.abort();
    await settled;
    await until(async () => await server.running() === 0);
    assert.equal(await outcome(greedy, workspace.call("get_chart_data", "quick")), "rows");
  },
);

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error("It did not come within 15 s.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
