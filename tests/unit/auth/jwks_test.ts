import assert from "node:assert/strict";
import { type CryptoKey as JoseKey, exportJWK } from "jose";
import type { JwtConfig } from "../../../src/config.ts";
import { ServiceError } from "../../../src/errors.ts";
import { JWKS_LIMITS, makeKeySet } from "../../../src/auth/jwks.ts";
import { makeTokenVerifier } from "../../../src/auth/verify_token.ts";
import {
  AUDIENCE,
  claims,
  collector,
  fakeClock,
  ISSUER,
  keyPair,
  refusalOf,
  signRaw,
  signWithKey,
} from "./support.ts";

const first = await keyPair("RS256");
const second = await keyPair("RS256");
const TOKENS_LAST = { exp: 4_000_000_000 };

async function jwk(publicKey: JoseKey, kid?: string): Promise<Record<string, unknown>> {
  return { ...await exportJWK(publicKey), use: "sig", alg: "RS256", ...(kid ? { kid } : {}) };
}

const sign = (key: { privateKey: JoseKey }, kid?: string) =>
  signWithKey(key.privateKey, claims(TOKENS_LAST), { alg: "RS256", ...(kid ? { kid } : {}) });

/** A key server on loopback whose answer a test may change, and a verifier that asks it. */
async function setUp(...keys: Record<string, unknown>[]) {
  const state = {
    requests: 0,
    answer: (): Response | Promise<Response> => Response.json({ keys }),
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    state.requests++;
    return new URL(request.url).pathname === "/jwks" ? state.answer() : Response.json({ keys });
  });
  const uri = new URL(`http://127.0.0.1:${server.addr.port}/jwks`);
  const clock = fakeClock();
  const { seen, observe } = collector();
  const jwt: JwtConfig = {
    algorithm: "RS256",
    key: { kind: "jwks", uri },
    issuer: ISSUER,
    audience: [AUDIENCE],
  };
  const verify = await makeTokenVerifier({ jwt, now: clock.now, fetch, observe });
  return { state, clock, seen, verify, uri, [Symbol.asyncDispose]: () => server.shutdown() };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ServiceError && error.type === "unavailable";
}

Deno.test("asks the key server once for many tokens that come at the same moment", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const token = await sign(first, "k1");
  await Promise.all(Array.from({ length: 20 }, () => set.verify(token)));
  await set.verify(token);
  assert.equal(set.state.requests, 1);
});

Deno.test("asks nobody for a token that can be refused by its header", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const wrongAlg = await signWithKey(first.privateKey, claims(), { alg: "PS256", kid: "k1" })
    .catch(() => signRaw('{"alg":"PS256"}', "{}", "x"));
  await refusalOf(() => set.verify(wrongAlg));
  await refusalOf(async () => set.verify(await signRaw('{"alg":"HS256"}', "{}", first.pem)));
  assert.equal(set.state.requests, 0);
});

Deno.test("finds a new key by one more request, and asks no more than once a cooldown", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const rotated = await sign(second, "k2");
  await set.verify(await sign(first, "k1"));
  for (let i = 0; i < 5; i++) await refusalOf(async () => set.verify(await sign(first, `x${i}`)));
  assert.equal(set.state.requests, 1, "within the cooldown of the first fetch");

  const keys = [await jwk(first.publicKey, "k1"), await jwk(second.publicKey, "k2")];
  set.state.answer = () => Response.json({ keys });
  set.clock.advance(JWKS_LIMITS.cooldownMs);
  await set.verify(rotated);
  assert.equal(set.state.requests, 2);
  for (let i = 0; i < 5; i++) await refusalOf(async () => set.verify(await sign(first, `y${i}`)));
  assert.equal(set.state.requests, 2);
});

Deno.test("refuses a known kid with another key's signature, and asks for no keys because of it", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  await set.verify(await sign(first, "k1"));
  set.clock.advance(JWKS_LIMITS.cooldownMs);
  await refusalOf(async () => set.verify(await sign(second, "k1")));
  assert.equal(set.state.requests, 1);
});

Deno.test("a token without kid is accepted where one key fits, and refused where several do", async () => {
  const token = await sign(first);
  {
    await using set = await setUp(await jwk(first.publicKey, "k1"));
    await set.verify(token);
  }
  await using set = await setUp(
    await jwk(first.publicKey, "k1"),
    await jwk(second.publicKey, "k2"),
  );
  await refusalOf(() => set.verify(token));
});

