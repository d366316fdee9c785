/** From whatever a handler throws to the JSON-RPC error that a client may see. */
import { type ErrorType, toServiceError } from "../errors.ts";
import { ErrorCode, ProtocolError } from "./protocol.ts";

/** What the client did wrong is -32602, as the specification has it; everything else is ours. */
const CLIENTS_FAULT: ReadonlySet<ErrorType> = new Set([
  "not_found",
  "permission_denied",
  "invalid_argument",
  "conflict",
]);

/** Takes what really happened, for the operators. */
export type ReportFault = (fault: unknown) => void;

/**
 * A `ProtocolError` goes out as it is and a `ServiceError` keeps its words; the text of anything else
 * stays here.
 */
export function asProtocolError(thrown: unknown, report: ReportFault): ProtocolError {
  if (thrown instanceof ProtocolError) return thrown;
  const error = toServiceError(thrown);
  if (error.type === "internal") report(error.cause ?? error);
  const code = CLIENTS_FAULT.has(error.type) ? ErrorCode.InvalidParams : ErrorCode.InternalError;
  return new ProtocolError(code, error.message, error.body());
}
