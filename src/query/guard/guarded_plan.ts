/**
 * The one thing that can be run. Only `guard` (guard.ts) can make it: the constructor takes a token
 * that this folder keeps to itself, so a path that forgets row-level security does not compile.
 */
import type { GenericType } from "../frame.ts";

/** A column of the answer as it was planned. */
export interface PlannedColumn {
  readonly name: string;
  /** What is known of its type before the database answers. */
  readonly type: GenericType | null;
}

const token: unique symbol = Symbol("guarded");
/** For guard.ts alone. */
export const GUARD_TOKEN: typeof token = token;

export class GuardedPlan {
  /** Makes the class nominal: an object of the same shape is none. */
  readonly #guarded: true;
  /** One reading statement in the engine's own grammar; printed by its parser, and parsed again. */
  readonly sql: string;
  /** The same as it is sent, with calls in it by which it can be ended where the engine needs them. */
  readonly stoppableSql: string;
  readonly parameters: readonly unknown[];
  readonly columns: readonly PlannedColumn[] | null;
  /** The rules that narrowed it, by name; empty where none binds the caller. */
  readonly rules: readonly string[];
  /** Names the policy that was applied, for cache keys: a digest of the rendered clauses. */
  readonly policyKey: string;

  constructor(
    made: typeof token,
    plan: {
      readonly sql: string;
      readonly stoppableSql?: string;
      readonly parameters: readonly unknown[];
      readonly columns: readonly PlannedColumn[] | null;
      readonly rules: readonly string[];
      readonly policyKey: string;
    },
  ) {
    if (made !== token) throw new TypeError("Only the guard makes a GuardedPlan");
    this.#guarded = true;
    this.sql = plan.sql;
    this.stoppableSql = plan.stoppableSql ?? plan.sql;
    this.parameters = plan.parameters;
    this.columns = plan.columns;
    this.rules = plan.rules;
    this.policyKey = plan.policyKey;
  }
}
