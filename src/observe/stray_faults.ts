/** Faults that nobody waits for any more, such as a stream whose client went away in the middle. */
import type { Observer } from "./observation.ts";

/**
 * Tells them to the log in place of ending the process, which would cut every other call.
 * @returns a function that gives them back to the runtime
 */
export function observeStrayFaults(observe: Observer): () => void {
  const tell = (cause: unknown) =>
    observe({
      kind: "notice",
      level: "error",
      message: "A fault reached nobody.",
      details: { cause },
    });
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    tell(event.reason);
  };
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    tell(event.error);
  };
  addEventListener("unhandledrejection", onRejection);
  addEventListener("error", onError);
  return () => {
    removeEventListener("unhandledrejection", onRejection);
    removeEventListener("error", onError);
  };
}
