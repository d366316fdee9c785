/** The wire of the revisions 2025-03-26 to 2025-11-25, message by message. */
import assert from "node:assert/strict";
import { createMemoryBus } from "../../src/mcp/bus.ts";
import type { McpEndpoint } from "../../src/mcp/http.ts";
import { aCaller, anEndpoint, smallHandlers, TRACE_ID } from "../support/mcp_endpoint.ts";
import { ask, initialize, OLDER_VERSIONS, send } from "../support/mcp_wire.ts";

const SESSION = "mcp-session-id";

async function newSession(endpoint: McpEndpoint, caller = aCaller()): Promise<string> {
  const { headers } = await send(endpoint, initialize("2025-11-25"), { caller });
  return headers.get(SESSION) ?? assert.fail("initialize gave no session id");
}

for (const version of OLDER_VERSIONS) {
  Deno.test(`a client of ${version} initializes, lists and calls, each answered as one JSON`, async () => {
    const endpoint = anEndpoint();
    const first = await send(endpoint, initialize(version));
    assert.equal(first.status, 200);
    assert.equal(first.headers.get("content-type"), "application/json");
    assert.equal(first.body.result.protocolVersion, version);
    assert.deepEqual(first.body.result.capabilities, {
      completions: {},
      tools: {},
      resources: {},
      prompts: {},
    });
    assert.equal(first.body.result.instructions, "Small tools for tests.");
    const session = first.headers.get(SESSION) ?? "";
    assert.match(session, /^[\x21-\x7e]+$/);

    const headers = { [SESSION]: session, "mcp-protocol-version": version };
    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
    assert.equal((await send(endpoint, initialized, { headers })).status, 202);
    const listed = await send(endpoint, ask("tools/list"), { headers });
    assert.equal(listed.body.result.tools[0].name, "echo");
    const called = await send(endpoint, ask("tools/call", { name: "echo", arguments: { a: 1 } }), {
      headers,
    });
    assert.equal(called.headers.get("content-type"), "application/json");
    assert.deepEqual(called.body.result, {
      content: [{ type: "text", text: '{"a":1}' }],
      structuredContent: { a: 1 },
    });
    await endpoint.close();
  });
}

Deno.test("a version nobody speaks is answered with the latest of the older ones", async () => {
  const { body } = await send(anEndpoint(), initialize("1999-01-01"));
  assert.equal(body.result.protocolVersion, "2025-11-25");
});

Deno.test("every method answers without an initialize before it", async () => {
  const endpoint = anEndpoint();
  const results = {
    "ping": [{}, {}],
    "tools/list": [{}, { tools: 6 }],
    "resources/list": [{}, { resources: 1 }],
    "resources/templates/list": [{}, { resourceTemplates: 0 }],
    "resources/read": [{ uri: "test://a" }, { contents: 1 }],
    "prompts/list": [{}, { prompts: 1 }],
    "prompts/get": [{ name: "hello" }, { messages: 1 }],
  };
  for (const [method, [params, counts]] of Object.entries(results)) {
    const { status, body } = await send(endpoint, ask(method, params));
    assert.equal(status, 200, method);
    const found = Object.fromEntries(
      Object.entries(body.result).map(([name, list]) => [name, (list as unknown[]).length]),
    );
    assert.deepEqual(found, counts, method);
  }
});

Deno.test("completes an argument of a prompt and of a resource template", async () => {
  const endpoint = anEndpoint();
  const argument = { name: "id", value: "4" };
  for (
    const ref of [{ type: "ref/prompt", name: "hello" }, {
      type: "ref/resource",
      uri: "test://{id}",
    }]
  ) {
    const { body } = await send(endpoint, ask("completion/complete", { ref, argument }));
    assert.deepEqual(body.result.completion.values, [`${ref.type.slice("ref/".length)}:4`]);
  }
});

Deno.test("the caller and the client's own trace reach the handler", async () => {
  const endpoint = anEndpoint();
  const plain = await send(endpoint, ask("tools/call", { name: "whoami" }), { caller: aCaller(7) });
  assert.deepEqual(plain.body.result.structuredContent, { username: "user7", trace_id: TRACE_ID });
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const traced = await send(
    endpoint,
    ask("tools/call", {
      name: "whoami",
      _meta: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    }),
  );
  assert.equal(traced.body.result.structuredContent.trace_id, trace);
});

