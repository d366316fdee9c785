/** What the log and the metrics are told of a tool's call, however it came in. */
import { type ServiceError, toServiceError } from "../errors.ts";
import type { State } from "../state.ts";
import type { Tool } from "../tools/define_tool.ts";
import type { RequestContext } from "./handlers.ts";
import { ProtocolError } from "./protocol.ts";

/** @throws what `call` throws */
export async function observed<T>(
  { observe }: Pick<State, "observe">,
  { name }: Pick<Tool, "name">,
  { traceId, caller }: Pick<RequestContext, "traceId" | "caller">,
  call: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  observe({ kind: "call_started", tool: name });
  let error: ServiceError | undefined;
  try {
    return await call();
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) error = toServiceError(thrown);
    throw thrown;
  } finally {
    observe({
      kind: "call",
      tool: name,
      status: error ? "error" : "success",
      errorType: error?.type,
      durationMs: performance.now() - began,
      traceId,
      user: caller.user.username,
      tenant: caller.tenant,
      cause: error?.cause,
    });
  }
}
