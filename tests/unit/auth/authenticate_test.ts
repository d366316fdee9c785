import assert from "node:assert/strict";
import { type Config, Secret } from "../../../src/config.ts";
import { ServiceError, unavailable } from "../../../src/errors.ts";
import { lookupHash } from "../../../src/auth/api_key.ts";
import { AUTH_CACHE_LIMITS, makeAuthenticator } from "../../../src/auth/authenticate.ts";
import {
  account,
  authConfig,
  claims,
  collector,
  fakeClock,
  FakeDirectory,
  NOW_SECONDS,
  refusalOf,
  signWithSecret,
} from "./support.ts";

const KEY = "sst_A1b2C3d4A1b2C3d4A1b2C3d4A1b2C3d4A1b2C3d4xyz";
const SECRET_KEY = "acme-analytics-superset-secret-key-0123456789";
const KEY_HASH =
  "pbkdf2:sha256:1000$7VqzVVc1rP1gjceP$e5f4f7ad1a8b1b9a225114e1f7af9ebc9b1860b19690eb69dde054b2aacaa358";

async function setUp(auth: Partial<Config["auth"]> = {}, secretKey: string | null = SECRET_KEY) {
  const clock = fakeClock();
  const { seen, observe } = collector();
  const users = new FakeDirectory(
    account(1, "admin", { roles: [{ id: 1, name: "Admin" }] }),
    account(3, "greg_sales"),
    account(10, "ivan_inactive", { active: false }),
  );
  const authenticator = await makeAuthenticator({
    config: {
      auth: authConfig(auth),
      secretKey: secretKey === null ? null : new Secret(secretKey),
    },
    users,
    observe,
    now: clock.now,
    fetch: () => Promise.reject(new Error("no key server in this test")),
  });
  const ask = async (payload: Record<string, unknown> = {}) =>
    await authenticator.authenticate(`Bearer ${await signWithSecret(claims(payload))}`);
  return { clock, users, seen, ask, authenticate: authenticator.authenticate };
}

function withKey(users: FakeDirectory, more: { scopes?: string; expiresOnWallMs?: number } = {}) {
  users.apiKeys.set(lookupHash(KEY, SECRET_KEY), {
    userId: 3,
    keyHash: KEY_HASH,
    scopes: null,
    active: true,
    revoked: false,
    expiresOnWallMs: null,
    ...more,
  });
}

Deno.test("a token's caller has the account's roles and permissions and the token's words", async () => {
  const { ask } = await setUp({ attributeClaims: ["department"] });
  const caller = await ask({ tenant_id: "acme", scope: "a b", department: "sales", other: 1 });
  assert.equal(caller.user.username, "greg_sales");
  assert.deepEqual(caller.roles, [{ id: 4, name: "Gamma" }]);
  assert.deepEqual([...caller.permissions], ["can_read Chart"]);
  assert.equal(caller.access.isAdmin, false);
  assert.equal(caller.tenant, "acme");
  assert.deepEqual([...caller.scopes], ["a", "b"]);
  assert.deepEqual({ ...caller.attributes }, { department: "sales" });
  assert.equal(caller.source, "token");
});

Deno.test("finds people by address where the address is the first claim present", async () => {
  const { ask } = await setUp();
  assert.equal((await ask({ email: "admin@acme.example" })).user.id, 1);
  await refusalOf(() => ask({ email: "greg_sales" }));
});

Deno.test("an unknown user and a switched-off one get the same words, which differ in the log", async () => {
  const { ask } = await setUp();
  const unknown = await refusalOf(() => ask({ sub: "nobody" }));
  const inactive = await refusalOf(() => ask({ sub: "ivan_inactive" }));
  const visible = ({ status, code, description, message }: typeof unknown) => ({
    status,
    code,
    description,
    message,
  });
  assert.deepEqual(visible(unknown), visible(inactive));
  assert.equal(unknown.status, 401);
  assert.notEqual(unknown.reason, inactive.reason);
});

Deno.test("a name in another case, or with blanks, is nobody's although the database finds someone", async () => {
  const { ask, users } = await setUp();
  const findByUsername = users.findByUsername.bind(users);
  users.findByUsername = (name) => findByUsername(name.trim().toLowerCase());
  for (const sub of ["ADMIN", "Admin", "admin ", " admin"]) await refusalOf(() => ask({ sub }));
  assert.equal((await ask({ sub: "admin" })).user.id, 1);
});

