/** The columns in which Superset keeps who made a row and when (6.1, `AuditMixinNullable`). */
import type { Caller } from "../auth/caller.ts";
import { timestamp } from "../dao/writing.ts";

/** Of a row that the caller makes now. */
export function madeBy({ user }: Caller, now: number) {
  const at = timestamp(now);
  return { created_on: at, changed_on: at, created_by_fk: user.id, changed_by_fk: user.id };
}
