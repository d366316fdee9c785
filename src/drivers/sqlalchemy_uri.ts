/**
 * SQLAlchemy database URLs, as Superset's settings spell them:
 * `dialect[+driver]://user:password@host:port/database?option=value`.
 */

export interface DatabaseUri {
  /** What stands before `+` or `://`, lower case, such as `postgresql`. */
  readonly dialect: string;
  /** What stands after `+`, or null. */
  readonly driver: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Null where none is named (SQLite, or the local socket of a server). */
  readonly host: string | null;
  readonly port: number | null;
  /** The database's name; for SQLite the file's path, empty for a database in memory. */
  readonly database: string;
  readonly options: ReadonlyMap<string, string>;
}

const URI = /^([A-Za-z][\w]*)(?:\+(\w+))?:\/\/(.*)$/s;
const CREDENTIALS = /^([^:/?@]*)(?::([^@]*))?@/;

/**
 * Reads a SQLAlchemy URL.
 * @throws Error whose message never holds the URL, since it may hold a password
 */
export function parseDatabaseUri(text: string): DatabaseUri {
  const match = URI.exec(text.trim());
  if (!match) {
    throw new Error(
      "Cannot read the database URI: it must look like dialect+driver://user:password@host:port/database",
    );
  }
  const [, dialect = "", driver, rest = ""] = match;
  // As SQLAlchemy reads it (sqlalchemy/engine/url.py 1.4): a password ends at the first `@`, and may
  // hold `/` and `?`.
  const credentials = CREDENTIALS.exec(rest);
  const [user, password] = [credentials?.[1] ?? null, credentials?.[2] ?? null];
  const [main = "", query = ""] = splitOnce(rest.slice(credentials?.[0].length ?? 0), "?");
  const [authority, path] = splitOnce(main, "/");
  const database = path ?? "";
  const { host, port } = parseHost(authority);
  return {
    dialect: dialect.toLowerCase(),
    driver: driver?.toLowerCase() ?? null,
    username: user ? decode(user) : null,
    password: password == null ? null : decode(password),
    host,
    port,
    database: dialect.toLowerCase() === "sqlite" ? database : decode(database),
    options: new Map(new URLSearchParams(query ?? "")),
  };
}

function parseHost(text: string): { host: string | null; port: number | null } {
  if (text === "") return { host: null, port: null };
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  if (!match) throw new Error("Cannot read the host and port of the database URI");
  const host = (match[1] ?? "").replace(/^\[|\]$/g, "");
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65535)) {
    throw new Error("Cannot use the port of the database URI: it must be from 1 to 65535");
  }
  return { host: host === "" ? null : decode(host), port };
}

function splitOnce(text: string, separator: string): [string, string | null] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("Cannot read the database URI: a % in it is not followed by two hex digits");
  }
}
