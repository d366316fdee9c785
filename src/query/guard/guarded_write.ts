/**
 * What can be run that writes: the statements of one script, in one transaction. Only `guardWrite`
 * (guard_write.ts) can make it, and what runs a `GuardedPlan` takes none, nor the other way round.
 */

/** One of a script's statements, in the engine's own grammar; printed by its parser, parsed again. */
export interface GuardedStep {
  readonly sql: string;
  /** The construct that writes, such as `INSERT`; null for a statement that reads. */
  readonly writes: string | null;
}

const token: unique symbol = Symbol("guarded write");
/** For guard_write.ts alone. */
export const WRITE_TOKEN: typeof token = token;

export class GuardedWrite {
  /** Makes the class nominal: an object of the same shape is none. */
  readonly #guarded: true;
  readonly steps: readonly GuardedStep[];

  constructor(made: typeof token, steps: readonly GuardedStep[]) {
    if (made !== token) throw new TypeError("Only the guard makes a GuardedWrite");
    this.#guarded = true;
    this.steps = steps;
  }
}
