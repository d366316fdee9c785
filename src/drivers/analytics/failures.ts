/** What goes wrong with a statement, in the words that every engine's driver uses. */
import { type ErrorOptionsExtra, type ErrorType, ServiceError } from "../../errors.ts";
import type { Statement } from "./engine.ts";

/** How a statement was ended from here: by its caller, by its time, or by a cap. */
export type Ending = "aborted" | "late" | "full";

/** The connection was lost; whoever has read nothing yet may try another. */
export class ConnectionLost extends ServiceError {
  constructor(cause: unknown) {
    super("unavailable", "The connection to the database was lost.", {
      hint: "Try again in a moment.",
      cause,
    });
  }
}

export function timedOut(timeoutMs: number, cause?: unknown): ServiceError {
  return new ServiceError("timeout", `The query ran for more than ${timeoutMs / 1000} s.`, {
    hint: "Ask for less: a shorter time range, fewer columns, or a filter that an index serves.",
    cause,
  });
}

/** What an error of a database means to who asked. */
export interface Meaning {
  readonly type: ErrorType;
  readonly summary: string;
  readonly hint?: string;
}

/** A statement that does not fit the tables: told also where the server's own words are not. */
export const REFUSED: Meaning = { type: "invalid_sql", summary: "The database refused the query" };
export const NO_SUCH_COLUMN: Meaning = {
  type: "invalid_sql",
  summary: "The query names a column that does not exist",
  hint: "get_table tells a table's columns, get_dataset_info a dataset's.",
};
export const AMBIGUOUS_COLUMN: Meaning = {
  type: "invalid_sql",
  summary: "The query names a column that more than one of its tables has",
  hint: "Write it with its table's alias.",
};
export const NOT_GROUPED: Meaning = {
  type: "invalid_sql",
  summary: "The query shows a column that is neither grouped by nor aggregated",
  hint: "Add it to GROUP BY, or put it in an aggregate.",
};
export const UNFIT_TYPES: Meaning = {
  type: "invalid_sql",
  summary: "The query gives a function or an operator values of types that it does not take",
  hint: "Cast the values; get_table tells the types of columns.",
};

/**
 * A statement that the server refused.
 * @param words what the server said; told only where no row rule narrowed the statement
 * @param code the server's own code, which says nothing about rows
 */
export function refusedBy(
  statement: Pick<Statement, "hideServerWords">,
  failure: Meaning & {
    readonly words: string;
    readonly code: string;
    readonly cause: unknown;
  },
): ServiceError {
  const { type, summary, words, code, hint, cause } = failure;
  const message = statement.hideServerWords || words === ""
    ? `${summary}.`
    : `${summary}: ${words}`;
  const options: ErrorOptionsExtra = { hint, cause, ...(code ? { details: { code } } : {}) };
  return new ServiceError(type, message, options);
}
