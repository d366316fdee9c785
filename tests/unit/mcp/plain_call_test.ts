import assert from "node:assert/strict";
import fc from "fast-check";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { ProtocolError } from "@modelcontextprotocol/server";
import { ServiceError } from "../../../src/errors.ts";
import { plainCallOf } from "../../../src/mcp/plain_call.ts";
import { toolResult } from "../../../src/mcp/tool_result.ts";
import type { McpHandlers } from "../../../src/mcp/handlers.ts";
import { aCaller, anEndpoint, smallHandlers, TRACE_ID } from "../../support/mcp_endpoint.ts";

/** Asks the same of the short way and of the SDK's, which an interactive server always takes. */
async function bothWays(
  message: unknown,
  callTool: McpHandlers["callTool"],
): Promise<{ short: unknown; sdk: unknown }> {
  const handlers = { ...smallHandlers(), callTool };
  const [short, sdk] = await Promise.all(
    [handlers, { ...handlers, interactive: true }].map((handlers) => answerOf(handlers, message)),
  );
  return { short, sdk };
}

async function answerOf(handlers: McpHandlers, message: unknown): Promise<unknown> {
  const endpoint = anEndpoint({ handlers });
  const response = await endpoint.fetch(
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
      },
    }),
    { caller: aCaller(), traceId: TRACE_ID, body: JSON.stringify(message) },
  );
  const body = await response.text();
  await endpoint.close();
  const type = response.headers.get("content-type");
  return { status: response.status, type, body: body === "" ? "" : JSON.parse(body) };
}

const aText = fc.string({ unit: "grapheme" });
const anObject = fc.dictionary(aText, fc.jsonValue(), { maxKeys: 5 });
/** `usual` nine times out of ten, anything at all else. */
const mostly = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: fc.jsonValue() });
const absent = fc.constant(undefined);

/** Mostly calls as clients send them, with the odd member missing, extra or of the wrong type. */
const aMessage = fc.record({
  jsonrpc: mostly(fc.constant("2.0")),
  id: mostly(fc.oneof(aText, fc.maxSafeInteger())),
  method: fc.constant("tools/call"),
  params: mostly(fc.record({
    name: mostly(aText),
    arguments: mostly(fc.oneof(absent, anObject)),
    _meta: mostly(fc.oneof(
      absent,
      anObject,
      fc.constant({ traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }),
      fc.record({ "io.modelcontextprotocol/related-task": fc.jsonValue() }),
    )),
    task: mostly(absent),
    extra: mostly(absent),
  })),
  extra: mostly(absent),
});

/** What a tool of this service answers, or throws. */
const anOutcome: fc.Arbitrary<() => CallToolResult> = fc.oneof(
  fc.record({ structured: anObject, isError: fc.boolean() }).map(({ structured, isError }) => () =>
    toolResult(structured, { isError })
  ),
  anObject.map((structured) => () =>
    toolResult(structured, { before: [{ type: "image", data: "AAAA", mimeType: "image/png" }] })
  ),
  aText.map((text) => (): CallToolResult => ({ content: [{ type: "text", text }] })),
  fc.record({ code: fc.integer({ min: -33000, max: 33000 }), data: fc.option(fc.jsonValue()) }).map(
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

Deno.test("the short way answers every message exactly as the SDK's way does", async () => {
  let short = 0;
  await fc.assert(
    fc.asyncProperty(aMessage, anOutcome, async (message, outcome) => {
      const seen: unknown[] = [];
      const answers = await bothWays(message, (name, args, context) => {
        seen.push({ name, args, trace: context.traceId, caller: context.caller.user.id });
        return Promise.resolve().then(outcome);
      });
      assert.deepEqual(answers.short, answers.sdk);
      if (seen.length > 0) assert.deepEqual(seen[0], seen[1], "both handlers saw the same call");
      if (plainCallOf(JSON.parse(JSON.stringify(message)))) short++;
    }),
    { numRuns: 400 },
  );
  assert.ok(short > 100, `only ${short} of 400 messages took the short way`);
});

const TAKEN: Record<string, unknown> = {
  "no arguments": { name: "echo" },
  "arguments": { name: "echo", arguments: { a: 1 } },
  "trace context": { name: "echo", _meta: { traceparent: "00-" } },
};
const LEFT: Record<string, unknown> = {
  "progress wanted": { name: "echo", _meta: { progressToken: 1 } },
  "an envelope of the newer era": {
    name: "echo",
    _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
  },
  "a task": { name: "echo", task: {} },
  "answers to an input request": { name: "echo", inputResponses: {} },
  "arguments that are a list": { name: "echo", arguments: [] },
  "a prototype among the arguments": JSON.parse('{"name":"echo","arguments":{"__proto__":1}}'),
  "no name": { arguments: {} },
};

for (const [what, params] of Object.entries(TAKEN)) {
  Deno.test(`the short way takes a call with ${what}`, () => {
    assert.ok(plainCallOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
  });
}
for (const [what, params] of Object.entries(LEFT)) {
  Deno.test(`the short way leaves to the SDK a call with ${what}`, () => {
    assert.equal(plainCallOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params }), null);
  });
}
