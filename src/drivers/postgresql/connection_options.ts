/** From a PostgreSQL URL in SQLAlchemy's and libpq's spelling to the options of postgres.js. */
import { checkServerIdentity, type ConnectionOptions as TlsOptions } from "node:tls";
import type { DatabaseUri } from "../sqlalchemy_uri.ts";

/** How a connection is encrypted: not, or with the options for `tls.connect`, or if possible. */
export type Ssl = false | "prefer" | TlsOptions;

export interface PostgresqlTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | null;
  readonly ssl: Ssl;
  readonly connectTimeoutSeconds: number;
  /** Sent to the server when a connection starts. */
  readonly startup: Readonly<Record<string, string>>;
}

/** libpq options that say nothing this driver needs: keep-alive and encoding are its own. */
const HARMLESS = new Set([
  "client_encoding",
  "keepalives",
  "keepalives_idle",
  "keepalives_interval",
  "keepalives_count",
  "tcp_user_timeout",
  "gssencmode",
  "channel_binding",
  "sslcompression",
  "sslcrl",
  "fallback_application_name",
]);

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/**
 * Reads the target of a PostgreSQL URL; TLS as libpq's `sslmode` family says
 * (postgresql.org, libpq "SSL Support").
 * @param readFile gives a certificate file's text
 * @throws Error naming the option that can't be honoured, never the URL
 */
export function postgresqlTarget(
  uri: DatabaseUri,
  readFile: (path: string) => string,
): PostgresqlTarget {
  const options = new Map(uri.options);
  const take = (name: string): string | undefined => {
    const value = options.get(name);
    options.delete(name);
    return value;
  };
  const host = take("host") ?? uri.host ?? "localhost";
  if (host.startsWith("/")) {
    throw new Error(
      "Cannot use a Unix socket for the metadata database: name a host and a port in the URI",
    );
  }
  const port = Number(take("port") ?? uri.port ?? 5432);
  const target: PostgresqlTarget = {
    host,
    port,
    database: take("dbname") ?? (uri.database || uri.username || "postgres"),
    username: take("user") ?? uri.username ?? "postgres",
    password: take("password") ?? uri.password,
    ssl: sslOf(host, take, readFile),
    connectTimeoutSeconds: Number(take("connect_timeout") ?? 10) || 10,
    startup: {
      application_name: take("application_name") ?? "superset-mcp",
      ...startupSettings(take("options")),
    },
  };
  const unknown = [...options.keys()].filter((name) => !HARMLESS.has(name));
  if (unknown.length > 0) {
    throw new Error(`Cannot honour the database URI's option ${unknown.join(", ")}: remove it`);
  }
  return target;
}

function sslOf(
  host: string,
  take: (name: string) => string | undefined,
  readFile: (path: string) => string,
): Ssl {
  const rootCertificate = take("sslrootcert");
  const certificate = take("sslcert");
  const key = take("sslkey");
  const mode = take("sslmode") ?? (rootCertificate ? "verify-ca" : "prefer");
  if (!SSL_MODES.includes(mode)) {
    throw new Error(`Cannot use sslmode '${mode}': it must be one of ${SSL_MODES.join(", ")}`);
  }
  if (mode === "disable") return false;
  const files: TlsOptions = {
    ...(rootCertificate && rootCertificate !== "system" ? { ca: readFile(rootCertificate) } : {}),
    ...(certificate ? { cert: readFile(certificate) } : {}),
    ...(key ? { key: readFile(key) } : {}),
  };
  if (mode === "verify-full") {
    return {
      ...files,
      rejectUnauthorized: true,
      // The host of the URI, also where it is an address, which TLS itself does not name.
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    };
  }
  if (mode === "verify-ca") {
    return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  }
  // libpq: `require` with a root certificate at hand verifies against it.
  if (mode === "require") {
    return rootCertificate
      ? { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined }
      : { ...files, rejectUnauthorized: false };
  }
  return "prefer";
}

/** The settings in libpq's `options`, such as `-csearch_path=app`. */
function startupSettings(options: string | undefined): Record<string, string> {
  if (options === undefined) return {};
  const settings: Record<string, string> = {};
  for (const part of options.replaceAll(/-c\s+/g, "-c").trim().split(/\s+/)) {
    const match = /^(?:-c|--)([A-Za-z_.]+)=(.*)$/.exec(part);
    if (!match) {
      throw new Error(`Cannot read '${part}' in the database URI's options: use -cname=value`);
    }
    settings[match[1]!] = match[2]!;
  }
  return settings;
}
