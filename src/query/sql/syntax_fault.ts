/** What a person is told of SQL that its grammar refuses: what and where, and no value out of it. */
import { ServiceError } from "../../errors.ts";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * @param offset in characters (code points) from the start of `text`
 * @param prefix how many of them the service put in front of what was written
 */
export function positionAt(text: string, offset: number, prefix: number): Position {
  const before = [...text].slice(prefix, Math.max(prefix, offset));
  const lastBreak = before.lastIndexOf("\n");
  return {
    line: before.filter((character) => character === "\n").length + 1,
    column: before.length - lastBreak,
  };
}

/** @param reason the parser's own words, or what this service found */
export function syntaxFault(reason: string, position: Position | null): ServiceError {
  const where = position === null ? "" : ` at line ${position.line}, column ${position.column}`;
  return new ServiceError(
    "invalid_sql",
    `The SQL can't be read${where}: ${withoutValues(reason)}.`,
    {
      hint: "Correct the SQL; the position counts lines and columns from 1.",
      ...(position === null ? {} : { details: { ...position } }),
    },
  );
}

/** Keeps the names and signs a parser quotes, and drops what could be a value. */
function withoutValues(reason: string): string {
  return reason.replace(
    /\s+at or near "((?:[^"]|"")*)"/,
    (_, token: string) => /^([A-Za-z_]\w*|[^\w'"$]{1,3})$/.test(token) ? ` near ${token}` : "",
  );
}

/** What overflows the stack is nested more deeply than anyone writes. @throws ServiceError `invalid_sql` */
export function shallowEnough<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    throw syntaxFault("it is nested too deeply to be read", null);
  }
}
