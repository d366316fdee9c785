/** What a handler says of how far it is, to the clients that asked for it by a `progressToken`. */
import type { ServerContext } from "@modelcontextprotocol/server";
import type { RequestContext } from "./handlers.ts";
import { LATE_MS } from "./late_answers.ts";
import type { ReportFault } from "./protocol_error.ts";

export type Progress = RequestContext["progress"];

/** Says nothing, for clients that did not ask. */
export function noProgress(): void {}

/** "The progress value MUST increase with each notification" (2025-11-25, "Progress"): others are left out. */
export function progressOf({ mcpReq }: ServerContext, report: ReportFault): Progress {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return noProgress;
  let last = -1;
  return (progress, total, message) => {
    if (progress <= last) return;
    last = progress;
    void mcpReq.notify({
      method: "notifications/progress",
      params: { progressToken, progress, total, message },
    }).catch(report);
  };
}

/**
 * Runs a call that says, when it takes long, that it runs: this opens the stream of its answer, by
 * which a client that hangs up is noticed (late_answers.ts does it for who asked for no progress).
 */
export async function saidToRun<T>(progress: Progress, call: () => Promise<T>): Promise<T> {
  if (progress === noProgress) return await call();
  const timer = setTimeout(() => progress(0, undefined, "The call is running."), LATE_MS);
  try {
    return await call();
  } finally {
    clearTimeout(timer);
  }
}
