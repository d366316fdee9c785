/** From the environment and the command line to one frozen `Config`, or to all that is wrong. */
import type { Config } from "../config.ts";
import { readAuth } from "./auth_settings.ts";
import { readHttp, refuseOpenDevUser } from "./http_settings.ts";
import { type Environment, type Problem, SettingReader, shown } from "./reader.ts";
import { Secret } from "./secret.ts";
import { environmentNames, type Setting, type SettingName, SETTINGS } from "./settings.ts";
import { readSqlFunctions, sqlFunctionsNotice } from "./sql_functions.ts";
import { refuseLaterSettings } from "./unused_settings.ts";

/** What stands on the command line, as text. */
export interface Flags {
  readonly host?: string;
  readonly port?: string;
}

export interface ConfigSources {
  readonly env: Environment;
  /** Text of a file; throws where it can't be read. */
  readonly readFile: (path: string) => string;
  readonly flags?: Flags;
  /** What the embedded demo takes for settings that are not set. */
  readonly demo: {
    readonly username: string;
    readonly featureFlags: Readonly<Record<string, boolean>>;
  };
  /** False where nothing listens (stdio), so that who can reach the address does not matter. */
  readonly listens?: boolean;
  /** What MCP_DISABLED_TOOLS may name; any name where it is not given. */
  readonly toolNames?: readonly string[];
  /** Throws on a database URI that no driver can use; its message holds no part of the URI. */
  readonly checkDatabaseUri?: (uri: string) => void;
}

/** Everything that is wrong with the settings, in one message. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ name, text }) => `  ${name}: ${text}`);
    super(`${problems.length} problem(s) in the settings:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * @throws ConfigError with every problem, what is valid, and no secret
 */
export function loadConfig(sources: ConfigSources): Config {
  const reader = new SettingReader(sources.env, sources.readFile);
  const metadata = readMetadata(reader, sources.checkDatabaseUri);
  const http = readHttp(reader, sources.flags ?? {});
  const tools = readTools(reader, sources.toolNames);
  const auth = readAuth(reader, metadata.kind === "demo" ? sources.demo.username : null);
  const config: Config = {
    metadata,
    secretKey: reader.secret("SUPERSET_SECRET_KEY"),
    http,
    auth,
    tools,
    featureFlags: {
      ...(metadata.kind === "demo" ? sources.demo.featureFlags : {}),
      ...readFeatureFlags(reader),
    },
    supersetUrl: reader.url("SUPERSET_WEBSERVER_ADDRESS", ["https:", "http:"])?.href
      .replace(/\/+$/, "") ?? "http://localhost:8088",
    pool: {
      size: reader.whole("SQLALCHEMY_POOL_SIZE", { min: 1, max: 1000 }, 5),
      maxOverflow: reader.whole("SQLALCHEMY_MAX_OVERFLOW", { min: 0, max: 1000 }, 10),
      timeoutSeconds: reader.whole("SQLALCHEMY_POOL_TIMEOUT", { min: 1, max: 600 }, 30),
      recycleSeconds: reader.whole("SQLALCHEMY_POOL_RECYCLE", { min: -1, max: 604_800 }, 3600),
    },
    cache: {
      enabled: reader.flag("MCP_CACHE_ENABLED", true),
      maxBytes: reader.whole("MCP_CACHE_MAX_BYTES", { min: 0, max: 2 ** 40 }, 64 * 2 ** 20),
    },
    rows: {
      limit: reader.whole("ROW_LIMIT", { min: 1, max: 100_000_000 }, 50_000),
      max: reader.whole("SQL_MAX_ROW", { min: 1, max: 100_000_000 }, 100_000),
    },
    sqlLab: {
      timeoutSeconds: reader.whole("SQLLAB_TIMEOUT", { min: 1, max: 86_400 }, 30),
      functions: readSqlFunctions(reader),
      // Who wants nothing written has said so; who wants it all the same has to say that too.
      history: reader.flag("MCP_QUERY_HISTORY", !tools.readOnly),
    },
    responseTokenLimit: reader.whole(
      "MCP_RESPONSE_TOKEN_LIMIT",
      { min: 100, max: 100_000_000 },
      25_000,
    ),
    log: {
      level: reader.choice("MCP_LOG_LEVEL", ["debug", "info", "warn", "error"], "info"),
      format: reader.choice("MCP_LOG_FORMAT", ["json", "text"], "json"),
    },
    conformanceFixtures: readFixtures(reader),
    notices: [],
  };
  refuseLaterSettings(reader);
  if (auth.devUsername !== null && sources.listens !== false) refuseOpenDevUser(reader, http);
  else reader.flag("MCP_DEV_USERNAME_ANYWHERE", false);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return deepFreeze({ ...config, notices: notices(reader, config, sources.env) });
}

