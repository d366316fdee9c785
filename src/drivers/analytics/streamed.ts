/** Rows handed on batch after batch, in order, while the server waits for whoever takes them. */
import { unavailable } from "../../errors.ts";
import { joinSignals } from "../../joined_signal.ts";
import type { QueryResult, RunLimits } from "./engine.ts";
import { ConnectionLost } from "./failures.ts";

/**
 * @param run reads the rows, with these limits over its own
 * @param limits those of the run
 */
export async function streamed(
  run: (more: Pick<RunLimits, "signal" | "take">) => Promise<QueryResult>,
  limits: Pick<RunLimits, "signal">,
  take: (batch: QueryResult) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const signal = joinSignals([failed.signal, limits.signal]);
  let taking: Promise<void> | null = null;
  const inOrder = (batch: QueryResult) => {
    taking = (taking ?? Promise.resolve()).then(() => {
      signal.throwIfAborted();
      return take(batch);
    });
    taking.catch((thrown) => failed.abort(thrown));
    return taking;
  };
  try {
    await inOrder(await run({ signal, take: inOrder }));
  } catch (thrown) {
    // What was handed on can't be taken back: no second try from the beginning.
    if (thrown instanceof ConnectionLost && taking !== null) throw lostOnTheWay(thrown);
    throw thrown;
  }
}

function lostOnTheWay(cause: unknown) {
  return unavailable("The connection to the database was lost in the middle of the rows.", {
    hint: "Try again in a moment.",
    cause,
  });
}
