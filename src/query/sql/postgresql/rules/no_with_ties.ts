/** FETCH … WITH TIES may give more rows than it says, and the printer has no words for it. */
import { forbidden } from "../../forbidden.ts";
import type { Rule } from "./rule.ts";

export const noWithTies: Rule = (kind, fields) => {
  if (kind !== "SelectStmt" || fields.limitOption !== "LIMIT_OPTION_WITH_TIES") return;
  throw forbidden("FETCH … WITH TIES", "Use rank() in a subquery and filter by it.");
};
