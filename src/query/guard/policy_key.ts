/** Names what was applied to a query, for cache keys: the same only for the same conditions. */
import { createHash } from "node:crypto";
import type { BoundRules } from "./bind_rules.ts";

/** @returns a digest of the conditions, in order; the empty text where none was applied */
export function policyKey(applied: readonly BoundRules[]): string {
  if (applied.length === 0) return "";
  const conditions = JSON.stringify(applied.map((bound) => bound.condition));
  return createHash("sha256").update(conditions).digest("base64url");
}
