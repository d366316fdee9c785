import assert from "node:assert/strict";
import fc from "fast-check";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { ServiceError } from "../../../src/errors.ts";
import { ProtocolError } from "../../../src/mcp/protocol.ts";
import { newerCallOf, olderCallOf } from "../../../src/mcp/plain_message.ts";
import { toolResult } from "../../../src/mcp/tool_result.ts";
import type { McpHandlers } from "../../../src/mcp/handlers.ts";
import { anEndpoint, smallHandlers } from "../../support/mcp_endpoint.ts";
import { NEWER_VERSION, send } from "../../support/mcp_wire.ts";

type Headers = Readonly<Record<string, string>>;

/** Sends a message to a server that may take the short way, and to one that never does. */
async function bothWays(message: unknown, headers: Headers, callTool: McpHandlers["callTool"]) {
  const handlers = { ...smallHandlers(), callTool };
  const [short, sdk] = await Promise.all(
    [handlers, { ...handlers, interactive: true }].map(async (handlers) => {
      const endpoint = anEndpoint({ handlers });
      const { status, headers: got, body } = await send(endpoint, message, { headers });
      await endpoint.close();
      return { status, type: got.get("content-type"), body };
    }),
  );
  return { short, sdk };
}

const aText = fc.string({ unit: "grapheme" });
const anObject = fc.dictionary(aText, fc.jsonValue(), { maxKeys: 5 });
const absent = fc.constant(undefined);
/** `usual`, and once in a while anything at all. */
const mostly = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue() });

const aName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("echo", "list_charts") },
  { weight: 1, arbitrary: fc.constantFrom("=?base64?x?=", "=?base64?ZWNobw==?=", " echo") },
  { weight: 2, arbitrary: aText },
);

/** Mostly calls as clients send them, with the odd member missing, extra or of the wrong type. */
function aMessage<T>(meta: fc.Arbitrary<T>) {
  return fc.record({
    jsonrpc: mostly(fc.constant("2.0")),
    id: mostly(fc.oneof(aText, fc.maxSafeInteger())),
    method: fc.constant("tools/call"),
    params: mostly(fc.record({
      name: mostly(aName),
      arguments: mostly(fc.oneof(absent, anObject)),
      _meta: mostly(meta),
      task: mostly(absent),
      extra: mostly(absent),
    })),
    extra: mostly(absent),
  });
}

const TRACE = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };

const anOlderMeta = fc.oneof(
  absent,
  anObject,
  fc.constant(TRACE),
  fc.record({ traceparent: fc.jsonValue() }),
  fc.record({ "io.modelcontextprotocol/related-task": fc.jsonValue() }),
);

const aFlag = mostly(fc.oneof(absent, fc.constant({})));
const anEnvelope = fc.record({
  "io.modelcontextprotocol/protocolVersion": mostly(fc.constant(NEWER_VERSION)),
  "io.modelcontextprotocol/clientInfo": mostly(
    fc.oneof(
      absent,
      fc.record({ name: aText, version: aText, title: fc.oneof(absent, aText) }),
      fc.record({ name: aText, version: mostly(aText), title: mostly(aText) }),
    ),
  ),
  "io.modelcontextprotocol/clientCapabilities": mostly(fc.record({
    sampling: mostly(fc.oneof(absent, fc.record({ tools: aFlag, context: aFlag }))),
    elicitation: mostly(fc.oneof(absent, fc.record({ form: aFlag, url: aFlag }))),
    roots: mostly(fc.oneof(absent, fc.constant({}), fc.record({ listChanged: fc.boolean() }))),
    extensions: fc.oneof({ weight: 9, arbitrary: absent }, { weight: 1, arbitrary: anObject }),
  })),
  "io.modelcontextprotocol/logLevel": fc.oneof(
    { weight: 9, arbitrary: absent },
    { weight: 1, arbitrary: fc.constantFrom("info", "loud") },
  ),
  traceparent: mostly(fc.oneof(absent, fc.constant(TRACE.traceparent))),
});

/** No tool of this service answers with such a key; the SDK's copy of an answer loses it. */
const anAnswer = anObject.filter((answer) => !JSON.stringify(answer).includes('"__proto__"'));

