import assert from "node:assert/strict";
import { makeHealth, PROBE_LIFE_MS } from "../../../src/http/health.ts";
import { Running } from "../../../src/http/running.ts";
import { endingWith } from "../../../src/mcp/ongoing.ts";

Deno.test("counts a call from its beginning to its answer, also when it fails", async () => {
  const running = new Running({ callMs: 1000, fileMs: 1000, bodyMs: 1000 });
  const release = Promise.withResolvers<Response>();
  const first = running.run(() => release.promise, true);
  const second = running.run(() => Promise.reject(new Error("no")), true);
  assert.equal(running.size, 2);
  await assert.rejects(second);
  assert.equal(running.size, 1);
  release.resolve(new Response());
  await first;
  await running.idle();
  assert.equal(running.size, 0);
  running.close();
});

Deno.test("aborts what has had its time, a file later than a call, and nothing younger", async () => {
  let now = 0;
  const running = new Running({ callMs: 20, fileMs: 100, bodyMs: 1000 }, () => now);
  const signals: AbortSignal[] = [];
  const hold = Promise.withResolvers<Response>();
  const begin = (kind?: "file") =>
    running.run(
      (signal) => {
        signals.push(signal);
        return hold.promise;
      },
      true,
      kind,
    );
  const calls = [begin(), begin("file")];
  now = 15;
  calls.push(begin());
  now = 25;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, false, false]);
  assert.equal(signals[0]?.reason.name, "TimeoutError");
  hold.resolve(new Response());
  await Promise.all(calls);
  running.close();
});

Deno.test("waits for the end of an event stream only where it has one", async () => {
  const running = new Running({ callMs: 1000, fileMs: 1000, bodyMs: 1000 });
  const stream = () =>
    Promise.resolve(
      new Response("data: 1\n\n", { headers: { "content-type": "text/event-stream" } }),
    );
  const awaited = await running.run(stream, true);
  assert.equal(running.size, 1);
  assert.equal(await awaited.text(), "data: 1\n\n");
  assert.equal(running.size, 0);
  const endless = await running.run(stream, false);
  assert.equal(running.size, 0);
  await endless.body?.cancel();
  running.close();
});

Deno.test("waits for an answer that is filled later", async () => {
  const running = new Running({ callMs: 1000, fileMs: 1000, bodyMs: 1000 });
  const end = Promise.withResolvers<void>();
  const response = await running.run(
    () => Promise.resolve(endingWith(new Response("later"), end.promise)),
    true,
  );
  assert.equal(await response.text(), "later");
  assert.equal(running.size, 1);
  end.resolve();
  await running.idle();
  running.close();
});

Deno.test("asks the database again when the last answer is a second old", async () => {
  let now = 0;
  let isUp = true;
  const { health } = makeHealth({
    version: "1",
    startedAt: 0,
    now: () => now,
    ping: () => isUp ? Promise.resolve() : Promise.reject(new Error("down")),
  });
  const status = async () => (await health()).status;
  assert.equal(await status(), 200);
  isUp = false;
  assert.equal(await status(), 200);
  now = PROBE_LIFE_MS;
  assert.equal(await status(), 503);
  isUp = true;
  now = 2 * PROBE_LIFE_MS;
  assert.equal(await status(), 200);
});

Deno.test("answers for health although the database never does", async () => {
  const { health } = makeHealth({
    version: "1",
    startedAt: 0,
    now: () => 0,
    ping: () => new Promise(() => {}),
    probeTimeoutMs: 20,
  });
  assert.equal((await health()).status, 503);
});
