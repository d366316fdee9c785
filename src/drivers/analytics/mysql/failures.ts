/** MySQL's and MariaDB's error numbers as errors of this service. */
import { ServiceError, unavailable } from "../../../errors.ts";
import type { Statement } from "../engine.ts";
import {
  AMBIGUOUS_COLUMN,
  ConnectionLost,
  type Meaning,
  NO_SUCH_COLUMN,
  NOT_GROUPED,
  REFUSED,
  refusedBy,
  timedOut,
} from "../failures.ts";

/** The driver's own code. */
export const CONNECTION_LOST = "PROTOCOL_CONNECTION_LOST";

const LOST = new Set([
  CONNECTION_LOST,
  "ECONNRESET",
  "EPIPE",
  "ER_SERVER_SHUTDOWN",
  "ER_CLIENT_INTERACTION_TIMEOUT",
  "ER_CONNECTION_KILLED",
]);

/** ER_QUERY_INTERRUPTED, ER_STATEMENT_TIMEOUT (MariaDB), ER_QUERY_TIMEOUT (MySQL). */
const ENDED = new Set([1317, 1969, 3024]);

const NOT_GRANTED: Meaning = {
  type: "permission_denied",
  summary: "The database does not let Superset's own account read this",
  hint: "Ask whoever runs the database to grant it to the account of this connection.",
};
const SHORT: Meaning = {
  type: "unavailable",
  summary: "The database is short of memory, disk or connections",
  hint: "Try again in a moment, or ask for less.",
};
const IN_USE: Meaning = {
  type: "unavailable",
  summary: "What the query needs is in use",
  hint: "Try again.",
};
const READ_ONLY: Meaning = {
  type: "forbidden_sql",
  summary: "The query would write, and this only reads",
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  1021: SHORT, // ER_DISK_FULL
  1037: SHORT, // ER_OUTOFMEMORY
  1041: SHORT, // ER_OUT_OF_RESOURCES
  1044: NOT_GRANTED, // ER_DBACCESS_DENIED_ERROR
  1052: AMBIGUOUS_COLUMN, // ER_NON_UNIQ_ERROR
  1054: NO_SUCH_COLUMN, // ER_BAD_FIELD_ERROR
  1055: NOT_GROUPED, // ER_WRONG_FIELD_WITH_GROUP
  1140: NOT_GROUPED, // ER_MIX_OF_GROUP_FUNC_AND_FIELDS
  1142: NOT_GRANTED, // ER_TABLEACCESS_DENIED_ERROR
  1143: NOT_GRANTED, // ER_COLUMNACCESS_DENIED_ERROR
  1205: IN_USE, // ER_LOCK_WAIT_TIMEOUT
  1213: IN_USE, // ER_LOCK_DEADLOCK
  1226: SHORT, // ER_USER_LIMIT_REACHED
  1227: NOT_GRANTED, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1290: READ_ONLY, // ER_OPTION_PREVENTS_STATEMENT
  1370: NOT_GRANTED, // ER_PROCACCESS_DENIED_ERROR
  1792: READ_ONLY, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
};

export function explain(
  error: unknown,
  statement: Pick<Statement, "hideServerWords">,
  timeoutMs: number,
): Error {
  if (error instanceof ServiceError) return error;
  const { errno, code, fatal, sqlMessage } = error as Readonly<Record<string, unknown>>;
  if (typeof code === "string" && LOST.has(code)) return new ConnectionLost(error);
  if (typeof errno === "number" && ENDED.has(errno)) return timedOut(timeoutMs, error);
  if (typeof errno !== "number" || typeof sqlMessage !== "string") {
    return fatal === true
      ? new ConnectionLost(error)
      : unavailable("The database's answer could not be read.", { cause: error });
  }
  return refusedBy(statement, {
    ...(MEANINGS[errno] ?? REFUSED),
    words: sqlMessage,
    code: String(errno),
    cause: error,
  });
}
