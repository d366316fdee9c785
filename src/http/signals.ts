/** The signals that ask a service to stop. */
import type { Listening } from "./serve.ts";

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGTERM", "SIGINT"];

/**
 * Waits for a signal and for the stop that follows it. A second signal means: at once.
 * @returns whether everything that ran was finished
 */
export async function untilStopped(service: Pick<Listening, "stop">): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const listeners = STOP_SIGNALS.map((signal) => ({
    signal,
    listener: () => void service.stop(signal).then(resolve, reject),
  }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  try {
    return await promise;
  } finally {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  }
}
