/** A client that hangs up is noticed, however its request came: over real sockets, no database. */
import assert from "node:assert/strict";
import type { RequestContext } from "../../src/mcp/handlers.ts";
import { anEndpoint, smallHandlers, type Waiting } from "../support/mcp_endpoint.ts";
import { makeHttp } from "../support/http_service.ts";
import { NEWER_VERSION } from "../support/mcp_wire.ts";
import { MCP_HEADERS, sendInPackets } from "../support/raw_http.ts";

const OLDER = { "MCP-Protocol-Version": "2025-11-25" };
const NEWER = {
  "MCP-Protocol-Version": NEWER_VERSION,
  "Mcp-Method": "tools/call",
  "Mcp-Name": "wait",
};
const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": NEWER_VERSION,
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const EXPERIMENTAL = {
  ...ENVELOPE,
  "io.modelcontextprotocol/clientCapabilities": { experimental: { own: {} } },
};
const PROGRESS = { progressToken: "p" };

/** Who asks, with which headers and `_meta`. */
const WAYS: readonly (readonly [string, Readonly<Record<string, string>>, object | undefined])[] = [
  ["a call of 2025-11-25", OLDER, undefined],
  ["a call of 2025-11-25 that wants progress", OLDER, PROGRESS],
  ["a call of 2026-07-28", NEWER, ENVELOPE],
  ["a call of 2026-07-28 with experimental capabilities", NEWER, EXPERIMENTAL],
  ["a call of 2026-07-28 that wants progress", NEWER, { ...ENVELOPE, ...PROGRESS }],
];

interface Scene {
  readonly url: string;
  readonly waiting: () => Waiting;
  readonly running: () => number;
  readonly told: () => number;
}

async function serving(use: (scene: Scene) => Promise<void>): Promise<void> {
  const handlers = smallHandlers();
  const endpoint = anEndpoint({ handlers });
  const service = makeHttp({ fetch: endpoint.fetch, endStreams: () => endpoint.close() });
  const listening = service.listen();
  try {
    await use({
      url: listening.url,
      waiting: () => handlers.waiting(),
      running: () => service.running.size,
      told: () => service.facts.filter(({ kind }) => kind === "http").length,
    });
  } finally {
    await listening.stop("test");
  }
}

function posted(url: string, message: unknown): Promise<Response> {
  return fetch(`${url}/mcp`, {
    method: "POST",
    headers: { ...MCP_HEADERS, ...OLDER },
    body: JSON.stringify(message),
  });
}

function call(meta: object | undefined) {
  const params = { name: "wait", arguments: {}, ...(meta === undefined ? {} : { _meta: meta }) };
  return { jsonrpc: "2.0", id: 1, method: "tools/call", params };
}

/** Whether the signal goes off within the time; a bound for a hang, not a measure. */
function goesOff({ gone: signal }: RequestContext): Promise<boolean> {
  assert.ok(signal !== undefined);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(signal.aborted), 5000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** Packets of the request, and after how many milliseconds its client hangs up. */
const PACKETS: readonly (readonly [number, number])[] = [[1, 0], [3, 0], [3, 1000]];

for (const [way, headers, meta] of WAYS) {
  for (const [packets, ms] of PACKETS) {
    Deno.test(`${way}, sent in ${packets}, ends when its client hangs up after ${ms} ms`, async () => {
      await serving(async ({ url, waiting, running, told }) => {
        const { started, release } = waiting();
        const connection = await sendInPackets(url, headers, call(meta), packets);
        const context = await started;
        await new Promise((resolve) => setTimeout(resolve, ms));
        const gone = goesOff(context);
        connection.close();
        assert.equal(await gone, true);
        assert.equal(running(), 1);
        release();
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(running(), 0);
        assert.equal(told(), 1);
      });
    });
  }
}

Deno.test("a late answer comes whole, as 200, and is told when it ends", async () => {
  await serving(async ({ url, waiting, running, told }) => {
    const { started, release } = waiting();
    const answer = posted(url, call(undefined));
    await started;
    const response = await answer;
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual([running(), told()], [1, 0]);
    release();
    assert.deepEqual((await response.json()).result.structuredContent, { waited: true });
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([running(), told()], [0, 1]);
  });
});

Deno.test("a late call that its client cancels ends its body empty", async () => {
  await serving(async ({ url, waiting }) => {
    const { started } = waiting();
    const answer = posted(url, call(undefined));
    const context = await started;
    const signal = context.signal;
    const response = await answer;
    const method = "notifications/cancelled";
    await posted(url, { jsonrpc: "2.0", method, params: { requestId: 1 } });
    assert.equal(await response.text(), "");
    assert.equal(signal.aborted, true);
  });
});
