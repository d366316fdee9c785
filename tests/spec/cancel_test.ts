/**
 * Whoever gives a call up has its statement ended on the server, and the next call is answered:
 * over HTTP, for the tools that query, on each kind of server.
 */
import assert from "node:assert/strict";
import { hasMariadb } from "../support/mariadb.ts";
import { mcpClient } from "../support/mcp_calls.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";
import { MCP_HEADERS, sendInPackets } from "../support/raw_http.ts";
import { startService } from "../support/service.ts";
import {
  slowMariadb,
  type SlowPlace,
  slowPostgresql,
  slowSqlite,
} from "../support/slow_servers.ts";
import { type SlowWorkspace, slowWorkspace } from "../support/slow_workspace.ts";

type Tool = Parameters<SlowWorkspace["call"]>[0];

interface Place {
  readonly name: string;
  /** What it lacks here; null where it can run. */
  readonly missing: string | null;
  start(): Promise<SlowPlace>;
  readonly tools: readonly Tool[];
}

const PLACES: readonly Place[] = [
  {
    name: "PostgreSQL",
    missing: postgresqlPrograms === null ? "PostgreSQL's programs are not installed" : null,
    start: slowPostgresql,
    tools: ["execute_sql", "get_chart_data"],
  },
  {
    name: "MariaDB",
    missing: hasMariadb ? null : "MariaDB's programs are not installed",
    start: slowMariadb,
    tools: ["execute_sql", "get_chart_data"],
  },
  {
    name: "SQLite",
    missing: Deno.build.os === "linux" ? null : "it looks at threads as Linux shows them",
    start: slowSqlite,
    tools: ["execute_sql", "get_chart_data"],
  },
];

const HEADERS = { "MCP-Protocol-Version": "2025-11-25" };

/** The statement of a call that was given up must be gone in about a second; the rest is for a busy machine. */
const ENDED_MS = 3000;

for (const { name, missing, start, tools } of PLACES) {
  Deno.test({
    name: `a call that is given up ends on ${name}${
      missing === null ? "" : ` (skipped: ${missing})`
    }`,
    ignore: missing !== null,
    fn: async (t) => {
      const server = await start();
      const folder = await Deno.makeTempDir();
      try {
        const workspace = slowWorkspace(folder, server);
        const service = await startService({
          env: {
            SQLALCHEMY_DATABASE_URI: workspace.uri,
            MCP_DEV_USERNAME: "admin",
            MCP_LOG_LEVEL: "info",
          },
        });
        try {
          for (const tool of tools) await givenUp(t, tool, { server, service, workspace });
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

Deno.test({
  name: "PostgreSQL ends the statement of a service that is gone without a word" +
    (postgresqlPrograms === null ? " (skipped: PostgreSQL's programs are not installed)" : ""),
  ignore: postgresqlPrograms === null,
  fn: async () => {
    const server = await slowPostgresql();
    const folder = await Deno.makeTempDir();
    try {
      const workspace = slowWorkspace(folder, server);
      const service = await startService({
        env: { SQLALCHEMY_DATABASE_URI: workspace.uri, MCP_DEV_USERNAME: "admin" },
      });
      const { name, arguments: args } = workspace.call("execute_sql", "slow");
      const lost = assert.rejects(mcpClient(service.url, null).call(name, args));
      await until(async () => await server.running() === 1, 15_000);
      Deno.kill(service.pid, "SIGKILL");
      await lost;
      await service.stop();
      await until(async () => await server.connections() === 0, ENDED_MS);
    } finally {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

interface Scene {
  readonly server: SlowPlace;
  readonly service: { readonly url: string; readonly pid: number };
  readonly workspace: SlowWorkspace;
}

let lastId = 0;

async function givenUp(t: Deno.TestContext, tool: Tool, { server, service, workspace }: Scene) {
  const { url, pid } = service;
  const client = mcpClient(url, null);
  const slow = (meta?: object) => ({
    jsonrpc: "2.0",
    id: ++lastId,
    method: "tools/call",
    params: { ...workspace.call(tool, "slow"), ...(meta === undefined ? {} : { _meta: meta }) },
  });
  const runs = () => until(async () => await server.running(pid) === 1, 15_000);
  /** The statement is gone, and the pool is as good as before. */
  const ends = async () => {
    await until(async () => await server.running(pid) === 0, ENDED_MS);
    const { name, arguments: args } = workspace.call(tool, "quick");
    const answer = await client.call(name, args);
    assert.equal(answer.isError, false, JSON.stringify(answer.content));
    await until(async () => (await server.connections() ?? 0) <= 2, ENDED_MS);
  };

  const HANG_UPS = [["plain", undefined, 1], ["plain", undefined, 3], [
    "with progress",
    { progressToken: "p" },
    3,
  ]] as const;
  for (const [kind, meta, packets] of HANG_UPS) {
    await t.step(`${tool}, ${kind}, sent in ${packets}: its client hangs up`, async () => {
      const connection = await sendInPackets(url, HEADERS, slow(meta), packets);
      await runs();
      connection.close();
      await ends();
    });
  }

  await t.step(`${tool}: its client cancels`, async () => {
    const message = slow();
    const post = (body: unknown) =>
      fetch(`${url}/mcp`, {
        method: "POST",
        headers: { ...MCP_HEADERS, ...HEADERS },
        body: JSON.stringify(body),
      });
    const answer = post(message).then((response) => response.text());
    await runs();
    const method = "notifications/cancelled";
    await (await post({ jsonrpc: "2.0", method, params: { requestId: message.id } })).text();
    assert.equal(await answer, "");
    await ends();
  });

  if (tool !== "execute_sql") return;
  await t.step(`${tool}: its time is over`, async () => {
    const { name, arguments: args } = workspace.call(tool, "slow");
    const { isError, content } = await client.call(name, { ...args, timeout: 1 });
    assert.deepEqual([isError, content.error_type], [true, "timeout"]);
    await ends();
  });
}

async function until(holds: () => Promise<boolean>, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come within ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
