import assert from "node:assert/strict";
import { challenge, protectedResourceMetadata } from "../../../src/auth/challenge.ts";
import { insufficientScope, invalidToken, noToken } from "../../../src/auth/refusal.ts";
import { authConfig, HMAC, ISSUER } from "./support.ts";

const PUBLIC = new URL("https://bi.example/");
const METADATA = 'resource_metadata="https://bi.example/.well-known/oauth-protected-resource"';

Deno.test("without a token the challenge holds no error code", () => {
  assert.equal(challenge(noToken("none"), authConfig(), PUBLIC), `Bearer ${METADATA}`);
});

Deno.test("a bad token is told as invalid_token", () => {
  assert.equal(
    challenge(invalidToken("secret reason"), authConfig(), PUBLIC),
    'Bearer error="invalid_token", error_description="The access token was not accepted.", ' +
      METADATA,
  );
});

Deno.test("a missing scope is told with the scopes to ask for", () => {
  const auth = authConfig({ requiredScopes: ["read", "mcp"] });
  assert.equal(
    challenge(insufficientScope(["mcp"]), auth, PUBLIC),
    'Bearer error="insufficient_scope", ' +
      'error_description="The access token lacks a required scope: mcp.", ' +
      `scope="read mcp", ${METADATA}`,
  );
});

Deno.test("nothing can end a quoted value early or break the line", () => {
  const refusal = { code: "invalid_token", description: 'a", b="c\\\r\nX: é' } as const;
  const value = challenge(refusal, authConfig(), PUBLIC);
  assert.match(value, /error_description="a', b='c'''X: '", resource_metadata/);
  assert.doesNotThrow(() => new Headers({ "WWW-Authenticate": value }));
});

Deno.test("the metadata document names the resource, its issuer and the scopes", () => {
  const auth = authConfig({ requiredScopes: ["read"], enforceToolScopes: true });
  const scopes = ["superset:chart:read", "read"];
  assert.deepEqual(protectedResourceMetadata(auth, PUBLIC, scopes), {
    resource: "https://bi.example/mcp",
    authorization_servers: [ISSUER],
    scopes_supported: ["read", "superset:chart:read"],
    bearer_methods_supported: ["header"],
    resource_name: "Superset",
  });
});

Deno.test("tool scopes are not named where nobody asks for them", () => {
  const document = protectedResourceMetadata(authConfig(), PUBLIC, ["superset:chart:read"]);
  assert.equal("scopes_supported" in document, false);
});

for (const issuer of [null, "acme", "urn:acme", "file:///etc/issuer"]) {
  Deno.test(`the issuer ${issuer} is no address, and so no authorization server`, () => {
    const auth = authConfig({ jwt: { ...HMAC, issuer } });
    assert.equal("authorization_servers" in protectedResourceMetadata(auth, PUBLIC), false);
  });
}

Deno.test("a service under a path keeps the path in the resource and the document's address", () => {
  const url = new URL("https://bi.example/agents/");
  assert.equal(
    protectedResourceMetadata(authConfig(), url).resource,
    "https://bi.example/agents/mcp",
  );
  assert.match(
    challenge(noToken("none"), authConfig(), url),
    /"https:\/\/bi\.example\/agents\/\.well-known\/oauth-protected-resource"$/,
  );
});
