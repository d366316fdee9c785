import assert from "node:assert/strict";
import { ResultCache } from "../../../src/data/result_cache.ts";
import type { QueryResult } from "../../../src/drivers/analytics/engine.ts";

const MB = 1024 * 1024;

/** A cache of 64 MB that is asked for answers of a size. */
function cacheOf() {
  const clock = { now: 0 };
  const cache = new ResultCache(64 * MB, () => clock.now);
  const { signal } = new AbortController();
  const isHit = async (key: string, heldBytes: number, force = false) => {
    const load = () => Promise.resolve(resultOf(heldBytes));
    return (await cache.get(key, 60, force, signal, load)).cached.hit;
  };
  return { cache, clock, isHit };
}

function resultOf(heldBytes: number): QueryResult {
  return {
    frame: { columns: [], rowCount: 0 },
    columns: [],
    truncated: false,
    bytes: heldBytes,
    heldBytes,
    durationMs: 1,
  };
}

Deno.test("an answer is kept for its time, large or small", async () => {
  const { clock, isHit } = cacheOf();
  for (const bytes of [1000, 4 * MB]) {
    const key = `of ${bytes}`;
    clock.now = 0;
    assert.equal(await isHit(key, bytes), false);
    clock.now = 59_000;
    assert.equal(await isHit(key, bytes), true);
    clock.now = 60_000;
    assert.equal(await isHit(key, bytes), false);
  }
});

Deno.test("large answers drive no small ones out, and each other from an eighth of the cache", async () => {
  const { isHit } = cacheOf();
  for (let n = 0; n < 50; n++) await isHit(`small ${n}`, MB - 5000);
  for (let n = 0; n < 100; n++) await isHit(`large ${n}`, 3 * MB);
  for (let n = 0; n < 50; n++) assert.equal(await isHit(`small ${n}`, MB - 5000), true);
  assert.equal(await isHit("large 99", 3 * MB), true);
  assert.equal(await isHit("large 98", 3 * MB), true);
  assert.equal(await isHit("large 97", 3 * MB), false);
});

Deno.test("an answer larger than all large ones may be is not kept", async () => {
  const { isHit } = cacheOf();
  assert.equal(await isHit("huge", 9 * MB), false);
  assert.equal(await isHit("huge", 9 * MB), false);
});

Deno.test("an answer that is forced is made anew, large or small", async () => {
  const { isHit } = cacheOf();
  for (const bytes of [1000, 4 * MB]) {
    const key = `of ${bytes}`;
    await isHit(key, bytes);
    assert.equal(await isHit(key, bytes, true), false);
    assert.equal(await isHit(key, bytes), true);
  }
});

Deno.test("those who ask at once share one making, of a large answer too", async () => {
  const { cache } = cacheOf();
  const { signal } = new AbortController();
  let made = 0;
  const load = async () => {
    made++;
    await Promise.resolve();
    return resultOf(4 * MB);
  };
  const asked = Array.from({ length: 5 }, () => cache.get("one", 60, false, signal, load));
  const hits = (await Promise.all(asked)).map(({ cached }) => cached.hit);
  assert.deepEqual(hits, [false, true, true, true, true]);
  assert.equal(made, 1);
});

/** Makings of one key, each of which ends as its asker wants; a second one begins when the first left. */
function makings() {
  const { cache } = cacheOf();
  const made: string[] = [];
  const ask = (who: string) => {
    const leaving = new AbortController();
    const done = Promise.withResolvers<QueryResult>();
    const load = () => {
      made.push(who);
      leaving.signal.addEventListener("abort", () => done.reject(leaving.signal.reason));
      return done.promise;
    };
    return {
      answer: cache.get("one", 60, false, leaving.signal, load),
      finish: () => done.resolve(resultOf(1)),
      leave: () => leaving.abort(new Error(`${who} left`)),
    };
  };
  return { ask, made };
}

Deno.test("whoever waits makes it anew when its maker leaves, also the second one", async () => {
  const { ask, made } = makings();
  const [first, second, third] = [ask("first"), ask("second"), ask("third")];
  for (const [who, maker] of [["first", first], ["second", second]] as const) {
    maker.leave();
    await assert.rejects(maker.answer, new RegExp(`${who} left`));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  third.finish();
  assert.equal((await third.answer).cached.hit, false);
  assert.deepEqual(made, ["first", "second", "third"]);
});

Deno.test("whoever waits leaves at once, and what is made goes on", async () => {
  const { ask, made } = makings();
  const [first, second] = [ask("first"), ask("second")];
  second.leave();
  await assert.rejects(second.answer, /second left/);
  first.finish();
  assert.equal((await first.answer).cached.hit, false);
  assert.deepEqual(made, ["first"]);
});
