import assert from "node:assert/strict";
import { type JwtConfig, Secret } from "../../../src/config.ts";
import {
  makeTokenVerifier,
  MAX_TOKEN_CHARS,
  type TokenVerifier,
} from "../../../src/auth/verify_token.ts";
import {
  AUDIENCE,
  base64url,
  claims,
  collector,
  fakeClock,
  HMAC,
  ISSUER,
  keyPair,
  NOW_SECONDS,
  refusalOf,
  SECRET,
  signRaw,
  signWithKey,
  signWithSecret,
  START,
} from "./support.ts";

const rsa = await keyPair("RS256");
const ec = await keyPair("ES256");
const stranger = await keyPair("RS256");

function verifier(jwt: Partial<JwtConfig> = {}, now = () => START): Promise<TokenVerifier> {
  const fetch = () => Promise.reject(new Error("no key server in this test"));
  return makeTokenVerifier({ jwt: { ...HMAC, ...jwt }, now, fetch, observe: () => {} });
}

const byRsa: Partial<JwtConfig> = { algorithm: "RS256", key: { kind: "pem", pem: rsa.pem } };
const byEc: Partial<JwtConfig> = { algorithm: "ES256", key: { kind: "pem", pem: ec.pem } };

Deno.test("accepts a token of the configured algorithm and gives its claims and end", async () => {
  const verified = await (await verifier())(await signWithSecret(claims({ department: "sales" })));
  assert.equal(verified.claims.department, "sales");
  assert.equal(verified.expiresAt, START + 300_000);
  await (await verifier(byRsa))(await signWithKey(rsa.privateKey, claims(), { alg: "RS256" }));
  await (await verifier(byEc))(await signWithKey(ec.privateKey, claims(), { alg: "ES256" }));
});

for (const algorithm of ["HS384", "HS512"] as const) {
  Deno.test(`accepts ${algorithm}`, async () => {
    const verify = await verifier({ algorithm });
    await verify(await signWithSecret(claims(), { alg: algorithm }));
    await refusalOf(async () => verify(await signWithSecret(claims())));
  });
}

Deno.test("reads a key whose line ends are written as backslash and n, and has blanks around", async () => {
  const pem = `  ${rsa.pem.replaceAll("\n", "\\n")}  `;
  const verify = await verifier({ algorithm: "RS256", key: { kind: "pem", pem } });
  await verify(await signWithKey(rsa.privateKey, claims(), { alg: "RS256" }));
});

const ACCEPTED: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ["typ JWT", {}, { typ: "JWT" }],
  ["typ at+jwt", {}, { typ: "at+jwt" }],
  ["typ application/at+jwt in another case", {}, { typ: "Application/AT+JWT" }],
  ["a list of audiences with this one", { aud: ["other", AUDIENCE] }, {}],
  ["its last second", { exp: NOW_SECONDS + 1 }, {}],
  ["a part of a second left", { exp: NOW_SECONDS + 0.5 }, {}],
  ["nbf as of now", { nbf: NOW_SECONDS }, {}],
  ["nbf of an issuer whose clock is 5 seconds ahead", { nbf: NOW_SECONDS + 5 }, {}],
  ["a kid that no one needs", {}, { kid: "k1" }],
];
for (const [name, payload, header] of ACCEPTED) {
  Deno.test(`accepts ${name}`, async () => {
    await (await verifier())(await signWithSecret(claims(payload), header));
  });
}

