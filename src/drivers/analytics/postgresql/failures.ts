/** PostgreSQL's SQLSTATEs (Appendix A of its manual) as errors of this service. */
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
  UNFIT_TYPES,
} from "../failures.ts";

const LOST = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "EPIPE",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P05", // idle_session_timeout
]);

/** By SQLSTATE, or by its class (the first two characters). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "42501": {
    type: "permission_denied",
    summary: "The database does not let Superset's own account do this",
    hint: "Ask whoever runs the database to grant it to the account of this connection.",
  },
  "42702": AMBIGUOUS_COLUMN,
  "42703": NO_SUCH_COLUMN,
  "42803": NOT_GROUPED,
  "42804": UNFIT_TYPES,
  "42883": UNFIT_TYPES, // undefined_function: which the list knows, so none for these types
  "25006": { type: "forbidden_sql", summary: "The query would write, and this only reads" },
  "22": { type: "invalid_sql", summary: "The query failed on a value" },
  "23": { type: "conflict", summary: "The write would break a constraint of the database" },
  "53": {
    type: "unavailable",
    summary: "The database is short of memory, disk or connections",
    hint: "Try again in a moment, or ask for less.",
  },
  "54": { type: "too_large", summary: "The query is larger than the database can take" },
  "55": { type: "unavailable", summary: "What the query needs is in use", hint: "Try again." },
  "40": {
    type: "unavailable",
    summary: "The database gave the query up in favour of another",
    hint: "Try again.",
  },
};

export function explain(
  error: unknown,
  statement: Pick<Statement, "hideServerWords">,
  timeoutMs: number,
): Error {
  if (error instanceof ServiceError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const state = typeof code === "string" ? code : "";
  if (LOST.has(state)) return new ConnectionLost(error);
  // Only its time or an operator ends a statement that nobody here ended.
  if (state === "57014") return timedOut(timeoutMs, error);
  if (!/^[0-9A-Z]{5}$/.test(state)) {
    return unavailable("The database's answer could not be read.", { cause: error });
  }
  const meaning = MEANINGS[state] ?? MEANINGS[state.slice(0, 2)] ?? REFUSED;
  const words = typeof message === "string" ? message : "";
  return refusedBy(statement, { ...meaning, words, code: state, cause: error });
}

/**
 * The same for a statement of a script that writes. What a function, a trigger or a foreign key says
 * may be of tables that its caller can't read, so it is not told.
 */
export function explainWrite(error: unknown, timeoutMs: number): Error {
  const { code, where } = error as { readonly code?: unknown; readonly where?: unknown };
  return explain(error, { hideServerWords: where !== undefined || code === "23503" }, timeoutMs);
}
