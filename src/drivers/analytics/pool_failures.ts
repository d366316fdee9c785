/** Why a pool gives no connection, in words for who asked. */
import { ServiceError, unavailable } from "../../errors.ts";

export function tooManyWait(name: string, because: "own" | "all"): ServiceError {
  return because === "own"
    ? new ServiceError(
      "rate_limited",
      `Too many of your queries wait for the database '${name}'.`,
      {
        hint: "Wait for answers before you ask for more: a few at a time are answered as fast.",
      },
    )
    : new ServiceError("rate_limited", `Too many queries wait for the database '${name}'.`, {
      hint: "Try again in some seconds.",
    });
}

export function noneCameFree(name: string, waitMs: number): ServiceError {
  return unavailable(
    `No connection to the database '${name}' came free within ${waitMs / 1000} s.`,
    { hint: "Try again in a moment." },
  );
}

export function unreachable(name: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  return unavailable(`The database '${name}' can't be reached.`, {
    hint: "Try again in a moment; if it stays, ask the operator to look at the connection.",
    ...(typeof code === "string" ? { details: { code } } : {}),
    cause: error,
  });
}

export function leftAlone(name: string, failures: number, waitMs: number): ServiceError {
  return unavailable(
    `The database '${name}' failed ${failures} times in a row and is left alone for now.`,
    { hint: `Try again in ${Math.ceil(waitMs / 1000)} s; other databases go on.` },
  );
}

export function changed(name: string): ServiceError {
  return unavailable(`The connection to the database '${name}' was changed.`, {
    hint: "Try again.",
  });
}