const FAULTS: readonly [string, unknown, number, number][] = [
  ["a body that is not JSON", "{", 400, -32700],
  ["an empty body", "", 400, -32700],
  ["a number", "1", 400, -32600],
  ["null", "null", 400, -32600],
  ["an object that is not JSON-RPC", { hello: 1 }, 400, -32600],
  ["another JSON-RPC", { ...ask("ping"), jsonrpc: "1.0" }, 400, -32600],
  ["an id that is null", { ...ask("ping"), id: null }, 400, -32600],
  ["a method that is not a text", { ...ask("ping"), method: 5 }, 400, -32600],
  ["params that are a list", ask("ping", [1]), 400, -32600],
  ["an unknown method", ask("no/such"), 200, -32601],
  ["a method of the newer era", ask("server/discover"), 200, -32601],
  [
    "a method that needs what is not offered",
    ask("logging/setLevel", { level: "info" }),
    200,
    -32601,
  ],
  ["an unknown tool", ask("tools/call", { name: "nope" }), 200, -32602],
  ["an initialize that says nothing", ask("initialize"), 200, -32602],
  ["a call without a name", ask("tools/call", {}), 200, -32602],
  ["arguments that are a list", ask("tools/call", { name: "echo", arguments: [] }), 200, -32602],
  ["a cursor that is not a text", ask("tools/list", { cursor: 5 }), 200, -32602],
  ["a resource without a URI", ask("resources/read", {}), 200, -32602],
  ["an unknown resource", ask("resources/read", { uri: "test://b" }), 200, -32602],
  [
    "a prompt's argument that is not a text",
    ask("prompts/get", { name: "a", arguments: { b: 1 } }),
    200,
    -32602,
  ],
  ["a completion of nothing", ask("completion/complete", { ref: { type: "x" } }), 200, -32602],
];

for (const [what, message, status, code] of FAULTS) {
  Deno.test(`answers ${what} with ${status} and ${code}`, async () => {
    const sent = await send(anEndpoint(), message);
    assert.equal(sent.status, status, sent.text);
    assert.equal(sent.body.error.code, code, sent.text);
    assert.equal(sent.body.jsonrpc, "2.0");
  });
}

Deno.test("a refused parameter is named, with what it must be", async () => {
  const wanted: readonly [string, unknown, RegExp][] = [
    ["prompts/get", { name: 5 }, /'name' must be a string/],
    ["tools/call", { name: "echo", arguments: [] }, /'arguments' must be an object/],
    [
      "initialize",
      { protocolVersion: "2025-11-25", capabilities: {} },
      /'clientInfo' must be an object/,
    ],
  ];
  for (const [method, params, message] of wanted) {
    const { body } = await send(anEndpoint(), ask(method, params));
    assert.match(body.error.message, message);
  }
});

const HEADERS: readonly [string, Record<string, string | null>, number][] = [
  ["a body that says it is text", { "content-type": "text/plain" }, 415],
  ["a body that says nothing", { "content-type": null }, 415],
  ["a charset beside the type", { "content-type": "application/json; charset=utf-8" }, 200],
  ["a client that takes JSON only", { accept: "application/json" }, 406],
  ["a client that takes streams only", { accept: "text/event-stream" }, 406],
  ["a client that takes all but streams", { accept: "*/*, text/event-stream;q=0" }, 406],
  ["a client that takes anything", { accept: "*/*" }, 200],
  ["a client that does not say what it takes", { accept: null }, 200],
  ["both types the other way round", { accept: "text/event-stream, application/json" }, 200],
  ["both types by half", { accept: "application/*, text/*;q=0.5" }, 200],
  ["a revision nobody speaks", { "mcp-protocol-version": "2024-01-01" }, 400],
  ["a session that was never one", { [SESSION]: "abc" }, 404],
];

for (const [what, headers, status] of HEADERS) {
  Deno.test(`answers ${what} with ${status}`, async () => {
    const sent = await send(anEndpoint(), ask("ping"), { headers });
    assert.equal(sent.status, status, sent.text);
  });
}

Deno.test("what a handler threw stays inside; the operators are told", async () => {
  const told: unknown[] = [];
  const endpoint = anEndpoint({
    observe: (fact) => void told.push(fact.kind === "notice" ? fact.details?.fault : fact),
  });
  for (const _meta of [undefined, { progressToken: 1 }]) {
    const { status, body, text } = await send(
      endpoint,
      ask("tools/call", { name: "crash", _meta }),
    );
    assert.equal(status, 200);
    assert.equal(body.error.code, -32603);
    assert.doesNotMatch(text, /secret|\.ts/);
  }
  assert.equal(told.length, 2);
  assert.match(String(told[0]), /secret detail of the inside/);
});

