import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Config,
  ConfigError,
  type ConfigSources,
  loadConfig,
  SETTINGS,
} from "../../src/config.ts";
import { environmentNames, type Setting } from "../../src/config/settings.ts";
import { VERSION } from "../../src/config/version.ts";

const SECRET = "a-secret-of-enough-bytes-0123456789";
const PEM = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----";
const WORKSPACE = { SQLALCHEMY_DATABASE_URI: "postgresql://superset:pw-hidden@db:5432/superset" };
const TOKENS = { MCP_AUTH_ENABLED: "true", MCP_JWT_AUDIENCE: "superset", MCP_JWT_SECRET: SECRET };

type Env = Readonly<Record<string, string>>;

function load(env: Env, more: Partial<ConfigSources> = {}): Config {
  return loadConfig({
    env,
    readFile: (path) => {
      throw new Error(`no file ${path}`);
    },
    demo: { username: "demo", featureFlags: { DASHBOARD_RBAC: true } },
    toolNames: ["list_charts", "get_chart_info"],
    ...more,
  });
}

function refusal(env: Env, more: Partial<ConfigSources> = {}): ConfigError {
  try {
    load(env, more);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  throw new assert.AssertionError({ message: `accepted ${JSON.stringify(env)}` });
}

Deno.test("takes the contract's defaults where nothing is set", () => {
  const config = load({});
  assert.deepEqual(config.metadata, { kind: "demo" });
  assert.equal(config.auth.devUsername, "demo");
  assert.equal(config.auth.jwt, null);
  assert.deepEqual(config.auth.userClaims, ["preferred_username", "username", "email", "sub"]);
  assert.deepEqual([config.http.host, config.http.port], ["127.0.0.1", 5008]);
  assert.deepEqual(config.http.allowedHosts, ["127.0.0.1", "localhost", "::1"]);
  assert.deepEqual(config.pool, {
    size: 5,
    maxOverflow: 10,
    timeoutSeconds: 30,
    recycleSeconds: 3600,
  });
  assert.deepEqual(config.featureFlags, { DASHBOARD_RBAC: true });
  assert.equal(config.supersetUrl, "http://localhost:8088");
  assert.equal(config.responseTokenLimit, 25_000);
  assert.deepEqual(config.notices, []);
});

Deno.test("reads each kind of setting", () => {
  const config = load({
    ...WORKSPACE,
    ...TOKENS,
    SUPERSET_SECRET_KEY: " key with blanks ",
    MCP_SERVICE_HOST: "[::1]",
    MCP_REQUIRED_SCOPES: "read , superset:chart:read",
    MCP_ENFORCE_TOOL_SCOPES: "YES",
    MCP_RBAC_ENABLED: "0",
    MCP_DISABLED_TOOLS: "list_charts",
    MCP_ALLOWED_HOSTS: "mcp.example.com,mcp.example.com:8443",
    MCP_ALLOWED_ORIGINS: "https://Chat.example.com:443",
    MCP_PUBLIC_URL: "https://mcp.example.com/superset/mcp",
    SUPERSET_WEBSERVER_ADDRESS: "https://bi.example.com/",
    SUPERSET_FEATURE_FLAGS: `{"ENABLE_TEMPLATE_PROCESSING": true}`,
    SQLALCHEMY_POOL_RECYCLE: "-1",
    MCP_LOG_LEVEL: "WARN",
  });
  assert.equal(config.secretKey?.reveal(), " key with blanks ");
  assert.equal(config.http.host, "::1");
  assert.equal(config.auth.jwt?.algorithm, "HS256");
  assert.equal(config.auth.devUsername, null);
  assert.deepEqual(config.auth.requiredScopes, ["read", "superset:chart:read"]);
  assert.deepEqual([config.auth.enforceToolScopes, config.auth.rbacEnabled], [true, false]);
  assert.deepEqual([...config.tools.disabled], ["list_charts"]);
  assert.deepEqual(config.http.allowedHosts, ["mcp.example.com", "mcp.example.com:8443"]);
  assert.deepEqual(config.http.allowedOrigins, ["https://chat.example.com"]);
  assert.equal(config.http.publicUrl?.href, "https://mcp.example.com/superset/");
  assert.equal(config.supersetUrl, "https://bi.example.com");
  assert.deepEqual(config.featureFlags, { ENABLE_TEMPLATE_PROCESSING: true });
  assert.equal(config.pool.recycleSeconds, -1);
  assert.equal(config.log.level, "warn");
});

Deno.test("lets the command line win over the environment", () => {
  const env = { MCP_SERVICE_HOST: "127.0.0.1", MCP_SERVICE_PORT: "5008" };
  const { http } = load(env, { flags: { host: "localhost", port: "0" } });
  assert.deepEqual([http.host, http.port], ["localhost", 0]);
});

Deno.test("reads a secret from a file and takes its last line break off", () => {
  const readFile = (path: string) => path === "/run/key" ? `${SECRET}\n` : assert.fail(path);
  const config = load({ SUPERSET_SECRET_KEY_FILE: "/run/key" }, { readFile });
  assert.equal(config.secretKey?.reveal(), SECRET);
});

Deno.test("lets `\\n` stand for the line ends of a public key", () => {
  const { auth } = load({
    ...WORKSPACE,
    MCP_AUTH_ENABLED: "1",
    MCP_JWT_AUDIENCE: "a,b",
    MCP_JWT_PUBLIC_KEY: PEM.replaceAll("\n", "\\n"),
    MCP_JWT_ALGORITHM: "es256",
  });
  assert.deepEqual(auth.jwt?.key, { kind: "pem", pem: PEM });
  assert.deepEqual(auth.jwt?.audience, ["a", "b"]);
  assert.equal(auth.jwt?.algorithm, "ES256");
});

Deno.test("answers to the public URL's host unless the hosts are listed", () => {
  const MCP_PUBLIC_URL = "https://mcp.example.com";
  assert.ok(load({ MCP_PUBLIC_URL }).http.allowedHosts.includes("mcp.example.com"));
  const listed = load({ MCP_PUBLIC_URL, MCP_ALLOWED_HOSTS: "other" });
  assert.deepEqual(listed.http.allowedHosts, ["other"]);
});

/** A setting's wrong value, and the words that its line must hold beside its name. */
const WRONG: readonly (readonly [name: string, value: string, words: string])[] = [
  ["SQLALCHEMY_DATABASE_URI", "oracle://u:pw-hidden@h/d", "oracle"],
  ["SQLALCHEMY_DATABASE_URI", "pw-hidden", "no database URI"],
  ["SUPERSET_SECRET_KEY", "  ", "empty"],
  ["MCP_SERVICE_HOST", "host:80", "without a port"],
  ["MCP_SERVICE_HOST", "a b", "IP address"],
  ["MCP_SERVICE_PORT", "65536", "0 to 65535"],
  ["MCP_SERVICE_PORT", "5e3", "0 to 65535"],
  ["MCP_DEV_USERNAME", "", "empty"],
  ["MCP_DEV_USERNAME_ANYWHERE", "on", "true, false"],
  ["MCP_AUTH_ENABLED", "enabled", "true, false"],
  ["MCP_JWT_ALGORITHM", "none", "HS256"],
  ["MCP_JWT_SECRET", "pw-hidden", "32 bytes"],
  ["MCP_JWT_PUBLIC_KEY", "-----BEGIN PRIVATE KEY-----", "no public key"],
  ["MCP_JWKS_URI", "http://keys.example.com/", "https"],
  ["MCP_JWKS_URI", "https://u:pw-hidden@keys.example.com/", "password"],
  ["MCP_JWT_ISSUER", "", "empty"],
  ["MCP_JWT_AUDIENCE", "a,,b", "between the commas"],
  ["MCP_REQUIRED_SCOPES", "two words", "scope"],
  ["MCP_USER_CLAIMS", "sub,", "between the commas"],
  ["MCP_USER_ATTRIBUTE_CLAIMS", "a}}", "claim"],
  ["MCP_ENFORCE_TOOL_SCOPES", "2", "true, false"],
  ["MCP_ALLOWED_HOSTS", "*", "host name"],
  ["MCP_ALLOWED_HOSTS", "http://a", "host name"],
  ["MCP_ALLOWED_ORIGINS", "chat.example.com", "origin"],
  ["MCP_ALLOWED_ORIGINS", "https://a/b", "without a path"],
  ["MCP_PUBLIC_URL", "mcp.example.com", "https://"],
  ["MCP_TENANT_CLAIM", "a b", "claim"],
  ["MCP_RBAC_ENABLED", "nope", "true, false"],
  ["MCP_DISABLED_TOOLS", "list_chart", "get_chart_info"],
  ["MCP_READ_ONLY", "y", "true, false"],
  ["SUPERSET_FEATURE_FLAGS", "[]", "JSON object"],
  ["SUPERSET_FEATURE_FLAGS", `{"A": "true"}`, "JSON object"],
  ["SUPERSET_FEATURE_FLAGS", "{", "JSON object"],
  ["SUPERSET_WEBSERVER_ADDRESS", "ftp://a", "http"],
  ["CACHE_REDIS_URL", "http://u:pw-hidden@h", "redis://"],
  ["SQLALCHEMY_POOL_SIZE", "0", "1 to"],
  ["SQLALCHEMY_MAX_OVERFLOW", "-1", "0 to"],
  ["SQLALCHEMY_POOL_TIMEOUT", "1.5", "whole number"],
  ["SQLALCHEMY_POOL_RECYCLE", "-2", "-1 to"],
  ["MCP_CACHE_ENABLED", "maybe", "true, false"],
  ["MCP_CACHE_MAX_BYTES", "64MiB", "whole number"],
  ["MCP_QUERY_HISTORY", "off", "true, false"],
  ["ROW_LIMIT", "all", "whole number"],
  ["SQL_MAX_ROW", "0", "1 to"],
  ["SQLLAB_TIMEOUT", "30s", "whole number"],
  ["MCP_SQL_FUNCTIONS", "st_area", "JSON object"],
  ["MCP_SQL_FUNCTIONS", `["st_area"]`, "JSON object"],
  ["MCP_SQL_FUNCTIONS", `{"oracle": []}`, "postgresql, mysql, sqlite"],
  ["MCP_SQL_FUNCTIONS", `{"sqlite": "a"}`, "sqlite has is no list"],
  ["MCP_SQL_FUNCTIONS", `{"mysql": ["a", 1]}`, "1"],
  ["MCP_SQL_FUNCTIONS", `{"postgresql": [""]}`, "a name, or schema.name"],
  ["MCP_SQL_FUNCTIONS", `{"postgresql": ["st_area()"]}`, "st_area()"],
  ["MCP_SQL_FUNCTIONS", `{"postgresql": ["a.b.c"]}`, "a.b.c"],
  ["MCP_SQL_FUNCTIONS", `{"postgresql": ["pg_catalog.abs"]}`, "pg_catalog.abs"],
  ["MCP_SQL_FUNCTIONS", `{"sqlite": ["main.f"]}`, "without schema"],
  ["MCP_RESPONSE_TOKEN_LIMIT", "1", "100 to"],
  ["MCP_LOG_LEVEL", "trace", "debug, info, warn, error"],
  ["MCP_LOG_FORMAT", "xml", "json, text"],
  ["CHROME_PATH", "", "empty"],
  ["CHROME_WS_ENDPOINT", "http://pw-hidden", "ws://"],
  ["MCP_TENANTS_FILE", "/etc/tenants", "tenant"],
  ["MCP_RATE_LIMITS", "", "empty"],
  ["GUEST_TOKEN_JWT_SECRET", "", "empty"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "http"],
  ["MCP_CONFORMANCE_FIXTURES", "yes please", "true, false"],
];

for (const [name, value, words] of WRONG) {
  Deno.test(`refuses ${name}=${JSON.stringify(value)}, saying "${words}"`, () => {
    const { problems, message } = refusal({ [name]: value });
    const told = problems.filter((problem) => problem.name === name);
    assert.equal(told.length, 1, message);
    assert.ok(told[0]?.text.includes(words), message);
    assert.ok(told[0]?.text.includes("valid: "), message);
    assert.ok(!message.includes("pw-hidden"), message);
  });
}

Deno.test("reads the functions that an operator allows as engines fold them, and says so", () => {
  const text = JSON.stringify({ postgresql: ["ST_Area", "geo.nearest", "st_area"], sqlite: [] });
  const { sqlLab, notices } = load({ ...WORKSPACE, ...TOKENS, MCP_SQL_FUNCTIONS: text });
  assert.deepEqual(sqlLab.functions, { postgresql: ["st_area", "geo.nearest"], sqlite: [] });
  assert.match(notices.join(), /MCP_SQL_FUNCTIONS .*: st_area, geo\.nearest \(postgresql\)\./);
  assert.deepEqual(load({ ...WORKSPACE, ...TOKENS, MCP_SQL_FUNCTIONS: "{}" }).notices, []);
});

Deno.test("has a wrong value for each setting in this table", () => {
  const tried = new Set(WRONG.map(([name]) => name));
  assert.deepEqual(SETTINGS.map(({ name }) => name).filter((name) => !tried.has(name)), []);
});

Deno.test("tells every fault of any settings at once, and none of the others", () => {
  const byName = new Map(WRONG.map(([name, value]) => [name, value]));
  fc.assert(fc.property(fc.subarray([...byName.keys()], { minLength: 1 }), (names) => {
    const env = Object.fromEntries(names.map((name) => [name, byName.get(name) ?? ""]));
    // With a user, so that a broken database URI does not also leave a workspace nobody could ask.
    const { message, problems } = refusal({ MCP_DEV_USERNAME: "admin", ...env });
    assert.deepEqual([...new Set(problems.map(({ name }) => name))].sort(), names.toSorted());
    assert.equal(problems.length, names.length, message);
    for (const name of names) assert.ok(message.includes(`${name}: `), message);
  }));
});

Deno.test("shows no secret's value in any message, whatever it is", () => {
  const secrets = (SETTINGS as readonly Setting[]).filter(({ secret }) => secret);
  fc.assert(fc.property(fc.constantFrom(...secrets), fc.uuid(), (setting, value) => {
    const { message } = refusal({ [setting.name]: value, ROW_LIMIT: "broken" });
    assert.ok(!message.includes(value), message);
  }));
});

/** Settings that are right one by one and wrong together. */
const CONTRADICTIONS: readonly (readonly [title: string, env: Env, name: string, words: string])[] =
  [
    [
      "a development user beside tokens",
      { ...WORKSPACE, ...TOKENS, MCP_DEV_USERNAME: "admin" },
      "MCP_DEV_USERNAME",
      "one of the two",
    ],
    [
      "a development user on an address that others reach",
      { ...WORKSPACE, MCP_DEV_USERNAME: "admin", MCP_SERVICE_HOST: "0.0.0.0" },
      "MCP_SERVICE_HOST",
      "MCP_DEV_USERNAME_ANYWHERE=true",
    ],
    [
      "the demo on an address that others reach",
      { MCP_SERVICE_HOST: "::" },
      "MCP_SERVICE_HOST",
      "MCP_DEV_USERNAME_ANYWHERE=true",
    ],
    ["a workspace that nobody could ask", WORKSPACE, "MCP_AUTH_ENABLED", "MCP_DEV_USERNAME"],
    [
      "tokens without an audience",
      { ...WORKSPACE, MCP_AUTH_ENABLED: "true", MCP_JWT_SECRET: SECRET },
      "MCP_JWT_AUDIENCE",
      "not set",
    ],
    [
      "tokens without a key",
      { ...WORKSPACE, MCP_AUTH_ENABLED: "true", MCP_JWT_AUDIENCE: "a" },
      "MCP_JWKS_URI",
      "MCP_JWT_SECRET",
    ],
    [
      "two keys",
      { ...WORKSPACE, ...TOKENS, MCP_JWT_PUBLIC_KEY: PEM },
      "MCP_JWT_PUBLIC_KEY",
      "beside MCP_JWT_SECRET",
    ],
    [
      "an algorithm for public keys with a secret",
      { ...WORKSPACE, ...TOKENS, MCP_JWT_ALGORITHM: "RS256" },
      "MCP_JWT_ALGORITHM",
      "does not fit",
    ],
    [
      "an HMAC algorithm with a public key",
      {
        ...WORKSPACE,
        MCP_AUTH_ENABLED: "true",
        MCP_JWT_AUDIENCE: "a",
        MCP_JWT_PUBLIC_KEY: PEM,
        MCP_JWT_ALGORITHM: "HS256",
      },
      "MCP_JWT_ALGORITHM",
      "does not fit",
    ],
    [
      "conformance fixtures beside a workspace",
      { ...WORKSPACE, MCP_DEV_USERNAME: "a", MCP_CONFORMANCE_FIXTURES: "true" },
      "MCP_CONFORMANCE_FIXTURES",
      "SQLALCHEMY_DATABASE_URI",
    ],
    [
      "conformance fixtures beside tokens",
      { ...TOKENS, MCP_CONFORMANCE_FIXTURES: "true" },
      "MCP_CONFORMANCE_FIXTURES",
      "MCP_AUTH_ENABLED",
    ],
    [
      "a secret and its file",
      { SUPERSET_SECRET_KEY: SECRET, SUPERSET_SECRET_KEY_FILE: "/x" },
      "SUPERSET_SECRET_KEY",
      "one of the two",
    ],
    [
      "a secret's file that can't be read",
      { SUPERSET_SECRET_KEY_FILE: "/nowhere" },
      "SUPERSET_SECRET_KEY",
      "/nowhere",
    ],
  ];

for (const [title, env, name, words] of CONTRADICTIONS) {
  Deno.test(`refuses ${title}`, () => {
    const { problems, message } = refusal(env);
    assert.deepEqual(problems.map((problem) => problem.name), [name], message);
    assert.ok(problems[0]?.text.includes(words), message);
    assert.ok(!message.includes("pw-hidden") && !message.includes(SECRET), message);
  });
}

Deno.test("lets others reach a development user where that is said out loud", () => {
  const env = { MCP_SERVICE_HOST: "0.0.0.0", MCP_DEV_USERNAME_ANYWHERE: "true" };
  assert.equal(load(env).http.host, "0.0.0.0");
});

Deno.test("does not mind the address where nothing listens", () => {
  assert.equal(load({ MCP_SERVICE_HOST: "0.0.0.0" }, { listens: false }).http.host, "0.0.0.0");
});

Deno.test("tells the driver's complaint about a URI", () => {
  const { message } = refusal({ ...WORKSPACE, MCP_DEV_USERNAME: "a" }, {
    checkDatabaseUri: () => {
      throw new Error("Cannot honour the option x");
    },
  });
  assert.match(message, /SQLALCHEMY_DATABASE_URI: Cannot honour the option x; valid: /);
});

Deno.test("notes settings that have no effect, and unknown names where it can see them", () => {
  const { notices } = load({
    CACHE_REDIS_URL: "redis://cache",
    CHROME_PATH: "/usr/bin/chromium",
    MCP_JWT_ISSUER: "https://idp",
    MCP_AUTH_ENABLE: "true",
  });
  assert.deepEqual(notices, [
    "Not used by this version: CACHE_REDIS_URL, CHROME_PATH.",
    "Without effect while MCP_AUTH_ENABLED is false: MCP_JWT_ISSUER.",
    "No settings of this service: MCP_AUTH_ENABLE.",
  ]);
});

for (
  const [env, expected] of [
    [{}, true],
    [{ MCP_QUERY_HISTORY: "false" }, false],
    [{ MCP_READ_ONLY: "true" }, false],
    [{ MCP_READ_ONLY: "true", MCP_QUERY_HISTORY: "true" }, true],
  ] as const
) {
  Deno.test(`under ${JSON.stringify(env)} the history is ${expected ? "" : "not "}written`, () => {
    assert.equal(load(env).sqlLab.history, expected);
  });
}

Deno.test("notes what lets in or shows more than one may think", () => {
  const keys = {
    MCP_AUTH_ENABLED: "true",
    MCP_JWKS_URI: "https://idp/keys",
    MCP_JWT_AUDIENCE: "a",
  };
  assert.match(load({ ...WORKSPACE, ...keys }).notices.join(), /MCP_JWT_ISSUER is not set/);
  const named = { ...keys, MCP_JWT_ISSUER: "https://idp" };
  assert.deepEqual(load({ ...WORKSPACE, ...named }).notices, []);
  const open = load({ ...WORKSPACE, ...TOKENS, MCP_RBAC_ENABLED: "false" });
  assert.match(open.notices.join(), /MCP_RBAC_ENABLED is false/);
});

Deno.test("prints a configuration without its secrets", () => {
  const config = load({ ...WORKSPACE, ...TOKENS, SUPERSET_SECRET_KEY: "pw-hidden" });
  for (const text of [JSON.stringify(config), Deno.inspect(config, { depth: 9 })]) {
    assert.ok(!text.includes("pw-hidden") && !text.includes(SECRET), text);
  }
});

Deno.test("freezes a configuration through and through", () => {
  const config = load({});
  for (const part of [config, config.http, config.auth, config.auth.userClaims, config.pool]) {
    assert.ok(Object.isFrozen(part));
  }
});

Deno.test("names each secret's file among the names it reads", () => {
  assert.ok(environmentNames().includes("MCP_JWT_SECRET_FILE"));
  assert.ok(!environmentNames().includes("MCP_READ_ONLY_FILE"));
  for (const { name, secret, file } of SETTINGS as readonly Setting[]) {
    assert.ok(!secret || file, `${name} is secret and has no file`);
  }
});

Deno.test("has the version of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assert.equal(JSON.parse(text).version, VERSION);
});
