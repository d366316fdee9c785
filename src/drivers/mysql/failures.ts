/** What a failure of the metadata database in MySQL or MariaDB means, by its code. */
import { ServiceError } from "../../errors.ts";
import {
  alreadyThere,
  codeOf,
  mayNotWrite,
  refusedQuery,
  tookTooLong,
  unreachable,
  untrusted,
} from "../metadata_failures.ts";

/** The connection is gone. */
const DROPPED = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "SESSION_CLOSED", // session.ts
  "ECONNRESET",
  "EPIPE",
  "ER_SERVER_SHUTDOWN",
  "ER_CLIENT_INTERACTION_TIMEOUT",
  "ER_CONNECTION_KILLED",
]);

/** The server is not there, or not ready, or does not let us in. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "ER_ACCESS_DENIED_ERROR",
  "ER_BAD_DB_ERROR",
  "ER_CON_COUNT_ERROR",
  "ER_DBACCESS_DENIED_ERROR",
  "ER_HOST_IS_BLOCKED",
  "ER_HOST_NOT_PRIVILEGED",
  "ER_TOO_MANY_USER_CONNECTIONS",
  "ER_USER_LIMIT_REACHED",
]);

/** A certificate that does not hold, or a server without TLS: Node's codes, OpenSSL's and mysql2's. */
const UNTRUSTED =
  /^(ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|HOSTNAME_|HANDSHAKE_)/;

/**
 * A statement that was ended: ER_LOCK_WAIT_TIMEOUT, ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT
 * (MariaDB), ER_QUERY_TIMEOUT (MySQL). MariaDB's number has no name in mysql2.
 */
const ENDED = new Set([1205, 1317, 1969, 3024]);

const NOT_WRITABLE = new Set([
  "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION",
  "ER_OPTION_PREVENTS_STATEMENT", // --read-only, such as a replica's
  "ER_TABLEACCESS_DENIED_ERROR",
]);

/** A read may then be tried once more, on a new connection. */
export function isDropped(error: unknown): boolean {
  return DROPPED.has(codeOf(error));
}

/** As a caller is told. */
export function explain(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = codeOf(error);
  if (DROPPED.has(code) || UNREACHABLE.has(code)) return unreachable(error);
  if (UNTRUSTED.test(code)) return untrusted("the ssl options", error);
  const { errno } = error as { readonly errno?: unknown };
  const ended = code === "STATEMENT_LATE" || (typeof errno === "number" && ENDED.has(errno));
  return ended ? tookTooLong(error) : refusedQuery(error);
}

/** The same where something was to be written. */
export function explainWriting(error: unknown): ServiceError {
  const code = codeOf(error);
  if (NOT_WRITABLE.has(code)) return mayNotWrite(error);
  return code === "ER_DUP_ENTRY" ? alreadyThere(error) : explain(error);
}
