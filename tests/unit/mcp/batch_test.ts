import assert from "node:assert/strict";
import { answerBatch } from "../../../src/mcp/batch.ts";
import { JSON_HEADERS } from "../../../src/mcp/wire.ts";

const MIB = 1024 * 1024;

Deno.test("requests after a batch's answers are full are told to come by themselves", async () => {
  const messages = Array.from({ length: 50 }, (_, id) => ({ jsonrpc: "2.0", id, method: "x" }));
  let asked = 0;
  const response = await answerBatch(
    [...messages, { jsonrpc: "2.0", method: "notifications/x" }],
    "2025-03-26",
    (message) => {
      asked++;
      const { id } = message as { id?: number };
      if (id === undefined) return Promise.resolve(new Response(null, { status: 202 }));
      const answer = { jsonrpc: "2.0", id, result: { text: "x".repeat(MIB) } };
      return Promise.resolve(new Response(JSON.stringify(answer), { headers: JSON_HEADERS }));
    },
  );
  const text = await response.text();
  assert.ok(text.length < 10 * MIB, `${text.length} characters`);
  const answers = JSON.parse(text) as { id: number; error?: { message: string } }[];
  assert.deepEqual(answers.map(({ id }) => id), messages.map(({ id }) => id));
  assert.match(answers.at(-1)!.error!.message, /by itself/);
  assert.ok(asked < 15, `${asked} were asked`);
});