Deno.test("known keys keep working while the key server is down, and unknown ones are unavailable", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const token = await sign(first, "k1");
  await set.verify(token);
  set.state.answer = () => new Response("down", { status: 503 });
  set.clock.advance(JWKS_LIMITS.maxAgeMs);
  await set.verify(token);
  await assert.rejects(async () => set.verify(await sign(second, "k2")), isUnavailable);
  await assert.rejects(async () => set.verify(await sign(second, "k2")), isUnavailable);
  await set.verify(token);
  assert.equal(set.state.requests, 2, "one try for one cooldown");
  assert.match(JSON.stringify(set.seen), /503/);

  set.clock.advance(JWKS_LIMITS.maxStaleMs);
  await assert.rejects(set.verify(token), isUnavailable);
});

Deno.test("drops a key that its issuer took away, when the set gets old", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const token = await sign(first, "k1");
  await set.verify(token);
  const keys = [await jwk(second.publicKey, "k2")];
  const fetched = Promise.withResolvers<void>();
  set.state.answer = () => {
    setTimeout(fetched.resolve, 50);
    return Response.json({ keys });
  };
  set.clock.advance(JWKS_LIMITS.maxAgeMs);
  await set.verify(token);
  await fetched.promise;
  await refusalOf(() => set.verify(token));
});

Deno.test("a service that starts before its key server recovers within a second of it", async () => {
  await using set = await setUp(await jwk(first.publicKey, "k1"));
  const good = set.state.answer;
  const token = await sign(first, "k1");
  set.state.answer = () => new Response("starting", { status: 502 });
  for (let i = 0; i < 5; i++) await assert.rejects(set.verify(token), isUnavailable);
  assert.equal(set.state.requests, 1);
  set.state.answer = good;
  set.clock.advance(JWKS_LIMITS.retryMs);
  await set.verify(token);
});

const tooMany = Array.from({ length: JWKS_LIMITS.maxKeys + 1 }, () => ({ kty: "RSA" }));
const BAD_ANSWERS: readonly (readonly [string, () => Response])[] = [
  ["a redirect", () => new Response(null, { status: 302, headers: { location: "/elsewhere" } })],
  ["no JSON", () => new Response("<html>")],
  ["JSON that is no key set", () => Response.json({ jwks: [] })],
  ["a list", () => Response.json([])],
  ["keys that are no objects", () => Response.json({ keys: ["a"] })],
  ["too many keys", () => Response.json({ keys: tooMany })],
  ["too many bytes", () => new Response(" ".repeat(JWKS_LIMITS.maxBytes) + '{"keys":[]}')],
  ["bytes that are no UTF-8", () => new Response(new Uint8Array([0xff, 0xfe]))],
];
for (const [name, answer] of BAD_ANSWERS) {
  Deno.test(`takes no keys from ${name}`, async () => {
    await using set = await setUp(await jwk(first.publicKey, "k1"));
    set.state.answer = answer;
    await assert.rejects(async () => set.verify(await sign(first, "k1")), isUnavailable);
    assert.equal(set.state.requests, 1);
    assert.equal(set.seen.length, 1);
  });
}

Deno.test("uses no secret and no private key that a set holds", async () => {
  const oct = { kty: "oct", k: "c2VjcmV0", kid: "s", alg: "RS256" };
  const leaked = { ...await exportJWK(first.privateKey), kid: "p", alg: "RS256" };
  await using set = await setUp(oct, leaked);
  await refusalOf(async () => set.verify(await sign(first, "s")));
  await refusalOf(async () => set.verify(await sign(first, "p")));
});

const ADDRESSES: readonly (readonly [string, boolean])[] = [
  ["https://issuer.example/jwks", true],
  ["http://127.0.0.1:9000/jwks", true],
  ["http://127.1.2.3/jwks", true],
  ["http://localhost/jwks", true],
  ["http://[::1]:80/jwks", true],
  ["http://issuer.example/jwks", false],
  ["http://127.0.0.1.evil.example/jwks", false],
  ["http://localhost.evil.example/jwks", false],
  ["http://10.0.0.1/jwks", false],
  ["ftp://127.0.0.1/jwks", false],
  ["file:///etc/passwd", false],
  ["data:application/json,{}", false],
  ["https://user:password@issuer.example/jwks", false],
];
for (const [address, accepted] of ADDRESSES) {
  Deno.test(`${accepted ? "fetches" : "refuses to fetch"} keys from ${address}`, () => {
    const options = {
      uri: new URL(address),
      fetch,
      now: () => 0,
      observe: () => {},
    };
    if (accepted) assert.equal(typeof makeKeySet(options), "function");
    else {assert.throws(() => makeKeySet(options), (error: Error) => {
        assert(!error.message.includes("user:password"));
        return error instanceof TypeError;
      });}
  });
}
