/** What may stand in FROM beside tables and subqueries: calls, which other rules look at. */
import { forbidden } from "../../forbidden.ts";
import type { Node } from "../tree.ts";
import type { Rule } from "./rule.ts";

export const functionsInFrom: Rule = (kind, fields) => {
  if (kind !== "RangeFunction") return;
  // Each item: the function, and its column definitions. CAST or COALESCE may stand here too.
  for (const item of (fields.functions ?? []) as Node[]) {
    const [called] = (item.List?.items ?? []) as Node[];
    if (called?.FuncCall === undefined) {
      throw forbidden("an expression in FROM that is no function");
    }
  }
};
