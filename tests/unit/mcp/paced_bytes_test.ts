import assert from "node:assert/strict";
import { pacedBytes } from "../../../src/mcp/paced_bytes.ts";

const isOver = (wait: Promise<unknown>) =>
  Promise.race([
    wait.then(() => true, () => true),
    new Promise((resolve) => setTimeout(resolve, 5, false)),
  ]);

Deno.test("who writes waits until it was read", async () => {
  const { body, write, close } = pacedBytes();
  const first = write("one");
  assert.equal(await isOver(first), false);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  assert.deepEqual(await reader.read(), { done: false, value: "one" });
  assert.equal(await isOver(first), true);
  void write("two");
  close();
  assert.deepEqual(await reader.read(), { done: false, value: "two" });
  assert.deepEqual(await reader.read(), { done: true, value: undefined });
});

Deno.test("who writes is told that nobody reads any more, now and later", async () => {
  const { body, write, gone, close, fail } = pacedBytes();
  const waiting = write("one");
  await body.cancel();
  assert.equal(gone.aborted, true);
  await assert.rejects(waiting, /went away/);
  await assert.rejects(write("two"), /went away/);
  close();
  fail(new Error("late"));
});

Deno.test("a failure breaks off what is read", async () => {
  const { body, fail } = pacedBytes();
  fail(new Error("lost"));
  await assert.rejects(body.getReader().read(), /lost/);
});
