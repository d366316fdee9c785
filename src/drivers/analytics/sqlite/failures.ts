/** SQLite's result codes (sqlite.org, "Result and Error Codes") as errors of this service. */
import { ServiceError } from "../../../errors.ts";
import type { Statement } from "../engine.ts";
import { AMBIGUOUS_COLUMN, type Meaning, NO_SUCH_COLUMN, REFUSED, refusedBy } from "../failures.ts";

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

const UNSTOPPABLE: Meaning = {
  type: "forbidden_sql",
  summary: "The statement could not be ended once it runs",
  hint: "Give each table in FROM a name of its own; where a table has just changed, try again in " +
    "a minute.",
};
const TOO_LONG: Meaning = {
  type: "too_large",
  summary: "A function that compares texts was given one of more than 1,000,000 characters",
};

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

/** What has no code of its own is told apart by how the message begins (resolve.c, SQLite 3.8 and later). */
const BEGINNINGS: readonly (readonly [string, Meaning])[] = [
  ["no such column: ", NO_SUCH_COLUMN],
  ["ambiguous column name: ", AMBIGUOUS_COLUMN],
  ["not stoppable", UNSTOPPABLE],
  ["too long a text", TOO_LONG],
];

export function explain(error: unknown, statement: Pick<Statement, "hideServerWords">): Error {
  if (error instanceof ServiceError) return error;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const primary = typeof code === "number" ? code & 0xff : 0;
  const words = typeof message === "string" ? message : "";
  const begun = BEGINNINGS.find(([beginning]) => words.startsWith(beginning))?.[1];
  return refusedBy(statement, {
    ...(MEANINGS[primary] ?? begun ?? REFUSED),
    words,
    code: primary === 0 ? "" : String(primary),
    cause: error,
  });
}
