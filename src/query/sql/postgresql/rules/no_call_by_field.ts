/**
 * `(x).f` is `f(x)` where x has no column f, of whatever type x is (PostgreSQL, 4.2.4 and 8.16.5). So f
 * has to be a function that is allowed anyway, or a column of what an allowed function returns.
 */
import { forbidden } from "../../forbidden.ts";
import { POSTGRESQL_FUNCTIONS, RESULT_FIELDS } from "../functions.ts";
import type { Node } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const noCallByField: Rule = (kind, fields, { functions }) => {
  if (kind !== "A_Indirection") return;
  for (const step of fields.indirection as Node[]) {
    const name = step.String === undefined ? null : String(step.String.sval);
    if (name === null || RESULT_FIELDS.has(name)) continue;
    if (POSTGRESQL_FUNCTIONS.has(name) || functions.has(name)) continue;
    throw forbidden(
      `(…).${name}, which could call a function`,
      "Name the column by its table's alias, without parentheses.",
    );
  }
};
