/** The wire of the revision 2026-07-28. */
import assert from "node:assert/strict";
import { aCaller, anEndpoint, smallHandlers } from "../support/mcp_endpoint.ts";
import { ask, NEWER_VERSION, OLDER_VERSIONS, send, sendNewer } from "../support/mcp_wire.ts";

Deno.test("discovery names the revision, what is offered and who serves", async () => {
  const { status, body } = await sendNewer(anEndpoint(), "server/discover");
  assert.equal(status, 200);
  assert.deepEqual(body.result.supportedVersions, [NEWER_VERSION]);
  assert.deepEqual(Object.keys(body.result.capabilities).sort(), [
    "completions",
    "prompts",
    "resources",
    "tools",
  ]);
  assert.equal(body.result.instructions, "Small tools for tests.");
  assert.equal(body.result._meta["io.modelcontextprotocol/serverInfo"].name, "superset-mcp");
});

Deno.test("a call is one JSON answer that says it is complete", async () => {
  const { headers, body } = await sendNewer(anEndpoint(), "tools/call", {
    name: "echo",
    arguments: { a: 1 },
  });
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(body.result.resultType, "complete");
  assert.deepEqual(body.result.structuredContent, { a: 1 });
});

Deno.test("each request runs as its own caller", async () => {
  const endpoint = anEndpoint();
  const names = await Promise.all([1, 2, 3].map(async (id) => {
    const sent = await sendNewer(endpoint, "tools/call", { name: "whoami" }, {
      caller: aCaller(id),
    });
    return sent.body.result.structuredContent.username;
  }));
  assert.deepEqual(names, ["user1", "user2", "user3"]);
});

const CACHEABLE: readonly [string, Record<string, unknown>][] = [
  ["server/discover", {}],
  ["tools/list", {}],
  ["prompts/list", {}],
  ["resources/list", {}],
  ["resources/templates/list", {}],
  ["resources/read", { uri: "test://a" }],
];
for (const [method, params] of CACHEABLE) {
  Deno.test(`the answer of ${method} may be kept by the caller alone`, async () => {
    const { body } = await sendNewer(anEndpoint(), method, params);
    assert.equal(body.result.cacheScope, "private");
    assert.ok(Number.isInteger(body.result.ttlMs) && body.result.ttlMs >= 0);
  });
}

const FAULTS: readonly [string, Parameters<typeof sendNewer>, number, number][] = [
  ["an unknown method", [anEndpoint(), "no/such"], 404, -32601],
  ["a method that was removed", [anEndpoint(), "ping"], 404, -32601],
  ["an unknown tool", [anEndpoint(), "tools/call", { name: "nope" }], 200, -32602],
  ["an unknown resource", [anEndpoint(), "resources/read", { uri: "test://b" }], 200, -32602],
  [
    "a missing Mcp-Method",
    [anEndpoint(), "tools/list", {}, { headers: { "mcp-method": null } }],
    400,
    -32020,
  ],
  [
    "another Mcp-Method",
    [anEndpoint(), "tools/list", {}, { headers: { "mcp-method": "ping" } }],
    400,
    -32020,
  ],
  [
    "another Mcp-Name",
    [anEndpoint(), "tools/call", { name: "echo" }, { headers: { "mcp-name": "x" } }],
    400,
    -32020,
  ],
  [
    "a revision nobody speaks",
    [anEndpoint(), "tools/list", {}, {
      headers: { "mcp-protocol-version": "2099-01-01" },
      meta: { "io.modelcontextprotocol/protocolVersion": "2099-01-01" },
    }],
    400,
    -32022,
  ],
  [
    "a client that takes JSON only",
    [anEndpoint(), "tools/list", {}, { headers: { accept: "application/json" } }],
    406,
    -32000,
  ],
  [
    "a body that says it is text",
    [anEndpoint(), "tools/list", {}, { headers: { "content-type": "text/plain" } }],
    415,
    -32000,
  ],
];
for (const [what, request, status, code] of FAULTS) {
  Deno.test(`2026-07-28 answers ${what} with ${status} and ${code}`, async () => {
    const sent = await sendNewer(...request);
    assert.deepEqual([sent.status, sent.body.error.code], [status, code], sent.text);
  });
}

Deno.test("the newer header without its envelope is refused, not taken for an older client", async () => {
  const headers = { "mcp-protocol-version": NEWER_VERSION, "mcp-method": "tools/list" };
  const { status, body } = await send(anEndpoint(), ask("tools/list"), { headers });
  assert.deepEqual([status, body.error.code], [400, -32602]);
});

Deno.test("an older session id beside a newer request changes nothing", async () => {
  const headers = { "mcp-session-id": "stale" };
  assert.equal((await sendNewer(anEndpoint(), "tools/list", {}, { headers })).status, 200);
});

Deno.test("what a handler threw stays inside", async () => {
  const { status, body, text } = await sendNewer(anEndpoint(), "tools/call", { name: "crash" });
  assert.deepEqual([status, body.error.code], [200, -32603]);
  assert.doesNotMatch(text, /secret|\.ts/);
});

Deno.test("progress turns the answer into a stream", async () => {
  const { body } = await sendNewer(anEndpoint(), "tools/call", { name: "steps" }, {
    meta: { progressToken: 5 },
  });
  assert.deepEqual(body.map((message: { method?: string }) => message.method), [
    "notifications/progress",
    "notifications/progress",
    undefined,
  ]);
});

Deno.test("a client that disconnects cancels its request", async () => {
  const handlers = smallHandlers();
  const disconnect = new AbortController();
  const { started } = handlers.waiting();
  const answer = sendNewer(anEndpoint({ handlers }), "tools/call", { name: "wait" }, {
    signal: disconnect.signal,
  });
  const { signal } = await started;
  assert.equal(signal.aborted, false);
  disconnect.abort();
  assert.equal(signal.aborted, true);
  await answer;
});

Deno.test("listening to what is not offered is acknowledged empty, and ends", async () => {
  const { body } = await sendNewer(anEndpoint(), "subscriptions/listen", {
    notifications: { toolsListChanged: true },
  });
  assert.equal(body[0].method, "notifications/subscriptions/acknowledged");
  assert.deepEqual(body[0].params.notifications, {});
  assert.equal(body[1].result.resultType, "complete");
});

Deno.test("both eras are served by one endpoint at the same moment", async () => {
  const endpoint = anEndpoint();
  const answers = await Promise.all([
    ...OLDER_VERSIONS.map((version) =>
      send(endpoint, ask("tools/list"), { headers: { "mcp-protocol-version": version } })
    ),
    sendNewer(endpoint, "tools/list"),
  ]);
  const tools = answers.map(({ body }) => body.result.tools.length);
  assert.deepEqual(tools, [6, 6, 6, 6]);
});
