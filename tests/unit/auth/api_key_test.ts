import assert from "node:assert/strict";
import {
  API_KEY_LIMITS,
  keyScopes,
  lookupHash,
  makeApiKeyVerifier,
} from "../../../src/auth/api_key.ts";
import { ServiceError } from "../../../src/errors.ts";
import type { ApiKeyRow } from "../../../src/auth/user_directory.ts";
import { HASH_LIMITS, matchesWerkzeugHash } from "../../../src/auth/werkzeug_hash.ts";
import { fakeClock, FakeDirectory, refusalOf, START } from "./support.ts";

const KEY = "sst_A1b2C3d4A1b2C3d4A1b2C3d4A1b2C3d4A1b2C3d4xyz";
const SECRET_KEY = "acme-analytics-superset-secret-key-0123456789";

// Written by Werkzeug 3.0's generate_password_hash and Python's hashlib.scrypt.
const SCRYPT =
  "scrypt:32768:8:1$l1OK7IzLcetMWKjl$15f3477042b6d87abcdad7ba079f395fa6ca1ae65496ea7b96eb4212ae8bb1fb94a010dc068ecdd03fe6d09ce4c060f7729fe65fae2d6ea7bc60684898ea51d6";
const PBKDF2 =
  "pbkdf2:sha256:1000$7VqzVVc1rP1gjceP$e5f4f7ad1a8b1b9a225114e1f7af9ebc9b1860b19690eb69dde054b2aacaa358";
const PBKDF2_DEFAULT =
  "pbkdf2:sha256:1000000$YNzN0xmDBVGtOkkm$b1c02532832148767ca7b3b2e40baa733a33252866ad0de1495b2c71e0c5b8fd";
const LOOKUP = "cc4d8ac2a0c9341222860ba8df8566817d195c099153aee4cc7e5d6d45322cc2";

function row(more: Partial<ApiKeyRow> = {}): ApiKeyRow {
  const expiresOnWallMs = null;
  const base = { userId: 3, keyHash: PBKDF2, scopes: null, active: true, revoked: false };
  return { ...base, expiresOnWallMs, ...more };
}

function setUp(found: ApiKeyRow | null, clock = fakeClock()) {
  const users = new FakeDirectory();
  if (found !== null) users.apiKeys.set(LOOKUP, found);
  const verify = makeApiKeyVerifier({ users, secretKey: SECRET_KEY, now: clock.now });
  return { users, verify, clock };
}

Deno.test("finds a key under the hash that Flask-AppBuilder computes, whatever letters the secret has", () => {
  assert.equal(lookupHash(KEY, SECRET_KEY), LOOKUP);
  assert.equal(
    lookupHash(KEY, "clé"),
    "7f9c79bd24bcbb8fb50fb864fbe24089e057405b034db8060ea1baaf16e3c5d1",
  );
});

for (const [name, hash] of Object.entries({ SCRYPT, PBKDF2, PBKDF2_DEFAULT })) {
  Deno.test(`checks what Werkzeug wrote: ${name}`, async () => {
    assert.equal(await matchesWerkzeugHash(hash, KEY), true);
    assert.equal(await matchesWerkzeugHash(hash, KEY + "x"), false);
  });
}

const hex = "ab".repeat(32);
const UNCHECKABLE = [
  "",
  "plain",
  `scrypt:32768:8:1$salt$`,
  `scrypt:32768:8:1$$${hex}`,
  `scrypt:32768:8:1$salt$${hex}$more`,
  `scrypt:32768:8:1$salt$${hex.toUpperCase()}`,
  `scrypt:32768:8:1$salt$abc`,
  `scrypt:32768:8$salt$${hex}`,
  `scrypt:32767:8:1$salt$${hex}`,
  `scrypt:0:8:1$salt$${hex}`,
  `scrypt:1e999:8:1$salt$${hex}`,
  `scrypt:32768:-8:1$salt$${hex}`,
  `scrypt:NaN:8:1$salt$${hex}`,
  `scrypt:${HASH_LIMITS.scryptBytes}:8:1$salt$${hex}`,
  `scrypt:32768:8:${HASH_LIMITS.scryptP + 1}$salt$${hex}`,
  `pbkdf2:sha256:${HASH_LIMITS.iterations + 1}$salt$${hex}`,
  `pbkdf2:sha256:0$salt$${hex}`,
  `pbkdf2:sha256$salt$${hex}`,
  `pbkdf2:md5:1000$salt$${hex}`,
  `sha256$salt$${hex}`,
  `plain$salt$${hex}`,
];
for (const hash of UNCHECKABLE) {
  Deno.test(`checks nothing against the hash '${hash.slice(0, 40)}'`, async () => {
    await assert.rejects(async () => await matchesWerkzeugHash(hash, KEY), (error: Error) => {
      assert(error instanceof RangeError);
      assert(!error.message.includes(hex));
      return true;
    });
    const { verify } = setUp(row({ keyHash: hash }));
    assert.equal((await refusalOf(() => verify(KEY, "digest"))).status, 401);
  });
}

