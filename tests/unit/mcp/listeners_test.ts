import assert from "node:assert/strict";
import { createListeners } from "../../../src/mcp/listeners.ts";

const encoder = new TextEncoder();

/** An answer that is a stream without an end; tells when nobody listens any more. */
function aStream(onCancel: () => void = () => {}): Promise<Response> {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(": open\n\n")),
    cancel: onCancel,
  });
  return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
}

Deno.test("one person can't take all the streams, and gets a place back", async () => {
  const listeners = createListeners({ ofOne: 2, longestMs: 60_000 });
  const [first, second] = [await listeners.open("a", aStream), await listeners.open("a", aStream)];
  assert.ok(first && second);
  assert.equal(await listeners.open("a", () => assert.fail("was asked")), null);
  const other = await listeners.open("b", aStream);
  assert.ok(other);
  await first.body!.cancel();
  const third = await listeners.open("a", aStream);
  assert.ok(third);
  for (const { body } of [second, third, other]) await body!.cancel();
});

Deno.test("an answer that is no stream takes no place", async () => {
  const listeners = createListeners({ ofOne: 1, longestMs: 60_000 });
  for (let round = 0; round < 3; round++) {
    const response = await listeners.open("a", () => Promise.resolve(Response.json({ round })));
    assert.deepEqual(await response!.json(), { round });
  }
  await assert.rejects(listeners.open("a", () => Promise.reject(new Error("no"))), /no/);
  const stream = await listeners.open("a", aStream);
  await stream!.body!.cancel();
});

Deno.test("a stream ends when its time has passed, and the source is told", async () => {
  const listeners = createListeners({ ofOne: 1, longestMs: 20 });
  let cancelled = false;
  const response = await listeners.open("a", () => aStream(() => cancelled = true));
  // The listeners' own timer keeps no process alive.
  const awake = setTimeout(() => {}, 5000);
  assert.equal(await response!.text(), ": open\n\n");
  clearTimeout(awake);
  assert.ok(cancelled);
  const next = await listeners.open("a", aStream);
  await next!.body!.cancel();
});
