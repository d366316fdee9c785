/** A tree as text again, which is only good if reading it gives the same tree. */
import { deparseSync } from "pgsql-deparser";
import { ServiceError } from "../../../errors.ts";
import { type Node, sameTree } from "./tree.ts";

export interface Printed {
  readonly sql: string;
  /** What reading it gave, the same as what was printed. */
  readonly tree: Node;
}

/**
 * @param parse reads one statement
 * @throws ServiceError forbidden_sql where the printer can't say the tree as it is
 */
export function printVerified(statement: Node, parse: (sql: string) => Node): Printed {
  const printed = printSame(statement, parse, false);
  if (printed !== null) return printed;
  throw new ServiceError(
    "forbidden_sql",
    "The SQL can't be written anew without changing its meaning, so it is not run.",
    { hint: "Write the less usual parts of it in another way." },
  );
}

/** Over several lines where that says the same. @throws as `printVerified` */
export function printReadable(statement: Node, parse: (sql: string) => Node): string {
  return (printSame(statement, parse, true) ?? printVerified(statement, parse)).sql;
}

function printSame(
  statement: Node,
  parse: (sql: string) => Node,
  pretty: boolean,
): Printed | null {
  try {
    const sql = deparseSync(statement as Parameters<typeof deparseSync>[0], { pretty });
    const tree = parse(sql);
    return sameTree(statement, tree) ? { sql, tree } : null;
  } catch {
    // That the printer runs out of stack, or its text can't be read, is no fault of who wrote the
    // first.
    return null;
  }
}