Deno.test("gives the key's user and scopes", async () => {
  const { verify } = setUp(row({ scopes: "superset:chart:read, mine" }));
  const verified = await verify(KEY, "digest");
  assert.equal(verified.userId, 3);
  assert.deepEqual([...verified.scopes], ["superset:chart:read", "mine"]);
  assert.equal(verified.expiresAt, Infinity);
});

Deno.test("refuses a key that nobody made, by one lookup and no slow hash", async () => {
  const { verify, users } = setUp(null);
  const before = performance.now();
  for (let i = 0; i < 20; i++) await refusalOf(() => verify(`sst_guess${i}`, `digest${i}`));
  assert(performance.now() - before < 1_000);
  assert.equal(users.keyLookups, 20);
});

const UNUSABLE: readonly (readonly [string, Partial<ApiKeyRow>])[] = [
  ["switched off", { active: false }],
  ["revoked", { revoked: true }],
  ["expired", { expiresOnWallMs: wall(START) - 1 }],
  ["of an end that is no date", { expiresOnWallMs: NaN }],
  ["found by its lookup hash, with another key's hash", { keyHash: SCRYPT.slice(0, -2) + "00" }],
];
for (const [name, more] of UNUSABLE) {
  Deno.test(`refuses a key that is ${name}`, async () => {
    const { verify } = setUp(row(more));
    const refusal = await refusalOf(() => verify(KEY, "digest"));
    assert.equal(refusal.code, "invalid_token");
    assert(!refusal.reason.includes(KEY));
  });
}

Deno.test("a key ends when the wall clock of this host passes its end", async () => {
  const { verify, clock } = setUp(row({ expiresOnWallMs: wall(START) + 1_000 }));
  assert.equal((await verify(KEY, "digest")).expiresAt, START + 1_000);
  clock.advance(1_001);
  await refusalOf(() => verify(KEY, "digest"));
});

Deno.test("reads the key's row each time, so that revoking takes effect, and computes its hash once", async () => {
  const { verify, users } = setUp(row({ keyHash: SCRYPT }));
  await verify(KEY, "digest");
  const before = performance.now();
  for (let i = 0; i < 50; i++) await verify(KEY, "digest");
  const each = (performance.now() - before) / 50;
  assert(each < 10, `${each} ms a check, though the proof is remembered`);
  assert.equal(users.keyLookups, 51);
  users.apiKeys.set(LOOKUP, row({ keyHash: SCRYPT, revoked: true }));
  await refusalOf(() => verify(KEY, "digest"));
  users.apiKeys.set(LOOKUP, row({ keyHash: PBKDF2.slice(0, -2) + "00" }));
  await refusalOf(() => verify(KEY, "digest"));
});

Deno.test("refuses a text that is too long to be a key before it asks anybody", async () => {
  const { verify, users } = setUp(row());
  await refusalOf(() => verify("sst_" + "x".repeat(600), "digest"));
  assert.equal(users.keyLookups, 0);
});

Deno.test("proves a bounded number of keys at once, and goes on when they are done", async () => {
  const { verify, users } = setUp(row());
  const room = API_KEY_LIMITS.running + API_KEY_LIMITS.waiting;
  const keys = Array.from({ length: room + 5 }, (_, i) => `sst_other${i}`);
  for (const key of keys) users.apiKeys.set(lookupHash(key, SECRET_KEY), row());
  const results = await Promise.allSettled(keys.map((key) => verify(key, key)));
  const tooMany = results.filter((result) =>
    result.status === "rejected" && result.reason instanceof ServiceError &&
    result.reason.type === "unavailable"
  );
  assert.equal(tooMany.length, 5);
  assert.equal((await verify(KEY, "digest")).userId, 3);
});

Deno.test("reads scopes whatever separates them", () => {
  assert.deepEqual([...keyScopes("a, b,,c d\n")], ["a", "b", "c", "d"]);
  assert.deepEqual([...keyScopes(null)], []);
});

/** How a wall clock on this host, read as UTC, shows a moment. */
function wall(ms: number): number {
  return ms - new Date(ms).getTimezoneOffset() * 60_000;
}
