/** From a MySQL URL in SQLAlchemy's and its drivers' spellings to where and how to connect. */
import type { ConnectionSettings } from "../engine.ts";

export interface MysqlTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly tls: MysqlTls | null;
  readonly connectTimeoutMs: number;
  /** The driver's own bound on an answer; null where none is set. */
  readonly readTimeoutMs: number | null;
}

export interface MysqlTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  /** Whether the certificate must be for the host's name. */
  readonly verifyIdentity: boolean;
}

/** Options of mysqlclient, PyMySQL and MySQL Connector that change no answer here. */
const HARMLESS = new Set([
  "auth_plugin",
  "autocommit",
  "binary_prefix",
  "buffered",
  "compress",
  "local_infile",
  "program_name",
  "use_pure",
  "use_unicode",
  "write_timeout",
]);

/** @throws Error naming the option that can't be honoured */
export function mysqlTarget(
  { uri, connectArgs, serverCert }: ConnectionSettings,
  readFile: (path: string) => string,
): MysqlTarget {
  const options = new Map<string, unknown>([...uri.options, ...Object.entries(connectArgs)]);
  const take = (...names: string[]): unknown => {
    const found = names.map((name) => options.get(name)).find((value) => value !== undefined);
    for (const name of names) options.delete(name);
    return found;
  };
  const text = (...names: string[]): string | null => {
    const value = take(...names);
    return value === undefined || value === null ? null : String(value);
  };
  const charset = text("charset") ?? "utf8mb4";
  if (!/^utf8(mb[34])?(_\w+)?$/i.test(charset)) {
    throw new Error(`Cannot honour its charset '${charset}': use utf8mb4`);
  }
  take("collation");
  const readTimeout = Number(text("read_timeout") ?? 0);
  const target: MysqlTarget = {
    host: text("host") ?? uri.host ?? "localhost",
    port: Number(text("port") ?? uri.port ?? 3306),
    database: text("db", "database") ?? uri.database,
    username: text("user", "username") ?? uri.username ?? "",
    password: text("passwd", "password") ?? uri.password ?? "",
    tls: tlsOf(take, text, serverCert, readFile),
    connectTimeoutMs: (Number(text("connect_timeout", "connection_timeout") ?? 10) || 10) * 1000,
    readTimeoutMs: readTimeout > 0 ? readTimeout * 1000 : null,
  };
  const unknown = [...options.keys()].filter((name) => !HARMLESS.has(name));
  if (unknown.length > 0) throw new Error(`Cannot honour its option ${unknown.join(", ")}`);
  return target;
}

/** `ssl: {ca, cert, key}` or `ssl_ca=…` and `ssl_mode`, as mysqlclient has them. */
function tlsOf(
  take: (...names: string[]) => unknown,
  text: (...names: string[]) => string | null,
  serverCert: string | null,
  readFile: (path: string) => string,
): MysqlTls | null {
  const ssl = take("ssl");
  const nested = typeof ssl === "object" && ssl !== null ? ssl as Record<string, unknown> : {};
  const file = (name: string): string | undefined => {
    const path = text(`ssl_${name}`) ?? nested[name];
    return typeof path === "string" && path !== "" ? readFile(path) : undefined;
  };
  const mode = String(text("ssl_mode") ?? nested.ssl_mode ?? nested.mode ?? "").toUpperCase();
  const disabled = truthy(text("ssl_disabled")) || mode === "DISABLED";
  const verifyCert = truthy(text("ssl_verify_cert"));
  const verifyIdentity = truthy(text("ssl_verify_identity") ?? nested.check_hostname) ||
    mode === "VERIFY_IDENTITY";
  const ca = serverCert ?? file("ca");
  const [cert, key] = [file("cert"), file("key")];
  const asked = ca !== undefined || cert !== undefined || verifyCert || verifyIdentity ||
    (mode !== "" && mode !== "PREFERRED") ||
    (typeof ssl === "object" ? ssl !== null : truthy(ssl));
  if (disabled || !asked) return null;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: ca !== undefined || verifyCert || verifyIdentity,
    verifyIdentity,
  };
}

function truthy(value: unknown): boolean {
  return value === true || ["1", "true", "yes", "on"].includes(String(value ?? "").toLowerCase());
}
