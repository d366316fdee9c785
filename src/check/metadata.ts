/** Is Superset's metadata there, of a known kind, with room for this service, and does the key fit? */
import type { Config } from "../config.ts";
import type { Metadata, MetadataInspection } from "../dao/metadata.ts";
import { makeSecretBox } from "../drivers/secret_box.ts";
import { WRITE_CONNECTIONS } from "../drivers/metadata_writer.ts";
import { ServiceError, toServiceError } from "../errors.ts";
import { fault, type Finding, ok, warn } from "./finding.ts";

/** PostgreSQL keeps some connections for superusers; 3 is its default. */
const RESERVED_CONNECTIONS = 3;

export async function* checkMetadata(
  config: Config,
  metadata: Pick<Metadata, "inspect" | "findUser">,
  probeWriting: () => Promise<void>,
): AsyncGenerator<Finding> {
  const inspected = await metadata.inspect().catch((thrown: unknown) => unreachable(thrown));
  if ("level" in inspected) {
    yield inspected;
    return;
  }
  yield schemaFinding(config, inspected);
  if (inspected.maxConnections !== null) yield poolFinding(config, inspected.maxConnections);
  if (writes(config) && inspected.missing.length === 0) yield await writeFinding(probeWriting);
  yield* secretFindings(config, inspected);
  if (config.auth.devUsername !== null && inspected.missing.length === 0) {
    yield await devUserFinding(config.auth.devUsername, metadata);
  }
}

function schemaFinding(config: Config, { superset, revision, missing }: MetadataInspection) {
  const name = config.metadata.kind === "demo" ? "The embedded demo" : "The metadata database";
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", …" : "");
    return fault(
      `${name} lacks what access is decided by: ${some}.`,
      "Point SQLALCHEMY_DATABASE_URI at Superset 4.1 or later, after `superset db upgrade`.",
    );
  }
  if (superset !== null) return ok(`${name} answers; its schema is Superset ${superset}'s.`);
  return warn(
    `${name} answers; its schema is of no release that is known (revision ${revision ?? "none"}).`,
    "It holds all that is needed; compare a few answers with Superset's after this.",
  );
}

/** Whether anything is ever written to Superset's tables. */
function writes({ tools, sqlLab }: Config): boolean {
  return !tools.readOnly || sqlLab.history;
}

async function writeFinding(probe: () => Promise<void>): Promise<Finding> {
  try {
    await probe();
    return ok("Saved queries and SQL Lab's history can be written.");
  } catch (thrown) {
    const { message } = toServiceError(thrown);
    return warn(
      `Saved queries and SQL Lab's history can't be written: ${message}`,
      "Let the account of SQLALCHEMY_DATABASE_URI insert into query, saved_query, tag and " +
        "tagged_object (a SQLite file also needs --allow-write), or set MCP_READ_ONLY=true.",
    );
  }
}

function poolFinding(config: Config, maxConnections: number): Finding {
  const { pool } = config;
  const writing = writes(config) ? WRITE_CONNECTIONS : 0;
  const each = pool.size + pool.maxOverflow + writing;
  const processes = Math.floor((maxConnections - RESERVED_CONNECTIONS) / each);
  const sum = `A process takes up to ${each} connections (${pool.size} + ${pool.maxOverflow}` +
    `${writing === 0 ? "" : `, and ${writing} that write`}); ` +
    `the server allows ${maxConnections} to all its clients`;
  if (processes >= 2) return ok(`${sum}: enough for ${processes} processes beside nothing else.`);
  const advice = "Lower SQLALCHEMY_POOL_SIZE or SQLALCHEMY_MAX_OVERFLOW, or raise max_connections.";
  return processes === 1
    ? warn(`${sum}: enough for one process, if Superset itself needs none.`, advice)
    : fault(`${sum}: not enough for one process.`, advice);
}

function* secretFindings(config: Config, inspected: MetadataInspection): Generator<Finding> {
  const { encryptedPasswords } = inspected;
  if (config.secretKey === null) {
    if (encryptedPasswords.length > 0) {
      yield warn(
        "SUPERSET_SECRET_KEY is not set: the databases' passwords stay closed, and Superset's API " +
          "keys are not accepted.",
        "Set it to the SECRET_KEY that Superset runs with.",
      );
    }
    return;
  }
  const box = makeSecretBox(config.secretKey.reveal());
  let opened = 0;
  for (const { database, value } of encryptedPasswords) {
    try {
      box.open(value);
      opened += 1;
    } catch (thrown) {
      const { what, advice } = told(thrown);
      yield fault(`The password of the database ${JSON.stringify(database)}: ${what}`, advice);
    }
  }
  if (opened > 0) yield ok(`SUPERSET_SECRET_KEY opens ${opened} database password(s).`);
  else if (encryptedPasswords.length === 0) {
    yield warn("No database has a password, so SUPERSET_SECRET_KEY could not be tried.");
  }
}

async function devUserFinding(
  username: string,
  metadata: Pick<Metadata, "findUser">,
): Promise<Finding> {
  const name = JSON.stringify(username);
  const found = await metadata.findUser(username).catch((thrown: unknown) => told(thrown));
  if (typeof found !== "string") return found;
  if (found === "active") return ok(`MCP_DEV_USERNAME ${name} may sign in.`);
  return fault(
    found === "inactive"
      ? `MCP_DEV_USERNAME ${name} is switched off in Superset.`
      : `MCP_DEV_USERNAME ${name} is no user of this Superset.`,
    "Name an active user by its log-in name.",
  );
}

function told(thrown: unknown): Finding {
  return thrown instanceof ServiceError
    ? fault(thrown.message, thrown.hint)
    : fault("The metadata database could not be looked at.", "See that it is Superset's.");
}

/** The service's own hint sends a client's user here, so this says more. */
function unreachable(thrown: unknown): Finding {
  const message = thrown instanceof ServiceError
    ? thrown.message
    : "The metadata database could not be looked at.";
  const code = codeOf(thrown);
  return fault(
    code === null ? message : message.replace(/\.$/, ` (${code}).`),
    "See that SQLALCHEMY_DATABASE_URI names the right server, database and user, and that the " +
      "server runs and can be reached from here.",
  );
}

/** A code of the system or of PostgreSQL, such as ECONNREFUSED or 28P01, wherever it lies. */
function codeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  const code = "code" in thrown ? thrown.code : null;
  return typeof code === "string" && /^\w{3,40}$/.test(code) ? code : codeOf(thrown.cause);
}