Deno.test("progress turns the answer into a stream, for the client that asked for it", async () => {
  const endpoint = anEndpoint();
  const call = ask("tools/call", { name: "steps", _meta: { progressToken: "p1" } });
  const { headers, body } = await send(endpoint, call);
  assert.equal(headers.get("content-type"), "text/event-stream");
  assert.deepEqual(body.map((message: { params?: unknown }) => message.params), [
    { progressToken: "p1", progress: 1, total: 2, message: "step 1" },
    { progressToken: "p1", progress: 2, total: 2, message: "step 2" },
    undefined,
  ]);
  assert.deepEqual(body[2].result.structuredContent, { steps: 2 });
  const quiet = await send(endpoint, ask("tools/call", { name: "steps" }));
  assert.equal(quiet.headers.get("content-type"), "application/json");
});

Deno.test("a session id works at every process that has the key, for its own person", async () => {
  const [one, two] = [anEndpoint(), anEndpoint()];
  const other = anEndpoint({ sessionKey: new Uint8Array(32).fill(8) });
  const headers = { [SESSION]: await newSession(one) };
  const ping = (endpoint: McpEndpoint, caller = aCaller()) =>
    send(endpoint, ask("ping"), { headers, caller });

  assert.equal((await ping(one)).status, 200);
  assert.equal((await ping(two)).status, 200);
  assert.equal((await ping(other)).status, 404, "another key");
  assert.equal((await ping(one, aCaller(2))).status, 404, "another person");
  assert.equal(
    (await ping(one, aCaller(1, "other"))).status,
    404,
    "the same number at another tenant",
  );
});

Deno.test("a session id that was changed anywhere is no session", async () => {
  const endpoint = anEndpoint();
  const session = await newSession(endpoint);
  for (let at = 0; at < session.length; at++) {
    const changed = session.slice(0, at) + (session[at] === "x" ? "y" : "x") +
      session.slice(at + 1);
    const { status } = await send(endpoint, ask("ping"), { headers: { [SESSION]: changed } });
    assert.equal(status, 404, `position ${at}`);
  }
});

Deno.test("a session that was ended is gone, at every process", async () => {
  const bus = createMemoryBus();
  const [one, two] = [anEndpoint({ bus }), anEndpoint({ bus })];
  const headers = { [SESSION]: await newSession(one) };
  const end = (caller = aCaller()) => send(one, undefined, { method: "DELETE", headers, caller });
  assert.equal((await end(aCaller(2))).status, 404, "someone else's session");
  assert.equal((await send(two, ask("ping"), { headers })).status, 200);
  assert.equal((await end()).status, 204);
  assert.equal((await send(one, ask("ping"), { headers })).status, 404);
  assert.equal((await send(two, ask("ping"), { headers })).status, 404);
  assert.equal((await end()).status, 404);
});

const WITHOUT_SESSION = [["GET", 405], ["DELETE", 405], ["PUT", 405]] as const;
for (const [method, status] of WITHOUT_SESSION) {
  Deno.test(`answers ${method} without a session with ${status}`, async () => {
    const sent = await send(anEndpoint(), undefined, { method });
    assert.equal(sent.status, status);
    assert.match(sent.headers.get("allow") ?? "", /POST/);
  });
}

Deno.test("a session's stream of notices opens, and closes with its session", async () => {
  const endpoint = anEndpoint();
  const headers = { [SESSION]: await newSession(endpoint) };
  const stream = send(endpoint, undefined, { headers });
  await send(endpoint, undefined, { method: "DELETE", headers });
  const { status, text } = await stream;
  assert.equal(status, 200);
  assert.equal(text, ": open\n\n");
});

Deno.test("a stream needs a client that takes one", async () => {
  const endpoint = anEndpoint();
  const headers = { [SESSION]: await newSession(endpoint), accept: "application/json" };
  assert.equal((await send(endpoint, undefined, { headers })).status, 406);
});

for (const name of ["a plain call", "a call that wants progress"]) {
  const _meta = name === "a plain call" ? undefined : { progressToken: 1 };
  Deno.test(`cancelling ${name} aborts its signal, from any process, and leaves it unanswered`, async () => {
    const bus = createMemoryBus();
    const handlers = smallHandlers();
    const [one, two] = [anEndpoint({ handlers, bus }), anEndpoint({ handlers, bus })];
    const headers = { [SESSION]: await newSession(one) };
    const { started } = handlers.waiting();
    const call = ask("tools/call", { name: "wait", _meta });
    const answer = send(one, call, { headers });
    const { signal } = await started;

    const cancel = (requestId: unknown, options = {}) =>
      send(
        two,
        { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } },
        options,
      );
    await cancel(call.id, {});
    await cancel(String(call.id), { headers });
    await cancel(call.id, { headers: { [SESSION]: await newSession(two) } });
    assert.equal(signal.aborted, false, "no session, another id, another session");
    assert.equal((await cancel(call.id, { headers })).status, 202);
    assert.equal(signal.aborted, true);
    const { status, text } = await answer;
    assert.deepEqual({ status, text }, { status: 200, text: "" });
  });
}