Deno.test("required scopes are all required, and their lack is 403", async () => {
  const { ask } = await setUp({ requiredScopes: ["read", "mcp"] });
  assert.equal((await ask({ scope: "mcp read more" })).user.id, 3);
  for (const payload of [{}, { scope: "read" }, { scope: "READ MCP" }, { scp: ["read,mcp"] }]) {
    const refusal = await refusalOf(() => ask(payload));
    assert.equal(refusal.status, 403);
    assert.equal(refusal.code, "insufficient_scope");
  }
});

Deno.test("a token that can't be believed is 401 even where it lacks scopes, too", async () => {
  const { ask } = await setUp({ requiredScopes: ["read"] });
  assert.equal((await refusalOf(() => ask({ aud: "x" }))).status, 401);
});

Deno.test("no header, another scheme and an empty token are told apart from a bad token", async () => {
  const { authenticate } = await setUp();
  for (const header of [null, "Basic YTpi", "Bearer "]) {
    assert.equal((await refusalOf(() => authenticate(header))).code, null);
  }
  assert.equal((await refusalOf(() => authenticate("Bearer x"))).code, "invalid_token");
});

Deno.test("looks an account up once for many calls, and again after five seconds", async () => {
  const { users, clock, authenticate } = await setUp();
  const header = `Bearer ${await signWithSecret(claims())}`;
  await Promise.all(Array.from({ length: 20 }, () => authenticate(header)));
  clock.advance(AUTH_CACHE_LIMITS.ttlMs - 1);
  await authenticate(header);
  assert.equal(users.lookups, 1);
  clock.advance(1);
  await authenticate(header);
  assert.equal(users.lookups, 2);
});

Deno.test("a role taken away, a user switched off or renamed count within five seconds", async () => {
  const { users, clock, ask } = await setUp();
  await ask({ sub: "admin" });
  users.accounts = [account(1, "admin")];
  clock.advance(AUTH_CACHE_LIMITS.ttlMs);
  assert.equal((await ask({ sub: "admin" })).access.isAdmin, false);
  users.accounts = [account(1, "admin", { active: false })];
  clock.advance(AUTH_CACHE_LIMITS.ttlMs);
  await refusalOf(() => ask({ sub: "admin" }));
  users.accounts = [account(1, "root")];
  await refusalOf(() => ask({ sub: "admin" }));
  users.accounts = [account(1, "admin")];
  assert.equal((await ask({ sub: "admin" })).user.id, 1, "a refusal is not remembered");
});

Deno.test("a remembered token ends with its exp", async () => {
  const { clock, authenticate } = await setUp();
  const header = `Bearer ${await signWithSecret(claims({ exp: NOW_SECONDS + 2 }))}`;
  await authenticate(header);
  clock.advance(1_999);
  await authenticate(header);
  clock.advance(1);
  assert.match((await refusalOf(() => authenticate(header))).description, /expired/);
});

Deno.test("two tokens of one person keep their own tenants, scopes and attributes", async () => {
  const { ask } = await setUp({ attributeClaims: ["department"] });
  const one = await ask({ tenant_id: "a", scope: "x", department: "sales" });
  const two = await ask({ tenant_id: "b", department: "hr" });
  assert.deepEqual([one.tenant, two.tenant], ["a", "b"]);
  assert.deepEqual([one.scopes.size, two.scopes.size], [1, 0]);
  assert.deepEqual([one.attributes.department, two.attributes.department], ["sales", "hr"]);
});

Deno.test("a database that is down is unavailable, not a refusal, and recovers at once", async () => {
  const { ask, users } = await setUp();
  users.failure = unavailable("The metadata database is out of reach.");
  await assert.rejects(ask(), (error) => error === users.failure);
  users.failure = null;
  assert.equal((await ask()).user.id, 3);
});

Deno.test("a person named by address, by name and by id is not mixed up", async () => {
  const { ask, users, authenticate } = await setUp();
  users.accounts = [
    account(1, "3", { user: { ...account(1, "3").user, email: "one@acme.example" } }),
    account(3, "one@acme.example"),
  ];
  withKey(users);
  assert.equal((await ask({ sub: "3" })).user.id, 1);
  assert.equal((await ask({ sub: "one@acme.example" })).user.id, 3);
  assert.equal((await ask({ email: "one@acme.example" })).user.id, 1);
  assert.equal((await authenticate(`Bearer ${KEY}`)).user.id, 3);
});