const REFUSED: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ["another audience", { aud: "another-service" }, {}],
  ["an audience that only begins like this one", { aud: AUDIENCE + "-2" }, {}],
  ["no audience", { aud: undefined }, {}],
  ["an empty list of audiences", { aud: [] }, {}],
  ["an audience in an object", { aud: { [AUDIENCE]: true } }, {}],
  ["another issuer", { iss: "https://evil.example" }, {}],
  ["the issuer with a slash more", { iss: ISSUER + "/" }, {}],
  ["no issuer", { iss: undefined }, {}],
  ["a list of issuers", { iss: [ISSUER] }, {}],
  ["no exp", { exp: undefined }, {}],
  ["an exp that is now", { exp: NOW_SECONDS }, {}],
  ["an exp a second ago", { exp: NOW_SECONDS - 1 }, {}],
  ["an exp in words", { exp: "2099-01-01" }, {}],
  ["an exp of null", { exp: null }, {}],
  ["nbf 6 seconds ahead", { nbf: NOW_SECONDS + 6 }, {}],
  ["nbf in words", { nbf: "later" }, {}],
  ["an identity proof's typ", {}, { typ: "logout+jwt" }],
  ["a proof-of-possession typ", {}, { typ: "dpop+jwt" }],
  ["an empty typ", {}, { typ: "" }],
  ["a kid that is far too long", {}, { kid: "k".repeat(257) }],
];
for (const [name, payload, header] of REFUSED) {
  Deno.test(`refuses ${name}`, async () => {
    const token = await signWithSecret(claims(payload), header);
    const refusal = await refusalOf(async () => (await verifier())(token));
    assert.equal(refusal.status, 401);
    assert.equal(refusal.code, "invalid_token");
    assert(!refusal.reason.includes(token) && !refusal.description.includes(token));
  });
}

const body = JSON.stringify(claims());
const RAW: readonly (readonly [string, string, string])[] = [
  ["alg none, signed all the same", '{"alg":"none"}', body],
  ["alg NONE", '{"alg":"NONE"}', body],
  ["a header without alg", "{}", body],
  ["alg in a list", '{"alg":["HS256"]}', body],
  ["an algorithm of another size", '{"alg":"HS512"}', body],
  ["crit", '{"alg":"HS256","crit":["exp"],"exp":1}', body],
  ["crit with an unencoded payload", '{"alg":"HS256","crit":["b64"],"b64":false}', body],
  [
    "crit with an extension that changes nothing",
    '{"alg":"HS256","crit":["b64"],"b64":true}',
    body,
  ],
  ["an empty crit", '{"alg":"HS256","crit":[]}', body],
  ["a typ that is a number", '{"alg":"HS256","typ":1}', body],
  ["a kid that is an object", '{"alg":"HS256","kid":{}}', body],
  ["a payload that is a list", '{"alg":"HS256"}', "[]"],
  ["a payload that is no JSON", '{"alg":"HS256"}', "hello"],
  ["an end beyond all numbers", '{"alg":"HS256"}', body.replace(/"exp":\d+/, '"exp":1e999')],
  ["an audience twice, the last one foreign", '{"alg":"HS256"}', body.slice(0, -1) + ',"aud":"x"}'],
];
for (const [name, header, payload] of RAW) {
  Deno.test(`refuses ${name}`, async () => {
    const token = await signRaw(header, payload, SECRET);
    const refusal = await refusalOf(async () => (await verifier())(token));
    assert.equal(refusal.code, "invalid_token");
  });
}

Deno.test("the raw signer signs what holds when nothing is wrong with it", async () => {
  await (await verifier())(await signRaw('{"alg":"HS256"}', body, SECRET));
});

Deno.test("refuses alg none without a signature", async () => {
  for (const alg of ["none", "None", ""]) {
    const token = `${base64url(JSON.stringify({ alg }))}.${base64url(body)}.`;
    await refusalOf(async () => (await verifier())(token));
    await refusalOf(async () => (await verifier(byRsa))(token));
  }
});

Deno.test("refuses an HMAC token signed with the public key's text", async () => {
  const verify = await verifier(byRsa);
  for (const secret of [rsa.pem, rsa.pem.trim(), rsa.pem + "\n"]) {
    for (const header of ['{"alg":"HS256"}', '{"alg":"RS256"}']) {
      const token = await signRaw(header, body, secret);
      await refusalOf(() => verify(token));
    }
  }
});

Deno.test("refuses a token that brings or points to its own key", async () => {
  const jwk = await crypto.subtle.exportKey("jwk", stranger.publicKey);
  const verify = await verifier(byRsa);
  for (
    const more of [{ jwk }, { jku: "https://evil.example/jwks" }, { x5u: "https://evil.example" }]
  ) {
    const token = await signWithKey(stranger.privateKey, claims(), { alg: "RS256", ...more });
    await refusalOf(() => verify(token));
  }
});

