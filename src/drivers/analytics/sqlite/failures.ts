/** SQLite's result codes (sqlite.org, "Result and Error Codes") as errors of this service. */
import { type ErrorType, ServiceError } from "../../../errors.ts";
import type { Statement } from "../engine.ts";
import { refusedBy } from "../failures.ts";

interface Meaning {
  readonly type: ErrorType;
  readonly summary: string;
  readonly hint?: string;
}

const BUSY: Meaning = {
  type: "unavailable",
  summary: "The database file is busy",
  hint: "Try again in a moment.",
};
const UNREADABLE: Meaning = { type: "unavailable", summary: "The database file can't be read" };
const TOO_LARGE: Meaning = {
  type: "too_large",
  summary: "The query needs more memory than it may have",
};
const FORBIDDEN: Meaning = { type: "forbidden_sql", summary: "The query may not do this" };
const REFUSED: Meaning = { type: "invalid_sql", summary: "The database refused the query" };

/** By primary result code. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  5: BUSY,
  6: BUSY,
  7: TOO_LARGE,
  8: FORBIDDEN,
  10: UNREADABLE,
  11: UNREADABLE,
  14: UNREADABLE,
  18: TOO_LARGE,
  23: FORBIDDEN,
  26: UNREADABLE,
};

export function explain(error: unknown, statement: Pick<Statement, "hideServerWords">): Error {
  if (error instanceof ServiceError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const primary = typeof code === "number" ? code & 0xff : 0;
  return refusedBy(statement, {
    ...(MEANINGS[primary] ?? REFUSED),
    words: typeof message === "string" ? message : "",
    code: primary === 0 ? "" : String(primary),
    cause: error,
  });
}
