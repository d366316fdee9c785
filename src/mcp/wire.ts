/** JSON-RPC over HTTP, the parts that need no server: error answers and the checks of headers. */
import type { RequestId } from "@modelcontextprotocol/server";

/** JSON-RPC 2.0, section 5.1, and the code the SDK uses for faults of the transport. */
export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const TRANSPORT_ERROR = -32000;
export const SESSION_NOT_FOUND = -32001;

export const JSON_HEADERS = { "content-type": "application/json" };

/** An error outside of any handler; `id` is that of the request it answers, where it could be read. */
export function errorResponse(
  status: number,
  code: number,
  message: string,
  id: RequestId | null = null,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id }), {
    status,
    headers: { ...JSON_HEADERS, ...headers },
  });
}

/** A request that was cancelled gets no answer: a stream that ends without one says so. */
export function cancelledResponse(): Response {
  return new Response("", { headers: { "content-type": "text/event-stream" } });
}

/** The id of a message, where it has one that can stand in an answer. */
export function idOf(message: unknown): RequestId | null {
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  const { id } = message;
  return typeof id === "string" || Number.isSafeInteger(id) ? id as RequestId : null;
}

/** The media type with any parameters, and nothing after them (RFC 9110, 8.3.1). */
const JSON_TYPE = /^\s*application\/json\s*(?:;(?:[^",]|"(?:[^"\\]|\\.)*")*)?$/i;

/** Checks the headers of a POST as "Streamable HTTP" wants them; null when they are in order. */
export function refusePostHeaders(headers: Headers): Response | null {
  const contentType = headers.get("content-type");
  if (contentType !== "application/json" && !JSON_TYPE.test(contentType ?? "")) {
    return errorResponse(
      415,
      TRANSPORT_ERROR,
      `Unsupported Media Type: send the message as 'Content-Type: application/json'.`,
    );
  }
  const accept = headers.get("accept");
  if (accepts(accept, "application/json") && accepts(accept, "text/event-stream")) return null;
  return errorResponse(
    406,
    TRANSPORT_ERROR,
    "Not Acceptable: send 'Accept: application/json, text/event-stream'.",
  );
}

/**
 * Whether an `Accept` header takes a media type. One that is absent takes everything, and the range
 * that fits closest decides (RFC 9110, 12.5.1).
 */
export function accepts(accept: string | null, mediaType: string): boolean {
  if (accept === null || accept === "*/*" || accept === "application/json, text/event-stream") {
    return true;
  }
  const ranges = new Map(
    accept.split(",").map((part) => {
      const [range = "", ...parameters] = part.split(";").map((piece) =>
        piece.trim().toLowerCase()
      );
      return [range, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))];
    }),
  );
  const anySubtype = `${mediaType.slice(0, mediaType.indexOf("/"))}/*`;
  return ranges.get(mediaType) ?? ranges.get(anySubtype) ?? ranges.get("*/*") ?? false;
}
