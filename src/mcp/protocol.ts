/**
 * The protocol's own names and numbers, and its errors, for all that runs without the SDK: evaluating
 * the SDK takes a third of a start, so `sdk_eras.ts` brings it with the first message that needs it.
 * tests/unit/mcp/protocol_test.ts holds them to the SDK's.
 */

/** Members of `_meta` (2026-07-28, "General fields"). */
export const PROTOCOL_VERSION_META_KEY = "io.modelcontextprotocol/protocolVersion";
export const CLIENT_INFO_META_KEY = "io.modelcontextprotocol/clientInfo";
export const CLIENT_CAPABILITIES_META_KEY = "io.modelcontextprotocol/clientCapabilities";
export const SERVER_INFO_META_KEY = "io.modelcontextprotocol/serverInfo";

/** The revisions before 2026-07-28 that a client may name. */
export const OLDER_VERSIONS: readonly string[] = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
];

/** JSON-RPC 2.0, section 5.1, and the protocol's own. */
export const ErrorCode = {
  InvalidRequest: -32600,
  InvalidParams: -32602,
  InternalError: -32603,
  MissingRequiredClientCapability: -32021,
} as const;

/** An error that a client reads as it is. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "ProtocolError";
    this.code = code;
    this.data = data;
  }
}

/** "Servers MUST return -32602 for a resource that does not exist" (2026-07-28, "Resources"). */
export function resourceNotFound(uri: string): ProtocolError {
  return new ProtocolError(ErrorCode.InvalidParams, `Resource not found: ${uri}`, { uri });
}
