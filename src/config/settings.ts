/**
 * Every setting of the service, in the order in which the README lists them. The loader can read no
 * name that is missing here, and a test compares this table with the README's.
 */

export interface Setting {
  readonly name: string;
  /** As the README prints it; empty where there is none. */
  readonly default: string;
  readonly meaning: string;
  /** Its value is in no message. */
  readonly secret?: boolean;
  /** Its value may come from the file that `<NAME>_FILE` names. */
  readonly file?: boolean;
  /** Checked, and then not used by this version: a start notice says so. */
  readonly unused?: boolean;
}

export const SETTINGS = [
  {
    name: "SQLALCHEMY_DATABASE_URI",
    default: "the embedded demo",
    meaning:
      "Superset's metadata database: `postgresql://`, `postgresql+psycopg2://`, `mysql://`, `mysql+…://`, " +
      "`mariadb+…://`, `sqlite:///path`",
    secret: true,
    file: true,
  },
  {
    name: "SUPERSET_SECRET_KEY",
    default: "",
    meaning: "Superset's SECRET_KEY: opens the database passwords it stored, and its API keys",
    secret: true,
    file: true,
  },
  { name: "MCP_SERVICE_HOST", default: "127.0.0.1", meaning: "the address to listen on" },
  {
    name: "MCP_SERVICE_PORT",
    default: "5008",
    meaning: "the port to listen on; 0 takes any free one",
  },
  {
    name: "MCP_DEV_USERNAME",
    default: "the demo's own user on the demo",
    meaning: "every call runs as this user; for one person on this machine",
  },
  {
    name: "MCP_DEV_USERNAME_ANYWHERE",
    default: "false",
    meaning: "lets MCP_DEV_USERNAME listen on other addresses than loopback",
  },
  { name: "MCP_AUTH_ENABLED", default: "false", meaning: "a bearer token is required" },
  {
    name: "MCP_JWT_ALGORITHM",
    default: "HS256 with a secret, else RS256",
    meaning: "the one algorithm that is accepted",
  },
  {
    name: "MCP_JWT_SECRET",
    default: "",
    meaning: "the key of the HS algorithms, at least 32 bytes",
    secret: true,
    file: true,
  },
  {
    name: "MCP_JWT_PUBLIC_KEY",
    default: "",
    meaning: "the public key of the RS and ES algorithms, PEM; `\\n` may stand for a line's end",
    file: true,
  },
  {
    name: "MCP_JWKS_URI",
    default: "",
    meaning: "where the key set is: https, or http on loopback",
  },
  { name: "MCP_JWT_ISSUER", default: "", meaning: "who must have issued a token" },
  {
    name: "MCP_JWT_AUDIENCE",
    default: "",
    meaning: "whom a token must be for; required with MCP_AUTH_ENABLED; several by comma",
  },
  {
    name: "MCP_REQUIRED_SCOPES",
    default: "",
    meaning: "scopes that every token must hold, by comma",
  },
  {
    name: "MCP_USER_CLAIMS",
    default: "preferred_username,username,email,sub",
    meaning: "the first of these claims that is present names the user, and no other is tried",
  },
  {
    name: "MCP_USER_ATTRIBUTE_CLAIMS",
    default: "",
    meaning: "claims that a row-level rule may read as `{{ current_user.<claim> }}`, by comma",
  },
  {
    name: "MCP_ENFORCE_TOOL_SCOPES",
    default: "false",
    meaning: "each tool also needs its scope, such as `superset:chart:read`",
  },
  {
    name: "MCP_ALLOWED_HOSTS",
    default: "the bind address, loopback and MCP_PUBLIC_URL's",
    meaning: "what `Host` may say, by comma; a name without a port allows every port",
  },
  {
    name: "MCP_ALLOWED_ORIGINS",
    default: "none but the service's own",
    meaning: "what `Origin` may say, by comma, such as `https://chat.example.com`",
  },
  {
    name: "MCP_PUBLIC_URL",
    default: "from the request's Host",
    meaning: "the URL of this service that metadata documents name, without `/mcp`",
  },
  { name: "MCP_TENANT_CLAIM", default: "tenant_id", meaning: "the claim that names the tenant" },
  {
    name: "MCP_RBAC_ENABLED",
    default: "true",
    meaning:
      "tools ask for Superset's permissions; `false` opens them to everyone, but for those about " +
      "roles, people and row-level rules, and leaves which charts, dashboards, datasets and " +
      "databases one sees",
  },
  {
    name: "MCP_DISABLED_TOOLS",
    default: "",
    meaning: "names of tools to leave out, by comma; `run_saved_query` goes with `execute_sql`",
  },
  {
    name: "MCP_READ_ONLY",
    default: "false",
    meaning: "leaves out every tool that writes; execute_sql stays, and only reads",
  },
  {
    name: "SUPERSET_FEATURE_FLAGS",
    default: "{}",
    meaning: 'JSON of Superset\'s flags that matter here, such as `{"DASHBOARD_RBAC": true}`',
  },
  {
    name: "SUPERSET_WEBSERVER_ADDRESS",
    default: "http://localhost:8088",
    meaning: "the base of every URL handed out",
  },
  {
    name: "CACHE_REDIS_URL",
    default: "in memory",
    meaning: "shared cache, rate limits and change notices",
    secret: true,
    file: true,
    unused: true,
  },
  {
    name: "SQLALCHEMY_POOL_SIZE",
    default: "5",
    meaning: "connections that one process keeps to the metadata database",
  },
  {
    name: "SQLALCHEMY_MAX_OVERFLOW",
    default: "10",
    meaning: "connections beyond these while they are needed",
  },
  {
    name: "SQLALCHEMY_POOL_TIMEOUT",
    default: "30",
    meaning: "seconds that a call waits for a connection",
  },
  {
    name: "SQLALCHEMY_POOL_RECYCLE",
    default: "3600",
    meaning: "seconds after which a connection is made anew; -1 for never",
  },
  { name: "MCP_CACHE_ENABLED", default: "true", meaning: "answers are cached per principal" },
  { name: "MCP_CACHE_MAX_BYTES", default: "67108864", meaning: "the size of that cache" },
  {
    name: "MCP_QUERY_HISTORY",
    default: "true; false with MCP_READ_ONLY",
    meaning: "what `execute_sql` ran is written to SQL Lab's history",
  },
  { name: "ROW_LIMIT", default: "50000", meaning: "rows of a query that names no limit" },
  { name: "SQL_MAX_ROW", default: "100000", meaning: "the most rows of any query" },
  { name: "SQLLAB_TIMEOUT", default: "30", meaning: "the most seconds of SQL that a caller wrote" },
  {
    name: "MCP_SQL_FUNCTIONS",
    default: "{}",
    meaning:
      'JSON of functions that SQL may call too, such as `{"postgresql": ["geo.distance"]}`; ' +
      "see docs/sql-functions.md",
  },
  {
    name: "MCP_RESPONSE_TOKEN_LIMIT",
    default: "25000",
    meaning: "the largest answer, in estimated tokens",
  },
  { name: "MCP_LOG_LEVEL", default: "info", meaning: "`debug`, `info`, `warn` or `error`" },
  { name: "MCP_LOG_FORMAT", default: "json", meaning: "`json`, or `text` for people" },
  {
    name: "CHROME_PATH",
    default: "found on the usual paths",
    meaning: "the browser for photographs",
    unused: true,
  },
  {
    name: "CHROME_WS_ENDPOINT",
    default: "",
    meaning: "a remote browser: `ws://` or `wss://`",
    secret: true,
    file: true,
    unused: true,
  },
  {
    name: "MCP_TENANTS_FILE",
    default: "",
    meaning: "tenants with databases of their own; refused by this version, which would mix them",
  },
  { name: "MCP_RATE_LIMITS", default: "", meaning: "limits on calls", unused: true },
  {
    name: "GUEST_TOKEN_JWT_SECRET",
    default: "",
    meaning: "the key of Superset's guest tokens",
    secret: true,
    file: true,
    unused: true,
  },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: "",
    meaning: "where traces go: an http or https URL",
    unused: true,
  },
  {
    name: "MCP_CONFORMANCE_FIXTURES",
    default: "false",
    meaning: "serves the fixtures of the official conformance suite; never beside real data",
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]["name"];

/** Every name that the process may find in its environment: the settings and their `_FILE` twins. */
export function environmentNames(): readonly string[] {
  return (SETTINGS as readonly Setting[]).flatMap(({ name, file }) =>
    file ? [name, `${name}_FILE`] : [name]
  );
}

export function settingNamed(name: SettingName): Setting {
  const found = (SETTINGS as readonly Setting[]).find((setting) => setting.name === name);
  if (!found) throw new Error(`No setting is called ${name}`);
  return found;
}