function readMetadata(
  reader: SettingReader,
  check: ConfigSources["checkDatabaseUri"],
): Config["metadata"] {
  const uri = reader.secret("SQLALCHEMY_DATABASE_URI");
  if (uri !== null) refuseBadUri(reader, uri, check);
  // A broken URI is no wish for the demo: what follows is checked as it would be beside a good one.
  if (uri === null && !reader.isBroken("SQLALCHEMY_DATABASE_URI")) return { kind: "demo" };
  return { kind: "uri", uri: uri ?? new Secret("") };
}

/** What Superset's metadata may lie in, by the dialect's name in the URI. */
const METADATA_ENGINES = ["postgresql", "postgres", "mysql", "mariadb", "sqlite"];

function refuseBadUri(
  reader: SettingReader,
  uri: Secret,
  check: ConfigSources["checkDatabaseUri"],
): void {
  const name = "SQLALCHEMY_DATABASE_URI";
  const valid = "postgresql://user:password@host:5432/superset, " +
    "mysql://user:password@host:3306/superset or sqlite:////path/to/superset.db";
  const dialect = /^([a-z]\w*)(\+\w+)?:\/\//i.exec(uri.reveal().trim())?.[1]?.toLowerCase();
  if (dialect === undefined || !METADATA_ENGINES.includes(dialect)) {
    const what = dialect === undefined
      ? "is no database URI (not shown)"
      : `names the engine ${shown(dialect)}, which this version can't read`;
    reader.refuse(name, `${what}; valid: ${valid}`);
    return;
  }
  try {
    check?.(uri.reveal());
  } catch (error) {
    const why = error instanceof Error ? error.message : "it can't be read";
    reader.refuse(name, `${why}; valid: ${valid}`);
  }
}

function readTools(reader: SettingReader, known: readonly string[] | undefined): Config["tools"] {
  const disabled = reader.list(
    "MCP_DISABLED_TOOLS",
    [],
    (name) =>
      known === undefined || known.includes(name)
        ? null
        : `the name of a tool: ${known.join(", ")}`,
  );
  return { disabled: new Set(disabled), readOnly: reader.flag("MCP_READ_ONLY", false) };
}

function readFeatureFlags(reader: SettingReader): Config["featureFlags"] {
  const name = "SUPERSET_FEATURE_FLAGS";
  const valid = 'a JSON object of true and false, such as {"DASHBOARD_RBAC": true}';
  const flags: Record<string, boolean> = {};
  for (const [flag, value] of Object.entries(reader.object(name, valid))) {
    if (typeof value === "boolean") flags[flag] = value;
    else {
      reader.refuse(name, `${shown(flag)} is neither true nor false; valid: ${valid}`);
      return {};
    }
  }
  return flags;
}

function readFixtures(reader: SettingReader): boolean {
  const name = "MCP_CONFORMANCE_FIXTURES";
  const on = reader.flag(name, false);
  if (!on) return false;
  const others = [
    ...(reader.isSet("SQLALCHEMY_DATABASE_URI") ? ["SQLALCHEMY_DATABASE_URI"] : []),
    ...(reader.flag("MCP_AUTH_ENABLED", false) ? ["MCP_AUTH_ENABLED"] : []),
  ];
  if (others.length > 0) {
    reader.refuse(
      name,
      `is for the conformance suite alone; valid: false beside ${others.join(", ")}`,
    );
  }
  return true;
}

function notices(reader: SettingReader, config: Config, env: Environment): readonly string[] {
  const unused = (SETTINGS as readonly Setting[])
    .filter(({ name, unused }) => unused && reader.isSet(name as SettingName))
    .map(({ name }) => name);
  const idle = config.auth.jwt === null
    ? SETTINGS.map(({ name }) => name)
      .filter((name) => /^MCP_(JWT|JWKS|REQUIRED_SCOPES|ENFORCE)/.test(name) && reader.isSet(name))
    : [];
  const known = new Set(environmentNames());
  // Seen only where the process may read its whole environment; a name may be another program's.
  const unknown = Object.keys(env).filter((name) => name.startsWith("MCP_") && !known.has(name));
  const { jwt, rbacEnabled } = config.auth;
  return [
    ...(jwt !== null && jwt.issuer === null && jwt.key.kind !== "secret"
      ? ["MCP_JWT_ISSUER is not set: a token of any issuer is accepted, if one of the keys fits."]
      : []),
    ...(rbacEnabled ? [] : [
      "MCP_RBAC_ENABLED is false: whoever may sign in may use every tool, but for those about roles, " +
      "people and row-level rules.",
    ]),
    ...sqlFunctionsNotice(config.sqlLab.functions),
    ...(unused.length ? [`Not used by this version: ${unused.join(", ")}.`] : []),
    ...(idle.length ? [`Without effect while MCP_AUTH_ENABLED is false: ${idle.join(", ")}.`] : []),
    ...(unknown.length ? [`No settings of this service: ${unknown.join(", ")}.`] : []),
  ];
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (part !== null && Object.getPrototypeOf(part) === Object.prototype) deepFreeze(part);
    else if (Array.isArray(part)) Object.freeze(part);
  }
  return Object.freeze(value);
}
