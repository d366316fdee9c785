/**
 * Runs a script that writes, and tells what came of it. It runs once: there are no further pages of
 * its rows, so what does not fit is counted, and nothing is written of which the answer could not tell.
 */
import type { PreparedWrite } from "../../data/sql_script.ts";
import type { SqlSession, WriteResult } from "../../data/sql_session.ts";
import { invalidArgument, ServiceError } from "../../errors.ts";
import type { GuardedStep } from "../../query/guard/guarded_write.ts";
import { pageOf } from "../../query/answer/page.ts";
import { estimatedTokens } from "../response_size.ts";
import { resultColumns, statementText } from "./statement_answer.ts";

export interface WriteCall {
  /** The most rows of each statement. */
  readonly limit: number;
  readonly timeoutMs: number;
  readonly cursor: string | undefined;
  /** Tokens of an answer's rows and statements together. */
  readonly tokens: number;
  readonly signal: AbortSignal;
}

/** @throws ServiceError as `SqlSession.write`; `invalid_argument`, `too_large` before anything ran */
export async function runWrite(
  session: SqlSession,
  write: PreparedWrite,
  { limit, timeoutMs, cursor, tokens, signal }: WriteCall,
) {
  if (cursor !== undefined) {
    throw invalidArgument("What a statement returns that writes has no further pages.", {
      hint: "Leave cursor out, and the script runs again.",
      details: { argument: "cursor" },
    });
  }
  const shown = write.statements.map(statementText);
  // The rows of the last statement stand in the answer twice.
  const room = (tokens - estimatedTokens(JSON.stringify(shown))) / (shown.length + 1);
  if (room < MIN_TOKENS) throw tooLong();
  const results = await session.write(write, { timeoutMs, maxRows: limit, signal });
  const statements = results.map((result, at) => ({
    ...shown[at]!,
    row_count: result.affected,
    execution_time_ms: Math.round(result.durationMs * 1000) / 1000,
    ...(isCut(write.script.steps[at]!, result, limit) ? { limit_reached: true } : {}),
    ...returned(result, room),
  }));
  const { data, row_count } = statements.at(-1)!;
  return { success: true, ...data, row_count, statements };
}

/** A statement that reads stops at the limit; one that writes gives all its rows, or is not run. */
function isCut({ writes }: GuardedStep, { affected }: WriteResult, limit: number): boolean {
  return writes === null && affected === limit;
}

/** Room that the counts of a statement take. */
const MIN_TOKENS = 50;

function returned(result: WriteResult, tokenLimit: number) {
  const { rowCount } = result.frame;
  const columns = resultColumns(result);
  const { rows } = pageOf(result, {
    ...{ limit: rowCount, tokenLimit, tokens: estimatedTokens, cursor: undefined, question: null },
  });
  const data = { rows: [...rows], columns };
  const fits = estimatedTokens(JSON.stringify(data)) <= tokenLimit;
  const told = fits ? data : { rows: [], columns: [] };
  const left = rowCount - told.rows.length;
  return { data: told, ...(left > 0 ? { rows_left_out: left } : {}) };
}

function tooLong(): ServiceError {
  return new ServiceError(
    "too_large",
    "The SQL is too long for an answer that tells of it. Nothing was written.",
    { hint: "Write in smaller parts." },
  );
}
