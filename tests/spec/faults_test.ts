/** The service while its metadata database is down, gone, busy, foreign or old: over the wire. */
import assert from "node:assert/strict";
import { copyDemo } from "../support/demo_in_postgresql.ts";
import { type McpClient, mcpClient } from "../support/mcp_calls.ts";
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from "../support/postgresql.ts";
import { type Service, startService } from "../support/service.ts";
import { psql } from "../support/workspace.ts";

const missing = postgresqlPrograms === null
  ? " (skipped: PostgreSQL's programs are not installed)"
  : "";
const NOW = Date.UTC(2026, 10, 24);

interface Scene {
  readonly cluster: PostgresqlCluster;
  /** The superuser's URL of the metadata database. */
  readonly url: string;
  start(env?: Readonly<Record<string, string>>): Promise<{ service: Service; client: McpClient }>;
}

/** A cluster with the demo in it; services started on it run as the demo's admin. */
function onCluster(name: string, use: (scene: Scene) => Promise<void>): void {
  Deno.test({
    name: `${name}${missing}`,
    ignore: postgresqlPrograms === null,
    fn: async () => {
      const cluster = await startPostgresql();
      const services: Service[] = [];
      try {
        const url = await copyDemo(cluster, "metadata", NOW);
        await use({
          cluster,
          url,
          async start(env = {}) {
            const service = await startService({
              env: {
                SQLALCHEMY_DATABASE_URI: url.replace("postgresql:", "postgresql+psycopg2:")
                  .replace("postgres@", "postgres:hunter2@"),
                MCP_DEV_USERNAME: "admin",
                MCP_LOG_LEVEL: "info",
                ...env,
              },
              until: "live",
            });
            services.push(service);
            return { service, client: mcpClient(service.url, null) };
          },
        });
        for (const service of services) assert.doesNotMatch(service.printed(), /hunter2/);
      } finally {
        for (const service of services) assert.equal(await service.stop(), 0, service.printed());
        await cluster.stop();
      }
    },
  });
}

/** `answered`, the error's type, or the HTTP status: and never a word of the inside. */
async function outcome(client: McpClient, tool: string): Promise<string> {
  try {
    const { isError, content } = await client.call(tool);
    assert.doesNotMatch(JSON.stringify(content), isError ? INSIDE : /hunter2/);
    return isError ? String(content.error_type) : "answered";
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    assert.doesNotMatch(message, INSIDE);
    return /got (\d{3}): .*(unavailable|can't be reached)/is.exec(message)?.[1] ?? message;
  }
}

const INSIDE = /hunter2|select |from slices|ECONN|5[37]P0|at .*\.ts:|postgres@/i;

async function health(
  { url }: Service,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}/health`);
  return { status: response.status, body: await response.json() };
}

async function waitFor(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

onCluster(
  "a database that is down at start: says so, and serves when it comes",
  async ({ cluster, start }) => {
    await cluster.halt();
    const { service, client } = await start();
    const { status, body } = await health(service);
    assert.equal(status, 503);
    assert.deepEqual(body.down, ["metadata database"]);
    const ready = await fetch(`${service.url}/health/ready`);
    assert.equal(ready.status, 503);
    await ready.body?.cancel();
    assert.match(await outcome(client, "list_charts"), /^(unavailable|503)$/);
    await cluster.resume();
    await waitFor("an answer", async () => await outcome(client, "list_charts") === "answered");
    await waitFor("health", async () => (await health(service)).status === 200);
  },
);

onCluster(
  "a database that goes away is unavailable, and served again when it is back",
  async ({ cluster, start }) => {
    const { service, client } = await start();
    await waitFor("an answer", async () => await outcome(client, "list_charts") === "answered");
    await cluster.halt();
    for (let time = 0; time < 5; time++) {
      assert.match(await outcome(client, "list_dashboards"), /^(unavailable|503)$/);
    }
    await waitFor("its being down", async () => (await health(service)).status === 503);
    await cluster.resume();
    await waitFor("an answer", async () => await outcome(client, "list_dashboards") === "answered");
    await waitFor("health", async () => (await health(service)).status === 200);
    const burst = await Promise.all(
      Array.from({ length: 20 }, () => outcome(client, "list_charts")),
    );
    assert.deepEqual(burst, Array(20).fill("answered"));
  },
);

onCluster(
  "connections that the server ends are made anew, and no call fails",
  async ({ url, start }) => {
    const { client } = await start();
    await waitFor("an answer", async () => await outcome(client, "list_charts") === "answered");
    for (let round = 0; round < 3; round++) {
      await psql(
        url,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'superset-mcp'",
      );
      const calls = Array.from({ length: 8 }, () => outcome(client, "get_instance_info"));
      assert.deepEqual(await Promise.all(calls), Array(8).fill("answered"));
    }
  },
);

onCluster(
  "where every connection is busy, calls are unavailable in time, and go on after",
  async ({ url, start }) => {
    const { client } = await start({
      SQLALCHEMY_POOL_SIZE: "1",
      SQLALCHEMY_MAX_OVERFLOW: "0",
      SQLALCHEMY_POOL_TIMEOUT: "1",
      MCP_CACHE_ENABLED: "false",
    });
    await waitFor("an answer", async () => await outcome(client, "list_charts") === "answered");
    const locked = psql(url, "begin; lock table slices; select pg_sleep(3.5); commit");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const first = outcome(client, "list_charts");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    const others = await Promise.all([
      outcome(client, "list_charts"),
      outcome(client, "list_tags"),
    ]);
    const waited = performance.now() - began;
    for (const other of others) assert.match(other, /^(unavailable|503)$/);
    assert.ok(waited < 2500, `${waited} ms`);
    const health = await outcome(client, "get_schema");
    assert.match(health, /^(invalid_argument|unavailable|503)$/);
    assert.equal(await first, "answered");
    await locked;
    assert.equal(await outcome(client, "list_tags"), "answered");
  },
);

/** What is done to the database before the service starts, and what the refusal must name. */
const UNUSABLE: readonly (readonly [string, string, RegExp])[] = [
  [
    "is too old",
    "alter table slices drop column catalog_perm",
    /too old: it lacks slices\.catalog_perm\..*4\.1/s,
  ],
  [
    "is no Superset's",
    "drop table slices; drop table ab_user",
    /no Superset metadata: it lacks ab_user, slices/s,
  ],
];

for (const [name, change, words] of UNUSABLE) {
  onCluster(
    `a database that ${name} is named so, until it is put right`,
    async ({ url, start }) => {
      await psql(url, change);
      const { service, client } = await start();
      assert.equal((await health(service)).status, 503);
      const told = await client.call("list_charts").then(
        ({ content }) => JSON.stringify(content),
        (error: Error) => error.message,
      );
      assert.match(told, words);
      assert.doesNotMatch(told, INSIDE);
    },
  );
}

onCluster(
  "a statement that the server refuses is a fault that tells nothing of its text",
  async ({ url, start }) => {
    const { service, client } = await start();
    await waitFor("an answer", async () => await outcome(client, "list_charts") === "answered");
    await psql(url, "alter table slices rename column description to secret_column");
    const { isError, content } = await client.call("list_charts", { search: "hunter" });
    assert.equal(isError, true);
    assert.equal(content.error_type, "internal");
    assert.doesNotMatch(JSON.stringify(content), /column|select|slices|description/i);
    // The operator is told what it was: undefined_column.
    await waitFor("the log", () => Promise.resolve(service.printed().includes('"42703"')));
    assert.doesNotMatch(service.printed(), /hunter/);
    assert.equal(await outcome(client, "list_dashboards"), "answered");
  },
);