Deno.test("without a session, a cancellation that could mean two requests means none", async () => {
  const handlers = smallHandlers();
  const endpoint = anEndpoint({ handlers });
  const call = ask("tools/call", { name: "wait" });
  const begin = async () => {
    const waiting = handlers.waiting();
    const answer = send(endpoint, call);
    return { answer, context: await waiting.started, waiting };
  };
  const first = await begin();
  const cancel = {
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: call.id },
  };
  const second = await begin();
  await send(endpoint, cancel);
  assert.equal(first.context.signal.aborted || second.context.signal.aborted, false);
  second.waiting.release();
  assert.equal((await second.answer).body.result.structuredContent.waited, true);
  await send(endpoint, cancel);
  assert.equal(first.context.signal.aborted, true);
  await first.answer;
});

Deno.test("what the service gives up on aborts the handler's signal", async () => {
  const handlers = smallHandlers();
  const endpoint = anEndpoint({ handlers });
  for (const _meta of [undefined, { progressToken: 1 }]) {
    const giveUp = new AbortController();
    const { started } = handlers.waiting();
    const body = JSON.stringify(ask("tools/call", { name: "wait", _meta }));
    const request = new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    const answer = endpoint.fetch(request, {
      caller: aCaller(),
      traceId: TRACE_ID,
      body,
      signal: giveUp.signal,
    });
    const { signal } = await started;
    giveUp.abort();
    assert.equal(signal.aborted, true);
    assert.equal((await answer).status, 200);
  }
});

Deno.test("a client that hangs up has not cancelled, but handlers are told", async () => {
  const handlers = smallHandlers();
  const endpoint = anEndpoint({ handlers });
  for (const _meta of [undefined, { progressToken: 1 }]) {
    const hangUp = new AbortController();
    const { started, release } = handlers.waiting();
    const answer = send(endpoint, ask("tools/call", { name: "wait", _meta }), {
      signal: hangUp.signal,
    });
    const { signal, gone } = await started;
    assert.equal(gone?.aborted, false);
    hangUp.abort();
    assert.deepEqual([signal.aborted, gone?.aborted], [false, true]);
    release();
    await answer;
  }
});

const BATCH = [
  ask("tools/call", { name: "echo", arguments: { n: 1 } }),
  { jsonrpc: "2.0", method: "notifications/initialized" },
  ask("no/such"),
  ask("tools/call", { name: "steps", _meta: { progressToken: 1 } }),
  { nonsense: true },
];

Deno.test("a batch of 2025-03-26 is answered in one array, in order", async () => {
  const endpoint = anEndpoint();
  for (const version of [null, "2025-03-26"]) {
    const headers = { "mcp-protocol-version": version };
    const { status, body } = await send(endpoint, BATCH, { headers });
    assert.equal(status, 200);
    assert.deepEqual(
      body.map((answer: Record<string, { code?: number }>) => answer.error?.code ?? "result"),
      ["result", -32601, "result", -32600],
    );
  }
});

const BATCH_FAULTS: readonly [string, unknown, Record<string, string>][] = [
  ["of a later revision", BATCH, { "mcp-protocol-version": "2025-06-18" }],
  ["of nothing", [], {}],
  ["of more than a hundred", Array.from({ length: 101 }, () => ask("ping")), {}],
  ["with an initialize", [initialize("2025-03-26")], {}],
];
for (const [what, batch, headers] of BATCH_FAULTS) {
  Deno.test(`refuses a batch ${what}`, async () => {
    const { status, body } = await send(anEndpoint(), batch, { headers });
    assert.deepEqual([status, body.error.code], [400, -32600]);
  });
}

Deno.test("a batch of notices only is taken without an answer", async () => {
  const notice = { jsonrpc: "2.0", method: "notifications/initialized" };
  assert.equal((await send(anEndpoint(), [notice, notice])).status, 202);
});

Deno.test("a batch knows its revision from its session", async () => {
  const endpoint = anEndpoint();
  const headers = { [SESSION]: await newSession(endpoint) };
  assert.equal((await send(endpoint, BATCH, { headers })).status, 400);
});

Deno.test("an answer that nobody waits for is taken and dropped", async () => {
  const stray = { jsonrpc: "2.0", id: "p.1", result: {} };
  assert.equal((await send(anEndpoint(), stray)).status, 202);
});
