import assert from "node:assert/strict";
import { seededRandom, seededUuid, uuidText } from "../../../src/demo/random.ts";

const draws = (seed: string) => {
  const random = seededRandom(seed);
  return Array.from({ length: 50 }, () => random.next());
};

Deno.test("draws the same numbers for one seed and others for another", () => {
  assert.deepEqual(draws("a"), draws("a"));
  assert.notDeepEqual(draws("a"), draws("b"));
});

Deno.test("draws evenly between 0 and 1", () => {
  const random = seededRandom("even");
  const buckets = Array(10).fill(0);
  for (let each = 0; each < 20_000; each++) buckets[Math.floor(random.next() * 10)]++;
  for (const bucket of buckets) assert.ok(bucket > 1800 && bucket < 2200, String(buckets));
});

Deno.test("keeps whole numbers between their bounds and reaches both", () => {
  const random = seededRandom("int");
  const seen = new Set(Array.from({ length: 500 }, () => random.int(3, 6)));
  assert.deepEqual([...seen].sort(), [3, 4, 5, 6]);
});

Deno.test("never draws what has no weight", () => {
  const random = seededRandom("weights");
  const seen = new Set(Array.from({ length: 500 }, () => random.weighted([0, 1, 0, 3])));
  assert.deepEqual([...seen].sort(), [1, 3]);
});

Deno.test("refuses to pick from nothing", () => {
  assert.throws(() => seededRandom("none").pick([]), /empty list/);
});

Deno.test("makes UUIDs of version 4 that depend on the text alone", () => {
  const text = uuidText(seededUuid("chart:one"));
  assert.match(text, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(uuidText(seededUuid("chart:one")), text);
  assert.notEqual(uuidText(seededUuid("chart:two")), text);
});