Deno.test("an API key's caller is its user, with the key's scopes and no tenant", async () => {
  const { users, authenticate } = await setUp();
  withKey(users, { scopes: "superset:chart:read" });
  const caller = await authenticate(`Bearer ${KEY}`);
  assert.equal(caller.user.username, "greg_sales");
  assert.equal(caller.source, "api_key");
  assert.equal(caller.tenant, null);
  assert.deepEqual([...caller.scopes], ["superset:chart:read"]);
});

Deno.test("an API key needs the required scopes, too", async () => {
  const { users, authenticate } = await setUp({ requiredScopes: ["read"] });
  withKey(users);
  assert.equal((await refusalOf(() => authenticate(`Bearer ${KEY}`))).status, 403);
});

Deno.test("an API key of a switched-off or deleted user is refused like any unknown one", async () => {
  const { users, authenticate } = await setUp();
  withKey(users);
  users.accounts = [account(3, "greg_sales", { active: false })];
  assert.equal((await refusalOf(() => authenticate(`Bearer ${KEY}`))).status, 401);
  users.accounts = [];
  assert.equal((await refusalOf(() => authenticate(`Bearer ${KEY}`))).status, 401);
});

Deno.test("a revoked API key works no longer than five seconds", async () => {
  const { users, clock, authenticate } = await setUp();
  withKey(users);
  await authenticate(`Bearer ${KEY}`);
  users.apiKeys.clear();
  clock.advance(AUTH_CACHE_LIMITS.ttlMs);
  await refusalOf(() => authenticate(`Bearer ${KEY}`));
});

Deno.test("an API key without SUPERSET_SECRET_KEY is refused, and asks nobody", async () => {
  const { users, authenticate } = await setUp({}, null);
  withKey(users);
  const refusal = await refusalOf(() => authenticate(`Bearer ${KEY}`));
  assert.match(refusal.reason, /SUPERSET_SECRET_KEY/);
  assert.equal(users.keyLookups, 0);
});

Deno.test("an API key of another SECRET_KEY is refused", async () => {
  const { users, authenticate } = await setUp({}, "another-secret-key");
  withKey(users);
  await refusalOf(() => authenticate(`Bearer ${KEY}`));
});

const DEV = { jwt: null, devUsername: "greg_sales", enforceToolScopes: true };

Deno.test("a development user needs no token, and a token makes no difference", async () => {
  const { authenticate } = await setUp(DEV);
  for (const header of [null, `Bearer ${await signWithSecret(claims({ sub: "admin" }))}`]) {
    const caller = await authenticate(header);
    assert.equal(caller.user.username, "greg_sales");
    assert.equal(caller.source, "dev_user");
    assert.equal(caller.tenant, null);
  }
});

for (const devUsername of ["nobody", "ivan_inactive"]) {
  Deno.test(`a development user who can't sign in (${devUsername}) is told by the setting's name`, async () => {
    const { authenticate } = await setUp({ ...DEV, devUsername });
    await assert.rejects(authenticate(null), (error) => {
      assert(error instanceof ServiceError);
      assert.equal(error.type, "unavailable");
      assert.match(error.message, /MCP_DEV_USERNAME/);
      assert(!JSON.stringify(error.body()).includes("greg_sales"));
      return true;
    });
  });
}

Deno.test("is not made where nobody could be let in, or everybody", async () => {
  await assert.rejects(setUp({ jwt: null }), /MCP_AUTH_ENABLED/);
  await assert.rejects(setUp({ devUsername: "admin" }), /MCP_DEV_USERNAME/);
});

Deno.test("no refusal and no notice holds the token", async () => {
  const { authenticate, seen } = await setUp();
  const secret = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2VjcmV0";
  for (const token of [secret, KEY, `sst_${secret}`]) {
    const { description, reason } = await refusalOf(() => authenticate(`Bearer ${token}`));
    assert(!`${description} ${reason} ${JSON.stringify(seen)}`.includes(token));
  }
});
