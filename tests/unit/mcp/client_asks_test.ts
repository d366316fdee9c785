import assert from "node:assert/strict";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { createMemoryBus } from "../../../src/mcp/bus.ts";
import { createClientAsks } from "../../../src/mcp/client_asks.ts";

/** Two processes of one service; the first has asked `me` something. */
function asked() {
  const bus = createMemoryBus();
  const [one, two] = [createClientAsks(bus, "one"), createClientAsks(bus, "two")];
  const heard: JSONRPCMessage[] = [];
  const wireId = one.open(0, "me", (message) => void heard.push(message));
  const answer = { jsonrpc: "2.0", id: wireId, result: {} } as const;
  return { one, two, heard, wireId, answer };
}

Deno.test("an answer reaches whoever asked, with the id that was asked with", () => {
  const { one, two, heard, answer } = asked();
  one.receive(answer, "me");
  two.receive(answer, "me");
  assert.deepEqual(heard, [{ ...answer, id: 0 }, { ...answer, id: 0 }]);
});

Deno.test("progress on a question reaches whoever asked", () => {
  const { two, heard, wireId } = asked();
  const params = { progressToken: wireId, progress: 1 };
  two.receive({ jsonrpc: "2.0", method: "notifications/progress", params }, "me");
  assert.deepEqual(heard, [{
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: 0, progress: 1 },
  }]);
});

Deno.test("an answer by someone else is dropped, at any process", () => {
  const { one, two, heard, answer } = asked();
  one.receive(answer, "you");
  two.receive(answer, "you");
  assert.deepEqual(heard, []);
});

Deno.test("an answer to a question that is closed, or never was, is dropped", () => {
  const { one, heard, wireId, answer } = asked();
  one.receive({ ...answer, id: "one.unknown" }, "me");
  one.receive({ ...answer, id: "nowhere.unknown" }, "me");
  one.receive({ ...answer, id: 0 }, "me");
  one.close(wireId);
  one.receive(answer, "me");
  assert.deepEqual(heard, []);
});
