/** Cross-origin answers (Fetch standard), for the origins that the settings allow and no other. */

const METHODS = "GET, POST, DELETE, OPTIONS";
const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "Accept",
  "Last-Event-ID",
  "Mcp-Method",
  "Mcp-Name",
  "Mcp-Protocol-Version",
  "Mcp-Session-Id",
  "traceparent",
  "tracestate",
].join(", ");
const ANSWER_HEADERS = "Mcp-Session-Id, Mcp-Protocol-Version, WWW-Authenticate, X-Trace-Id";

/** @param origin one that is allowed, or null for a request that needs no such answer */
export function withCors(response: Response, origin: string | null): Response {
  if (origin === null) return response;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Expose-Headers", ANSWER_HEADERS);
  response.headers.append("Vary", "Origin");
  return response;
}

/** The answer to OPTIONS: what may be asked of the endpoint; `withCors` adds who may ask. */
export function preflight(origin: string | null): Response {
  const headers = new Headers({ Allow: METHODS });
  if (origin !== null) {
    headers.set("Access-Control-Allow-Methods", METHODS);
    headers.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
    headers.set("Access-Control-Max-Age", "600");
  }
  return new Response(null, { status: 204, headers });
}
