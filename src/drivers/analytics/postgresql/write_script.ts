/**
 * The statements of one script in one transaction that writes. It is begun once it is known that the
 * connection lives, and what was sent is never sent again: a connection that is lost later is an
 * error that says whether anything was written.
 */
import { ServiceError, unavailable } from "../../../errors.ts";
import type { RunLimits, Statement, WriteResult } from "../engine.ts";
import { ConnectionLost } from "../failures.ts";
import { explainWrite } from "./failures.ts";
import { beginning } from "./read_rows.ts";

export interface Speaking {
  /** One of this file's own statements. */
  readonly say: (
    text: string,
    limits: Pick<RunLimits, "signal" | "timeoutMs">,
  ) => Promise<{ readonly command?: string } | null>;
  /** Runs a statement in the transaction that there is. */
  readonly read: (statement: Statement) => Promise<WriteResult>;
  readonly isUsable: () => boolean;
  /** Closes the connection, and with it a transaction that could not be ended. */
  readonly giveUp: () => void;
}

/** @throws as `AnalyticsConnection.write` */
export async function writeScript(
  statements: readonly Statement[],
  limits: RunLimits,
  connection: Speaking,
): Promise<readonly WriteResult[]> {
  const { signal, timeoutMs } = limits;
  try {
    await connection.say(beginning("read write", limits), limits);
  } catch (error) {
    connection.giveUp();
    if (signal?.aborted) throw signal.reason;
    throw explainWrite(error, timeoutMs);
  }
  const results: WriteResult[] = [];
  try {
    for (const statement of statements) {
      const result = await connection.read(statement);
      if (result.truncated) throw tooMany(limits.maxRows);
      results.push(result);
    }
    signal?.throwIfAborted();
  } catch (error) {
    await rollBack(connection, timeoutMs);
    throw nothingWritten(error);
  }
  await commit(connection, timeoutMs);
  return results;
}

/** From here on nobody can call it off: it is done, or it is not, and the answer says which. */
async function commit(connection: Speaking, timeoutMs: number): Promise<void> {
  let ended;
  try {
    ended = await connection.say("commit", { timeoutMs });
  } catch (error) {
    const explained = explainWrite(error, timeoutMs);
    // What the server refuses is rolled back; a deferred constraint is looked at here.
    if (connection.isUsable() && !(explained instanceof ConnectionLost)) {
      throw nothingWritten(explained);
    }
    connection.giveUp();
    throw unavailable(
      "The connection to the database was lost while the write was confirmed: it may have been done or not.",
      { hint: "Look at the rows before you send it again.", cause: error },
    );
  }
  if (ended?.command !== "COMMIT") {
    connection.giveUp();
    throw new ServiceError("internal", "The database did not confirm the write.");
  }
}

async function rollBack(connection: Speaking, timeoutMs: number): Promise<void> {
  if (!connection.isUsable()) return;
  try {
    await connection.say("rollback", { timeoutMs });
  } catch {
    connection.giveUp();
  }
}

function nothingWritten(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { type, message, hint, details } = error;
  const options = { hint, details, cause: error.cause ?? error };
  // A server's words end without a full stop.
  return new ServiceError(type, `${message.replace(/\.?$/, ".")} Nothing was written.`, options);
}

function tooMany(rows: number): ServiceError {
  return new ServiceError("too_large", `A statement gave more than ${rows} rows.`, {
    hint: "Return fewer: leave RETURNING out, or narrow what is written.",
  });
}
