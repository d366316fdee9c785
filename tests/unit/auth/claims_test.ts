import assert from "node:assert/strict";
import fc from "fast-check";
import { accountKey, attributesOf, scopesOf, tenantOf } from "../../../src/auth/claims.ts";
import { AuthRefusal } from "../../../src/auth/refusal.ts";

const CLAIMS = ["preferred_username", "username", "email", "sub"];

function isRefused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    assert(error instanceof AuthRefusal);
    assert.equal(error.status, 401);
    assert.equal(error.code, "invalid_token");
    return true;
  }
}

const NAMED = [
  [{ preferred_username: "greg", sub: "1" }, { by: "username", value: "greg" }],
  [{ sub: "greg", username: "grace" }, { by: "username", value: "grace" }],
  [{ email: "g@acme.example", sub: "1" }, { by: "email", value: "g@acme.example" }],
  [{ email: "g@acme.example", email_verified: true }, { by: "email", value: "g@acme.example" }],
  [{ email: "g@acme.example", email_verified: "true" }, { by: "email", value: "g@acme.example" }],
  [{ sub: "g@acme.example" }, { by: "username", value: "g@acme.example" }],
  [{ sub: "a name of two words" }, { by: "username", value: "a name of two words" }],
] as const;
for (const [claims, expected] of NAMED) {
  Deno.test(`finds the account of ${JSON.stringify(claims)}`, () => {
    assert.deepEqual(accountKey(claims, CLAIMS), expected);
  });
}

const UNNAMED: readonly (readonly [string, Record<string, unknown>])[] = [
  ["nothing", {}],
  ["claims that do not count", { name: "admin", upn: "admin" }],
  ["an empty first claim beside a good one", { preferred_username: "", sub: "admin" }],
  ["null beside a good one", { preferred_username: null, sub: "admin" }],
  ["a number beside a good one", { preferred_username: 1, sub: "admin" }],
  ["a list beside a good one", { preferred_username: ["admin"], sub: "admin" }],
  ["an object", { sub: { username: "admin" } }],
  ["an address that is not verified", { email: "admin@acme.example", email_verified: false }],
  ["an address verified by no answer", { email: "admin@acme.example", email_verified: null }],
  ["a NUL in the name", { sub: "admin\u0000" }],
  ["a line end in the name", { sub: "admin\n" }],
  ["half of a character", { sub: "admin\ud800" }],
  ["a name that is far too long", { sub: "a".repeat(321) }],
];
for (const [name, claims] of UNNAMED) {
  Deno.test(`names nobody: ${name}`, () => assert(isRefused(() => accountKey(claims, CLAIMS))));
}

Deno.test("never takes a claim that comes after the first one present", () => {
  const values = fc.dictionary(fc.constantFrom(...CLAIMS, "other"), fc.jsonValue());
  fc.assert(fc.property(values, fc.shuffledSubarray(CLAIMS, { minLength: 1 }), (claims, order) => {
    const first = order.find((claim) => Object.hasOwn(claims, claim));
    const refused = isRefused(() => {
      const key = accountKey(claims, order);
      assert(first !== undefined);
      assert.equal(key.value, claims[first]);
      assert.equal(key.by, first === "email" ? "email" : "username");
    });
    if (!refused) return;
    const value = first === undefined ? undefined : claims[first];
    assert(
      typeof value !== "string" || value === "" || /\p{Cc}/u.test(value) || value.length > 320,
    );
  }));
});

const TENANTS: readonly (readonly [unknown, string])[] = [
  ["acme", "acme"],
  ["a.b_c:d-9", "a.b_c:d-9"],
  ["x".repeat(64), "x".repeat(64)],
  [42, "42"],
  [0, "0"],
  [-7, "-7"],
];
for (const [value, expected] of TENANTS) {
  Deno.test(`reads the tenant ${JSON.stringify(value)} as ${expected}`, () => {
    assert.equal(tenantOf({ tenant_id: value }, "tenant_id"), expected);
  });
}

const NO_TENANTS: readonly unknown[] = [
  "",
  " ",
  "a b",
  "a/b",
  "acme\n",
  "é",
  "x".repeat(65),
  "../x",
  "a,b",
  null,
  true,
  1.5,
  1e300,
  ["acme"],
  { id: "acme" },
];
for (const value of NO_TENANTS) {
  Deno.test(`refuses a token of the tenant ${JSON.stringify(value)}`, () => {
    assert(isRefused(() => tenantOf({ tenant_id: value }, "tenant_id")));
  });
}

Deno.test("a token without the claim has no tenant, whatever every object inherits", () => {
  assert.equal(tenantOf({ other: "acme" }, "tenant_id"), null);
  assert.equal(tenantOf({}, "constructor"), null);
  assert.equal(tenantOf({}, "__proto__"), null);
});

Deno.test("whatever the tenant claim holds, what passes is a short word that logs and keys can hold", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string(), fc.string({ unit: "binary" })), (value) => {
      isRefused(() => {
        const tenant = tenantOf({ t: value }, "t");
        assert.match(tenant ?? "", /^[A-Za-z0-9_.:-]{1,64}$/);
        assert.equal(tenant, String(value));
      });
    }),
  );
});

const SCOPES: readonly (readonly [Record<string, unknown>, readonly string[]])[] = [
  [{ scope: "a b" }, ["a", "b"]],
  [{ scope: "  a  " }, ["a"]],
  [{ scope: "" }, []],
  [{ scopes: ["a", "b"] }, ["a", "b"]],
  [{ scp: ["a"] }, ["a"]],
  [{ scp: "a b" }, ["a", "b"]],
  [{ scope: "a", scp: ["b"], scopes: "c" }, ["a", "b", "c"]],
  [{ scopes: ["a", 1, null, ["b"], ""] }, ["a"]],
  [{ scope: 7 }, []],
  [{ scope: { a: true } }, []],
  [{ scope: "a,b" }, ["a,b"]],
  [{}, []],
];
for (const [claims, expected] of SCOPES) {
  Deno.test(`reads the scopes of ${JSON.stringify(claims)}`, () => {
    assert.deepEqual([...scopesOf(claims)].sort(), [...expected]);
  });
}

Deno.test("takes attributes that are plain values or lists of them, and leaves the rest out", () => {
  const claims = {
    department: "sales",
    level: 3,
    remote: false,
    regions: ["EU", "US"],
    nested: { a: 1 },
    mixed: ["a", { b: 1 }],
    nothing: null,
    secret: "not asked for",
  };
  const names = Object.keys(claims).filter((name) => name !== "secret").concat("absent");
  assert.deepEqual({ ...attributesOf(claims, names) }, {
    department: "sales",
    level: 3,
    remote: false,
    regions: ["EU", "US"],
  });
});

Deno.test("no attribute can reach the prototype, nor be changed later", () => {
  const attributes = attributesOf(JSON.parse('{"__proto__": "x"}'), ["__proto__", "toString"]);
  assert.equal(Object.getPrototypeOf(attributes), null);
  assert.deepEqual(Object.keys(attributes), ["__proto__"]);
  assert(Object.isFrozen(attributes));
});
