/** The protocol over a pair of pipes. */
import assert from "node:assert/strict";
import { AuthRefusal } from "../../src/auth/authenticate.ts";
import type { Caller } from "../../src/auth/caller.ts";
import { serveMcpStdio } from "../../src/mcp/stdio.ts";
import { aCaller, smallHandlers } from "../support/mcp_endpoint.ts";
import { ask, initialize, NEWER_VERSION } from "../support/mcp_wire.ts";

interface Pipe {
  write(message: unknown): Promise<void>;
  /** Ends the input and returns every line of the output. */
  // deno-lint-ignore no-explicit-any -- answers of any method; each test looks at what it expects
  end(): Promise<any[]>;
}

async function connected(
  options: { handlers?: ReturnType<typeof smallHandlers>; caller?: () => Promise<Caller> } = {},
): Promise<Pipe> {
  const input = new TransformStream<Uint8Array, Uint8Array>();
  const output = new TransformStream<Uint8Array, Uint8Array>();
  const written = new Response(output.readable).text();
  const connection = await serveMcpStdio({
    handlers: options.handlers ?? smallHandlers(),
    info: { name: "superset-mcp", version: "0.0.0-test" },
    caller: options.caller ?? (() => Promise.resolve(aCaller())),
    observe: () => {},
    input: input.readable,
    output: output.writable,
  });
  const writer = input.writable.getWriter();
  const encoder = new TextEncoder();
  return {
    write: (message) =>
      writer.write(encoder.encode(
        typeof message === "string" ? message : `${JSON.stringify(message)}\n`,
      )),
    async end() {
      await writer.close();
      await connection.closed;
      return (await written).split("\n").filter((line) => line !== "").map((line) =>
        JSON.parse(line)
      );
    },
  };
}

Deno.test("an older client initializes and calls over a pipe", async () => {
  const pipe = await connected();
  await pipe.write(initialize("2025-06-18"));
  await pipe.write({ jsonrpc: "2.0", method: "notifications/initialized" });
  await pipe.write(ask("tools/call", { name: "echo", arguments: { a: 1 } }));
  const [first, second] = await pipe.end();
  assert.equal(first.result.protocolVersion, "2025-06-18");
  assert.deepEqual(second.result.structuredContent, { a: 1 });
});

Deno.test("a client of 2026-07-28 calls over a pipe without an initialize", async () => {
  const pipe = await connected();
  await pipe.write(ask("tools/list", {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": NEWER_VERSION,
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  }));
  const [answer] = await pipe.end();
  assert.equal(answer.result.resultType, "complete");
  assert.equal(answer.result.tools.length, 6);
});

Deno.test("what was asked before the input ended is answered", async () => {
  const handlers = smallHandlers();
  const pipe = await connected({ handlers });
  const { started, release } = handlers.waiting();
  await pipe.write(ask("tools/call", { name: "wait" }));
  await started;
  const answers = pipe.end();
  setTimeout(release, 20);
  assert.equal((await answers)[0].result.structuredContent.waited, true);
});

Deno.test("a line may arrive in pieces, and several in one", async () => {
  const pipe = await connected();
  const line = JSON.stringify(ask("tools/call", { name: "echo", arguments: { text: "é\\n" } }));
  await pipe.write(line.slice(0, 30));
  await pipe.write(`${line.slice(30)}\n\r\n${JSON.stringify(ask("ping"))}\n`);
  const answers = await pipe.end();
  assert.equal(answers.length, 2);
});

Deno.test("a line that is no message is answered with what is wrong, and the next one serves", async () => {
  const pipe = await connected();
  await pipe.write("{oops\n");
  await pipe.write('{"id":7}\n');
  await pipe.write(ask("ping"));
  const [parse, invalid, pong] = await pipe.end();
  assert.deepEqual([parse.error.code, parse.id], [-32700, null]);
  assert.deepEqual([invalid.error.code, invalid.id], [-32600, 7]);
  assert.deepEqual(pong.result, {});
});

Deno.test("a cancelled call is not answered, and does not keep the connection", async () => {
  const handlers = smallHandlers();
  const pipe = await connected({ handlers });
  const { started } = handlers.waiting();
  const call = ask("tools/call", { name: "wait" });
  await pipe.write(call);
  const { signal } = await started;
  await pipe.write({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: call.id },
  });
  assert.deepEqual(await pipe.end(), []);
  assert.equal(signal.aborted, true);
});

Deno.test("who asks is looked up for each request: a change shows, a switched-off user is refused", async () => {
  const callers = [aCaller(1), aCaller(1), aCaller(2)];
  const pipe = await connected({
    caller: () => {
      const caller = callers.shift();
      return caller
        ? Promise.resolve(caller)
        : Promise.reject(new AuthRefusal(401, "invalid_token", "Not allowed.", "switched off"));
    },
  });
  for (const _ of [1, 2, 3]) {
    await pipe.write(ask("tools/call", { name: "whoami" }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const [first, second, third] = await pipe.end();
  assert.equal(first.result.structuredContent.username, "user1");
  assert.equal(second.result.structuredContent.username, "user2");
  assert.equal(third.error.message, "Not allowed.");
});

Deno.test("a user who may not connect at all does not", async () => {
  const refusal = new AuthRefusal(401, "invalid_token", "Not allowed.", "unknown");
  await assert.rejects(connected({ caller: () => Promise.reject(refusal) }), refusal);
});
