/** What a failure of the metadata database in PostgreSQL means, by its code. */
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
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "EPIPE",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
]);

/** query_canceled: by statement_timeout, since nobody else cancels here. */
const STATEMENT_ENDED = "57014";

/** The server is not there, or not ready, or does not let us in. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "CONNECT_TIMEOUT",
  "57P03", // cannot_connect_now
  "53300", // too_many_connections
  "28P01", // invalid_password
  "28000", // invalid_authorization_specification
  "3D000", // invalid_catalog_name
]);

/** A certificate that does not hold: OpenSSL's verification results and Node's own codes. */
const UNTRUSTED = /^(ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_|HOSTNAME_)/;

const NOT_WRITABLE = new Set([
  "25006", // read_only_sql_transaction
  "42501", // insufficient_privilege
]);

const UNIQUE_VIOLATION = "23505";

/** A read may then be tried once more, on another connection. */
export function isDropped(error: unknown): boolean {
  return DROPPED.has(codeOf(error));
}

/** As a caller is told. */
export function explain(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = codeOf(error);
  if (DROPPED.has(code) || UNREACHABLE.has(code)) return unreachable(error);
  if (UNTRUSTED.test(code)) return untrusted("sslmode and sslrootcert", error);
  return code === STATEMENT_ENDED ? tookTooLong(error) : refusedQuery(error);
}

/** The same where something was to be written. */
export function explainWriting(error: unknown): ServiceError {
  const code = codeOf(error);
  if (NOT_WRITABLE.has(code)) return mayNotWrite(error);
  return code === UNIQUE_VIOLATION ? alreadyThere(error) : explain(error);
}
