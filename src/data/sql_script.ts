/** A script of a caller's own SQL on its way: read, guarded, told of, and run. */
import type { QueryResult } from "../drivers/analytics/engine.ts";
import { ServiceError } from "../errors.ts";
import type { GuardedPlan } from "../query/guard/guarded_plan.ts";
import type { GuardedWrite } from "../query/guard/guarded_write.ts";

/** A statement as it is told of. */
export interface ShownStatement {
  /** As it was written, with templates rendered. */
  readonly originalSql: string;
  /** As it runs; without the rules' own text for callers who may not read rules. */
  readonly shownSql: string;
  /**
   * As it would run without any rule, limit and all: what others may read of it. Null where its
   * templates put the text of rules into it.
   */
  readonly plainSql: () => string | null;
  /** The rules that narrow it, by name. */
  readonly rules: readonly string[];
}

/** A statement that may be run, and only reads. */
export interface PreparedStatement extends ShownStatement {
  readonly plan: GuardedPlan;
}

export interface StatementFault {
  /** From 1; null where the script can't be told apart into statements. */
  readonly statement: number | null;
  readonly fault: ServiceError;
}

/** One that asks how a statement would be run. */
export type ExplainedStatement = Pick<PreparedStatement, "originalSql" | "plan">;

/** A script of which a statement writes: it is run whole. */
export interface PreparedWrite {
  readonly kind: "write";
  readonly statements: readonly ShownStatement[];
  readonly script: GuardedWrite;
}

export type PreparedScript = PreparedWrite | {
  readonly kind: "read";
  readonly statements: readonly PreparedStatement[];
};

export interface WriteOptions {
  /** Of each statement. */
  readonly timeoutMs: number;
  /** The most rows that one statement may give: beyond it nothing is written. */
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

export interface SqlRunOptions extends WriteOptions {
  /** True: the rows of a moment ago will do, for a further page of them. */
  readonly again: boolean;
  readonly onRows?: (rows: number) => void;
}

/** What others may read of a script. */
export function plainScript(statements: readonly ShownStatement[]): string | null {
  const texts = statements.map(({ plainSql }) => plainSql());
  return texts.includes(null) ? null : texts.join(";\n");
}

export interface RanStatement {
  readonly result: QueryResult;
  /** True where nothing ran: these are the rows of a moment ago. */
  readonly isKept: boolean;
}

/** What is wrong with the text that `work` reads; all else is a failure. */
export function faultIn(work: () => unknown): ServiceError | null {
  try {
    work();
    return null;
  } catch (fault) {
    if (fault instanceof ServiceError && /_sql$/.test(fault.type)) return fault;
    throw fault;
  }
}
