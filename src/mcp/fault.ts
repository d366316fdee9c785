/** Tells the operators about a fault of the protocol side; the client reads only that there was one. */
import type { Observer } from "../observe/observation.ts";
import type { ReportFault } from "./protocol_error.ts";

export function faultReporter(observe: Observer): ReportFault {
  return (fault) =>
    observe({
      kind: "notice",
      level: "error",
      message: "A protocol handler failed.",
      // The log tells an error's kind and place, and not its message, which may quote an argument.
      details: { fault: fault instanceof Error ? fault : typeof fault },
    });
}
