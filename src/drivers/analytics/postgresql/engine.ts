/** PostgreSQL, and what is PostgreSQL under another name. */
import type { DatabaseUri } from "../../sqlalchemy_uri.ts";
import { postgresqlTarget } from "../../postgresql/connection_options.ts";
import type { ConnectionSettings, Connector, Engine, EngineTools } from "../engine.ts";
import { connectPostgresql } from "./connection.ts";
import { introspection } from "./introspection.ts";
import type { TypeNames } from "./types.ts";

export const postgresql: Engine = {
  name: "postgresql",
  dialects: ["postgresql", "postgres"],
  hasCatalogs: true,
  connector,
  introspection,
};

/** Stands for a certificate that comes from `dbs.server_cert`, where libpq wants a file's path. */
const SERVER_CERT = "dbs.server_cert";

function connector(settings: ConnectionSettings, tools: EngineTools): Connector {
  const target = postgresqlTarget(
    withConnectArgs(settings),
    (path) => path === SERVER_CERT ? settings.serverCert ?? "" : tools.readFile(path),
  );
  const { statement_timeout: timeout, ...startup } = target.startup;
  const types: TypeNames = new Map();
  return {
    address: {
      kind: "server",
      family: "postgresql",
      host: target.host,
      port: target.port,
      database: target.database,
    },
    timeoutMs: timeout === undefined ? null : milliseconds(timeout),
    async connect() {
      const address = await tools.resolve(target.host);
      return await connectPostgresql({
        target: { ...target, startup },
        address,
        types,
        now: tools.now,
      });
    },
  };
}

/**
 * The arguments of psycopg2's `connect` over those of the URI, and the certificate as Superset
 * gives it (6.1, superset/db_engine_specs/postgres.py, get_extra_params).
 */
function withConnectArgs({ uri, connectArgs, serverCert }: ConnectionSettings): DatabaseUri {
  const options = new Map(uri.options);
  if (serverCert !== null) {
    options.set("sslmode", options.get("sslmode") ?? "verify-full");
    options.set("sslrootcert", SERVER_CERT);
  }
  for (const [name, value] of Object.entries(connectArgs)) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw new Error(`Cannot honour connect_args.${name}: it must be text or a number`);
    }
    options.set(name, String(value));
  }
  if (serverCert !== null) options.set("sslrootcert", SERVER_CERT);
  return { ...uri, options };
}

/** A duration as PostgreSQL's settings spell it; bare numbers are milliseconds, 0 is none. */
function milliseconds(text: string): number | null {
  const match = /^'?(\d+)\s*(us|ms|s|min|h|d)?'?$/.exec(text.trim());
  if (match === null) throw new Error(`Cannot read statement_timeout '${text}'`);
  const units = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
  const value = Number(match[1]) * units[(match[2] ?? "ms") as keyof typeof units];
  return value === 0 ? null : value;
}
