/** The signals that ask a service to stop. */

const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGTERM", "SIGINT"];

/**
 * Calls `stop` for each signal that asks to stop, the second one too, which means: at once.
 * @returns a function that stops listening to them
 */
export function onStopSignal(stop: (signal: string) => void): () => void {
  const listeners = STOP_SIGNALS.map((signal) => ({ signal, listener: () => stop(signal) }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}
