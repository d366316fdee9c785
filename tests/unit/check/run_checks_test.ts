import assert from "node:assert/strict";
import { type Finding, printed } from "../../../src/check/finding.ts";
import { type CheckParts, runChecks } from "../../../src/check/run_checks.ts";
import { type Config, loadConfig } from "../../../src/config.ts";
import type { MetadataInspection } from "../../../src/dao/metadata.ts";
import { unavailable } from "../../../src/errors.ts";

const KEY = "acme-analytics-superset-secret-key-0123456789";
const WORKSPACE = {
  SQLALCHEMY_DATABASE_URI: "postgresql://superset:pw-hidden@db/superset",
  SUPERSET_SECRET_KEY: KEY,
  MCP_DEV_USERNAME: "admin",
};
const TOKENS = {
  ...WORKSPACE,
  MCP_DEV_USERNAME: undefined,
  MCP_AUTH_ENABLED: "true",
  MCP_JWT_AUDIENCE: "superset",
  MCP_JWKS_URI: "https://idp.example.com/keys",
};

const FOUND: MetadataInspection = {
  revision: "4b2a8c9d3e1f",
  superset: "6.1",
  missing: [],
  has: () => true,
  hasGroups: true,
  hasApiKeys: true,
  maxConnections: 100,
  encryptedPasswords: [{ database: "examples", value: "S+lRpJg06xTca1SJ4Wd2qQ==" }],
};

function config(env: Readonly<Record<string, string | undefined>>): Config {
  return loadConfig({
    env,
    readFile: () => "",
    demo: { username: "demo", featureFlags: {} },
  });
}

interface Given {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly found?: Partial<MetadataInspection>;
  readonly parts?: Partial<CheckParts>;
}

async function findings({ env = WORKSPACE, found, parts }: Given): Promise<Finding[]> {
  const metadata = {
    inspect: () => Promise.resolve({ ...FOUND, ...found }),
    findUser: (name: string) =>
      Promise.resolve(name === "admin" ? "active" as const : "unknown" as const),
  };
  const all = runChecks({
    config: config(env),
    metadata,
    probeWriting: () => Promise.resolve(),
    readKeys: () => Promise.resolve(),
    fetch: () => Promise.resolve(Response.json({ keys: [{ kty: "RSA" }] })),
    tryListen: () => {},
    ...parts,
  });
  return await Array.fromAsync(all);
}

Deno.test("finds nothing wrong where nothing is", async () => {
  for (const env of [WORKSPACE, { ...TOKENS, MCP_JWT_ISSUER: "https://idp.example.com" }]) {
    const levels = (await findings({ env })).filter(({ level }) => level === "fault");
    assert.deepEqual(levels, []);
  }
});

const refuse = (url: string) => () => Promise.resolve(new Response(url, { status: 404 }));

/** What is wrong, and the fault or warning that says so. */
const TABLE: readonly (readonly [string, Given, Finding["level"], RegExp])[] = [
  [
    "a database that can't be reached",
    {
      parts: {
        metadata: {
          inspect: () =>
            Promise.reject(
              unavailable("The metadata database can't be reached.", {
                cause: Object.assign(new Error("pw-hidden"), { code: "ECONNREFUSED" }),
              }),
            ),
          findUser: () => Promise.resolve("unknown"),
        },
      },
    },
    "fault",
    /can't be reached \(ECONNREFUSED\)\. → See that SQLALCHEMY_DATABASE_URI/,
  ],
  ["a database without Superset", { found: { missing: ["ab_user"] } }, "fault", /lacks .*ab_user/],
  ["an unknown schema", { found: { superset: null, revision: "abc" } }, "warn", /revision abc/],
  [
    "a metadata database that can't be written to",
    { parts: { probeWriting: () => Promise.reject(unavailable("No writing here.")) } },
    "warn",
    /can't be written: No writing here\. → .*MCP_READ_ONLY=true/,
  ],
  ["a server with no room", { found: { maxConnections: 17 } }, "fault", /not enough for one/],
  [
    "a server with little room",
    { found: { maxConnections: 20 } },
    "warn",
    /enough for one process/,
  ],
  [
    "a wrong SECRET_KEY",
    { env: { ...WORKSPACE, SUPERSET_SECRET_KEY: "wrong" } },
    "fault",
    /"examples": SUPERSET_SECRET_KEY does not open/,
  ],
  [
    "no SECRET_KEY where passwords are sealed",
    { env: { ...WORKSPACE, SUPERSET_SECRET_KEY: undefined } },
    "warn",
    /SUPERSET_SECRET_KEY is not set/,
  ],
  ["no password to try it on", { found: { encryptedPasswords: [] } }, "warn", /could not be tried/],
  [
    "an unknown development user",
    { env: { ...WORKSPACE, MCP_DEV_USERNAME: "nobody" } },
    "fault",
    /"nobody" is no user/,
  ],
  [
    "a key that can't be used",
    { env: TOKENS, parts: { readKeys: () => Promise.reject(new Error("bad")) } },
    "fault",
    /key for RS256 can't be used/,
  ],
  ["tokens of any issuer", { env: TOKENS }, "warn", /Any issuer's/],
  ["a key server that refuses", { env: TOKENS, parts: { fetch: refuse("x") } }, "fault", /404/],
  [
    "a key server without keys",
    { env: TOKENS, parts: { fetch: () => Promise.resolve(Response.json({ keys: [] })) } },
    "fault",
    /empty key set/,
  ],
  [
    "a key server that talks of something else",
    { env: TOKENS, parts: { fetch: () => Promise.resolve(Response.json([])) } },
    "fault",
    /no key set/,
  ],
  [
    "a key server that is not there",
    { env: TOKENS, parts: { fetch: () => Promise.reject(new TypeError("dns")) } },
    "fault",
    /can't be fetched \(TypeError\)/,
  ],
  [
    "a port that is taken",
    {
      parts: {
        tryListen: () => {
          throw new Deno.errors.AddrInUse();
        },
      },
    },
    "warn",
    /Something listens on 127\.0\.0\.1:5008/,
  ],
  [
    "an address of another machine",
    {
      parts: {
        tryListen: () => {
          throw new Deno.errors.AddrNotAvailable();
        },
      },
    },
    "fault",
    /can't be listened on \(AddrNotAvailable\)/,
  ],
  [
    "settings without effect",
    { env: { ...WORKSPACE, MCP_RATE_LIMITS: "10/s" } },
    "warn",
    /Not used by this version: MCP_RATE_LIMITS/,
  ],
];

for (const [title, given, level, words] of TABLE) {
  Deno.test(`tells of ${title}`, async () => {
    const all = await findings(given);
    const lines = all.filter((finding) => finding.level === level).map(printed);
    assert.ok(lines.some((line) => words.test(line)), all.map(printed).join("\n"));
    for (const line of all.map(printed)) {
      assert.ok(!line.includes("\n") && !line.includes("pw-hidden") && !line.includes(KEY), line);
    }
  });
}

Deno.test("goes on after a fault", async () => {
  const all = await findings({ found: { missing: ["slices"] } });
  assert.match(all.map(printed).at(-1) ?? "", /can be listened on/);
});

Deno.test("a service that only reads is not asked whether it can write", async () => {
  const found = await findings({
    env: { ...WORKSPACE, MCP_READ_ONLY: "true" },
    parts: { probeWriting: () => Promise.reject(new Error("asked")) },
  });
  const text = found.map(printed).join("\n");
  assert.doesNotMatch(text, /written/);
  assert.match(text, /up to 15 connections \(5 \+ 10\)/);
});
