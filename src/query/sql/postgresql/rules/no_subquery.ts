/** One expression reads no table: it computes on the rows that it is given. */
import { forbidden } from "../../forbidden.ts";
import type { Rule } from "./rule.ts";

export const noSubquery: Rule = (kind) => {
  if (kind === "SubLink" || kind === "SelectStmt") {
    throw forbidden("a subquery", "Compute on the dataset's own columns only.");
  }
};
