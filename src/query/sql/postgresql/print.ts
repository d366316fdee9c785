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
  let sql = "";
  let again: Node | null = null;
  try {
    sql = print(statement);
    again = parse(sql);
  } catch {
    // Told below: that the printer runs out of stack, or its text can't be read, is no fault of who
    // wrote the first.
  }
  if (again === null || !sameTree(statement, again)) {
    throw new ServiceError(
      "forbidden_sql",
      "The SQL can't be written anew without changing its meaning, so it is not run.",
      { hint: "Write the less usual parts of it in another way." },
    );
  }
  return { sql, tree: again };
}

function print(statement: Node): string {
  return deparseSync(statement as Parameters<typeof deparseSync>[0], { pretty: false });
}
