import assert from "node:assert/strict";
import { bearerToken } from "../../../src/auth/bearer.ts";
import { MAX_TOKEN_CHARS } from "../../../src/auth/verify_token.ts";
import { refusalOf } from "./support.ts";

const TOKENS: readonly (readonly [string, string])[] = [
  ["Bearer abc", "abc"],
  ["bearer abc", "abc"],
  ["BEARER   a.b-c_d~e+f/g==", "a.b-c_d~e+f/g=="],
  ["  Bearer sst_1  ", "sst_1"],
  [`Bearer ${"x".repeat(MAX_TOKEN_CHARS)}`, "x".repeat(MAX_TOKEN_CHARS)],
];
for (const [header, token] of TOKENS) {
  Deno.test(`takes a token out of '${header.slice(0, 40)}'`, () => {
    assert.equal(bearerToken(header), token);
  });
}

for (
  const header of [null, "", "Bearer", "Bearer ", "Basic YTpi", "Bearerabc", "Token abc", "abc"]
) {
  Deno.test(`finds no token in ${header === null ? "no header" : `'${header}'`}`, async () => {
    const refusal = await refusalOf(() => bearerToken(header));
    assert.equal(refusal.status, 401);
    assert.equal(refusal.code, null);
  });
}

const MALFORMED = [
  "Bearer a b",
  "Bearer a, Bearer b",
  "Bearer a,b",
  "Bearer =abc",
  "Bearer é",
  'Bearer "abc"',
  `Bearer ${"x".repeat(MAX_TOKEN_CHARS + 1)}`,
];
for (const header of MALFORMED) {
  Deno.test(`refuses the token in '${header.slice(0, 40)}'`, async () => {
    const refusal = await refusalOf(() => bearerToken(header));
    assert.equal(refusal.status, 401);
    assert.equal(refusal.code, "invalid_token");
  });
}
