import assert from "node:assert/strict";
import { createSessionIds } from "../../../src/mcp/session_id.ts";

const KEY = new Uint8Array(32).fill(1);
const DAY_MS = 24 * 3600 * 1000;

Deno.test("a session id says what was agreed on, to whoever has the key", () => {
  const capabilities = {
    sampling: { tools: {}, more: 1 },
    elicitation: { form: {}, url: {} },
    roots: {},
  };
  const id = createSessionIds(KEY).mint("2025-11-25", capabilities, "me");
  const session = createSessionIds(KEY).verify(id, "me");
  assert.equal(session?.version, "2025-11-25");
  assert.deepEqual(session?.capabilities, {
    sampling: { tools: {} },
    elicitation: { form: {}, url: {} },
    roots: {},
  });
});

Deno.test("two sessions of one person are two", () => {
  const ids = createSessionIds(KEY);
  const [one, two] = [ids.mint("v", {}, "me"), ids.mint("v", {}, "me")];
  assert.notEqual(ids.verify(one, "me")?.id, ids.verify(two, "me")?.id);
});

Deno.test("a session ends after a day", () => {
  let now = 1_000_000;
  const ids = createSessionIds(KEY, () => now);
  const id = ids.mint("v", {}, "me");
  now += DAY_MS - 1;
  assert.ok(ids.verify(id, "me"));
  now += 1;
  assert.equal(ids.verify(id, "me"), null);
});

Deno.test("what a client puts into its capabilities does not make the id longer", () => {
  const ids = createSessionIds(KEY);
  const plain = ids.mint("2025-11-25", {}, "me").length;
  const huge =
    ids.mint("2025-11-25", { experimental: { a: { b: "x".repeat(10_000) } } }, "me").length;
  assert.equal(huge, plain);
  for (const odd of [null, undefined, 5, [], "x", { sampling: 5 }]) {
    assert.deepEqual(ids.verify(ids.mint("v", odd, "me"), "me")?.capabilities, {});
  }
});

for (const forged of ["", ".", "abc", "abc.", ".abc", "e30.AAAA", "x".repeat(5000)]) {
  Deno.test(`'${forged.slice(0, 10)}' (${forged.length} characters) is no session`, () => {
    assert.equal(createSessionIds(KEY).verify(forged, "me"), null);
  });
}
