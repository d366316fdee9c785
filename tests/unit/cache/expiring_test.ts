import assert from "node:assert/strict";
import fc from "fast-check";
import { ExpiringMap } from "../../../src/cache/expiring.ts";

function setUp<V = string>(maxEntries = 10) {
  let time = 1_000;
  const map = new ExpiringMap<V>({ maxEntries, now: () => time });
  return { map, advance: (ms: number) => void (time += ms) };
}

function counter() {
  let loads = 0;
  return { load: () => Promise.resolve(`load ${++loads}`), loads: () => loads };
}

Deno.test("keeps a value until its lifetime is over, and not a millisecond longer", async () => {
  const { map, advance } = setUp();
  const { load } = counter();
  assert.equal(await map.get("a", 5_000, load), "load 1");
  advance(4_999);
  assert.equal(await map.get("a", 5_000, load), "load 1");
  advance(1);
  assert.equal(await map.get("a", 5_000, load), "load 2");
});

Deno.test("counts a lifetime from the start of the load, so that a slow one is not kept longer", async () => {
  const { map, advance } = setUp();
  const slow = () => {
    advance(3_000);
    return Promise.resolve("slow");
  };
  await map.get("a", 5_000, slow);
  advance(1_999);
  assert.equal(map.peek("a"), "slow");
  advance(1);
  assert.equal(map.peek("a"), undefined);
});

Deno.test("takes a lifetime from the value, and keeps nothing of one that is over", async () => {
  const { map, advance } = setUp<number>();
  const ttl = (value: number) => value;
  await map.get("short", ttl, () => Promise.resolve(10));
  await map.get("none", ttl, () => Promise.resolve(0));
  await map.get("past", ttl, () => Promise.resolve(-5));
  assert.equal(map.peek("short"), 10);
  assert.equal(map.peek("none"), undefined);
  assert.equal(map.peek("past"), undefined);
  advance(10);
  assert.equal(map.peek("short"), undefined);
});

Deno.test("loads a key once for everyone who asks while it loads", async () => {
  const { map } = setUp();
  const gate = Promise.withResolvers<string>();
  let loads = 0;
  const load = () => {
    loads++;
    return gate.promise;
  };
  const answers = Promise.all(Array.from({ length: 50 }, () => map.get("a", 100, load)));
  gate.resolve("one");
  assert.deepEqual(new Set(await answers), new Set(["one"]));
  assert.equal(loads, 1);
});

Deno.test("keeps no failure, and tells it to everyone who waited", async () => {
  const { map } = setUp();
  const gate = Promise.withResolvers<string>();
  const waiting = [1, 2, 3].map(() => map.get("a", 100, () => gate.promise));
  gate.reject(new Error("down"));
  for (const result of await Promise.allSettled(waiting)) assert.equal(result.status, "rejected");
  assert.equal(await map.get("a", 100, () => Promise.resolve("up")), "up");
});

Deno.test("a load that throws at once leaves nothing behind", async () => {
  const { map } = setUp();
  await assert.rejects(map.get("a", 100, () => {
    throw new Error("at once");
  }));
  assert.equal(await map.get("a", 100, () => Promise.resolve("later")), "later");
});

Deno.test("does not keep what was forgotten while it loaded", async () => {
  const { map } = setUp();
  const gate = Promise.withResolvers<string>();
  const old = map.get("a", 100, () => gate.promise);
  map.delete("a");
  const fresh = await map.get("a", 100, () => Promise.resolve("new"));
  gate.resolve("old");
  assert.equal(await old, "old");
  assert.equal(fresh, "new");
  assert.equal(map.peek("a"), "new");
});

Deno.test("makes room by dropping the oldest, and expired ones first", async () => {
  const { map, advance } = setUp(3);
  for (const key of ["a", "b", "c", "d"]) await map.get(key, 100, () => Promise.resolve(key));
  assert.deepEqual(["a", "b", "c", "d"].map((key) => map.peek(key)), [undefined, "b", "c", "d"]);
  advance(100);
  await map.get("e", 100, () => Promise.resolve("e"));
  assert.equal(map.size, 1);
});

Deno.test("refuses to be made without room", () => {
  for (const maxEntries of [0, -1, 1.5, NaN]) {
    assert.throws(() => new ExpiringMap({ maxEntries, now: () => 0 }), RangeError);
  }
});

Deno.test("whatever is asked in whatever order, it holds no more than it may and nothing stale", async () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    ttl: fc.integer({ min: -5, max: 50 }),
    wait: fc.integer({ min: 0, max: 30 }),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    let time = 0;
    const map = new ExpiringMap<number>({ maxEntries: 3, now: () => time });
    const freshUntil = new Map<number, number>();
    let made = 0;
    for (const { key, ttl, wait } of steps) {
      time += wait;
      const value = await map.get(key, ttl, () => {
        freshUntil.set(++made, time + ttl);
        return Promise.resolve(made);
      });
      assert(map.size <= 3);
      assert(value === made || time < (freshUntil.get(value) ?? -1));
    }
  }));
});
