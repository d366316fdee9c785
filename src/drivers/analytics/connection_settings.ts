/**
 * From a row of Superset's `dbs` to what a connection needs, merged as Superset does it (6.1,
 * superset/models/core.py, _get_sqla_engine), and refused where this service can't honour it.
 */
import { ServiceError, unavailable } from "../../errors.ts";
import type { SecretBox } from "../secret_box.ts";
import { type DatabaseUri, parseDatabaseUri } from "../sqlalchemy_uri.ts";
import type { ConnectionRow, ConnectionSettings } from "./engine.ts";

/** What stands in `sqlalchemy_uri` for the password (superset/constants.py, PASSWORD_MASK). */
const PASSWORD_MASK = "XXXXXXXXXX";

/**
 * Arguments of SQLAlchemy's `create_engine` that change nothing about a query's answer: SQLAlchemy's
 * pool, its logging and how it sends what it writes.
 */
const HARMLESS_ENGINE_PARAMS: ReadonlySet<string> = new Set([
  "echo",
  "echo_pool",
  "executemany_mode",
  "future",
  "hide_parameters",
  "implicit_returning",
  "insertmanyvalues_page_size",
  "isolation_level",
  "logging_name",
  "max_overflow",
  "pool_logging_name",
  "pool_pre_ping",
  "pool_recycle",
  "pool_size",
  "pool_timeout",
  "pool_use_lifo",
  "poolclass",
  "query_cache_size",
  "use_batch_mode",
]);

/**
 * @param box null where no SECRET_KEY is set
 * @throws ServiceError `unavailable` that names what can't be honoured
 */
export function connectionSettings(row: ConnectionRow, box: SecretBox | null): ConnectionSettings {
  const refuse = (why: string, hint: string) =>
    unavailable(`The database '${row.name}' can't be used: ${why}.`, { hint });
  if (row.hasSshTunnel) {
    throw refuse("it is reached through an SSH tunnel", "Let this service reach it directly.");
  }
  if (row.impersonateUser) {
    throw refuse(
      "it is set to impersonate the logged on user, which is not done here",
      "Switch that off in Superset, or register the database a second time without it.",
    );
  }
  const uri = uriOf(row, box);
  const engineParams = {
    ...recordOf(row.extra.engine_params),
    ...encryptedParams(row, box),
  };
  const { connect_args: connectArgs, ...others } = engineParams;
  const unsupported = Object.keys(others).filter((name) => !HARMLESS_ENGINE_PARAMS.has(name));
  if (unsupported.length > 0) {
    throw refuse(
      `its engine parameter ${unsupported.sort().join(", ")} is not supported`,
      "Remove it from the database's extra settings in Superset.",
    );
  }
  return { name: row.name, uri, connectArgs: recordOf(connectArgs), serverCert: row.serverCert };
}

function uriOf(row: ConnectionRow, box: SecretBox | null): DatabaseUri {
  let uri: DatabaseUri;
  try {
    uri = parseDatabaseUri(row.sqlalchemyUri);
  } catch (cause) {
    throw unavailable(`The database '${row.name}' can't be used: its URI can't be read.`, {
      cause,
    });
  }
  if (row.password !== null && row.password !== "") {
    return { ...uri, password: openSecret(row, row.password, box) };
  }
  return uri.password === PASSWORD_MASK ? { ...uri, password: null } : uri;
}

function encryptedParams(row: ConnectionRow, box: SecretBox | null): Record<string, unknown> {
  if (row.encryptedExtra === null || row.encryptedExtra === "") return {};
  const text = openSecret(row, row.encryptedExtra, box);
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw unavailable(
      `The database '${row.name}' can't be used: its encrypted extra settings are no JSON.`,
    );
  }
}

function openSecret(row: ConnectionRow, sealed: string, box: SecretBox | null): string {
  const what = `The database '${row.name}' can't be used: `;
  if (box === null) {
    throw unavailable(`${what}SUPERSET_SECRET_KEY is not set, and it keeps a secret.`, {
      hint: "Set it to the SECRET_KEY that Superset runs with.",
    });
  }
  try {
    return box.open(sealed);
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    throw unavailable(what + cause.message, {
      hint: cause.hint,
      cause,
    });
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}
