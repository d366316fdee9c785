/**
 * INSERT, UPDATE and DELETE stand at the top of a statement that may write, and nowhere else: a
 * common table expression that writes does so whatever reads it (PostgreSQL, "Data-Modifying
 * Statements in WITH").
 */
import { forbidden } from "../../forbidden.ts";
import { CONSTRUCTS } from "../constructs.ts";
import type { Rule } from "./rule.ts";

export const WRITES: ReadonlySet<string> = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt"]);

const WITHIN_WRITES: ReadonlySet<string> = new Set([
  ...["OnConflictClause", "InferClause", "IndexElem", "ReturningClause", "MultiAssignRef"],
  "SetToDefault",
]);

export const writesAtTheTop: Rule = (kind, fields, { writing = null }) => {
  const fits = WRITES.has(kind) ? fields === writing : !WITHIN_WRITES.has(kind) || writing !== null;
  if (!fits) throw forbidden(CONSTRUCTS[kind] ?? `the construct ${kind}`);
};
