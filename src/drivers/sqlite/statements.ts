/** Values that SQLite takes, and what its failures mean. */
import type { SQLInputValue } from "node:sqlite";
import { ServiceError, unavailable } from "../../errors.ts";
import { alreadyThere, mayNotWrite, refusedQuery } from "../metadata_failures.ts";

export function bindable(value: unknown): SQLInputValue {
  return typeof value === "boolean" ? Number(value) : value as SQLInputValue;
}

/** Another process holds the file's lock. */
export function isBusy(error: unknown): boolean {
  return /locked|busy/i.test(messageOf(error));
}

/** As a caller is told. */
export function explain(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return isBusy(error) || /unable to open|disk I\/O/i.test(messageOf(error))
    ? unavailable("The metadata database is busy or can't be read.", {
      hint: "Try again in a moment.",
      cause: error,
    })
    : refusedQuery(error);
}

/** The same where something was to be written. */
export function explainWriting(error: unknown): ServiceError {
  const message = messageOf(error);
  // Deno's own words where the process has no permission to write the file.
  const closed = /readonly database|requires write access/i.test(message);
  if (closed || error instanceof Deno.errors.NotCapable) return mayNotWrite(error);
  return /UNIQUE constraint/i.test(message) ? alreadyThere(error) : explain(error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