/** What a tool of this service answers, or throws. */
const anOutcome: fc.Arbitrary<() => CallToolResult> = fc.oneof(
  fc.record({ structured: anAnswer, isError: fc.boolean() }).map(
    ({ structured, isError }) => () => toolResult(structured, { isError }),
  ),
  anAnswer.map((structured) => () =>
    toolResult(structured, { before: [{ type: "image", data: "AAAA", mimeType: "image/png" }] })
  ),
  fc.record({ text: aText, _meta: anAnswer }).map(
    ({ text, _meta }) => (): CallToolResult => ({ content: [{ type: "text", text }], _meta }),
  ),
  fc.record({ code: fc.oneof(fc.constant(-32021), fc.integer()), data: fc.option(fc.jsonValue()) })
    .map(
      ({ code, data }) => () => {
        throw new ProtocolError(code, "refused", data ?? undefined);
      },
    ),
  fc.constantFrom("not_found", "timeout", "internal" as const).map((type) => () => {
    throw new ServiceError(type, "It did not work.", { hint: "Try another." });
  }),
  fc.constant(() => {
    throw new TypeError("secret detail of the inside");
  }),
);

/** The headers that the newer era wants beside this message, where its name can be in one. */
function newerHeaders(message: unknown, change: string): Headers {
  const { params } = message as { params?: { name?: unknown } | null };
  const name = typeof params?.name === "string" && /^[\x20-\x7e]+$/.test(params.name)
    ? params.name
    : "x";
  return {
    "mcp-protocol-version": change === "version" ? "2025-11-25" : NEWER_VERSION,
    "mcp-method": change === "method" ? "tools/list" : "tools/call",
    "mcp-name": change === "name" ? "other" : name,
  };
}

const ERAS = {
  "the older eras": { meta: anOlderMeta, newer: false },
  "2026-07-28": { meta: anEnvelope, newer: true },
};

for (const [era, { meta, newer }] of Object.entries(ERAS)) {
  Deno.test(`the short way answers every message of ${era} exactly as the SDK's way does`, async () => {
    const RUNS = 500;
    const aChange = fc.oneof({ weight: 9, arbitrary: fc.constant("none") }, {
      weight: 1,
      arbitrary: fc.constantFrom("version", "method", "name"),
    });
    let short = 0;
    await fc.assert(
      fc.asyncProperty(
        aMessage<unknown>(meta),
        anOutcome,
        aChange,
        async (message, outcome, change) => {
          const headers = newer ? newerHeaders(message, change) : {};
          const seen: unknown[] = [];
          const answers = await bothWays(message, headers, (name, args, context) => {
            seen.push({ name, args, trace: context.traceId, caller: context.caller.user.id });
            return Promise.resolve().then(outcome);
          });
          assert.deepEqual(answers.short, answers.sdk);
          if (seen.length > 0) {
            assert.deepEqual(seen[0], seen[1], "both handlers saw the same call");
          }
          const parsed: unknown = JSON.parse(JSON.stringify(message));
          if (newer ? newerCallOf(parsed, new Headers(headers)) : olderCallOf(parsed)) {
            short++;
          }
        },
      ),
      { numRuns: RUNS },
    );
    assert.ok(short > RUNS / 20, `only ${short} of ${RUNS} messages took the short way`);
  });
}

const TAKEN: Record<string, unknown> = {
  "no arguments": { name: "echo" },
  "arguments": { name: "echo", arguments: { a: 1 } },
  "trace context": { name: "echo", _meta: { traceparent: "00-" } },
};
const LEFT: Record<string, unknown> = {
  "progress wanted": { name: "echo", _meta: { progressToken: 1 } },
  "an envelope of the newer era": {
    name: "echo",
    _meta: { "io.modelcontextprotocol/protocolVersion": NEWER_VERSION },
  },
  "a task": { name: "echo", task: {} },
  "answers to an input request": { name: "echo", inputResponses: {} },
  "arguments that are a list": { name: "echo", arguments: [] },
  "a prototype among the arguments": JSON.parse('{"name":"echo","arguments":{"__proto__":1}}'),
  "no name": { arguments: {} },
};

for (const [what, params] of Object.entries(TAKEN)) {
  Deno.test(`the short way takes a call with ${what}`, () => {
    assert.ok(olderCallOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
  });
}
for (const [what, params] of Object.entries(LEFT)) {
  Deno.test(`the short way leaves to the SDK a call with ${what}`, () => {
    assert.equal(olderCallOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params }), null);
  });
}