Deno.test("refuses a token of another secret, and one whose claims were changed after signing", async () => {
  const verify = await verifier();
  await refusalOf(async () => verify(await signWithSecret(claims(), {}, SECRET + "x")));
  const [header, , signature] = (await signWithSecret(claims())).split(".");
  const forged = `${header}.${base64url(JSON.stringify(claims({ sub: "admin" })))}.${signature}`;
  await refusalOf(() => verify(forged));
  await refusalOf(() => verify(`${header}.${base64url(body)}.`));
});

Deno.test("refuses what is no token, quickly", async () => {
  const verify = await verifier();
  for (const text of ["", ".", "..", "...", "a.b.c", "e30.e30.e30", "x".repeat(100), "a.b.c.d.e"]) {
    await refusalOf(() => verify(text));
  }
});

Deno.test("refuses a token over the size limit although its signature holds", async () => {
  const verify = await verifier();
  const token = await signWithSecret(claims({ filler: "x".repeat(MAX_TOKEN_CHARS) }));
  assert.match((await refusalOf(() => verify(token))).reason, /over 16384 characters/);
});

Deno.test("without a configured issuer any issuer will do, and none", async () => {
  const verify = await verifier({ issuer: null });
  await verify(await signWithSecret(claims({ iss: "https://other.example" })));
  await verify(await signWithSecret(claims({ iss: undefined })));
});

Deno.test("tells a client that its token ran out, and of nothing else what is wrong", async () => {
  const clock = fakeClock();
  const verify = await verifier({}, clock.now);
  const token = await signWithSecret(claims());
  await verify(token);
  clock.advance(300_000);
  assert.match((await refusalOf(() => verify(token))).description, /expired/);
  const foreign = await signWithSecret(claims({ aud: "x" }));
  assert.equal(
    (await refusalOf(() => verify(foreign))).description,
    "The access token was not accepted.",
  );
});

const small = await weakRsaPem();
const UNUSABLE: readonly (readonly [string, Partial<JwtConfig>, RegExp])[] = [
  ["an RSA algorithm with a secret", { algorithm: "RS256" }, /RS256.*MCP_JWT_PUBLIC_KEY/],
  ["an HMAC with a public key", { key: { kind: "pem", pem: rsa.pem } }, /HS256.*MCP_JWT_SECRET/],
  ["a public key as a secret", { key: { kind: "secret", secret: new Secret(rsa.pem) } }, /PEM key/],
  ["an empty secret", { key: { kind: "secret", secret: new Secret("") } }, /empty/],
  ["no audience", { audience: [] }, /MCP_JWT_AUDIENCE/],
  ["a key of another kind", { algorithm: "RS256", key: { kind: "pem", pem: ec.pem } }, /RS256/],
  ["a key of another curve", { algorithm: "ES384", key: { kind: "pem", pem: ec.pem } }, /ES384/],
  [
    "a text that is no key",
    { algorithm: "RS256", key: { kind: "pem", pem: "hello" } },
    /PEM block/,
  ],
  [
    "an RSA key of 1024 bits",
    { algorithm: "RS256", key: { kind: "pem", pem: small } },
    /1024 bits/,
  ],
];
for (const [name, jwt, message] of UNUSABLE) {
  Deno.test(`is not made of ${name}`, async () => {
    await assert.rejects(verifier(jwt), (error: Error) => {
      assert(error instanceof TypeError);
      assert.match(error.message, message);
      assert(!error.message.includes(rsa.pem.slice(30, 60)) && !error.message.includes(SECRET));
      return true;
    });
  });
}

Deno.test("warns of a secret that is shorter than its algorithm's hash", async () => {
  const { seen, observe } = collector();
  const fetch = () => Promise.reject(new Error("unused"));
  const jwt: JwtConfig = { ...HMAC, algorithm: "HS512" };
  await makeTokenVerifier({ jwt, now: () => START, fetch, observe });
  assert.equal(seen.length, 1);
  assert(!JSON.stringify(seen).includes(SECRET));
});

async function weakRsaPem(): Promise<string> {
  const { publicKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const bytes = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  return `-----BEGIN PUBLIC KEY-----\n${bytes.toBase64()}\n-----END PUBLIC KEY-----`;
}
