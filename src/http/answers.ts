/** The answers that the HTTP layer gives by itself, and the headers that every answer carries. */

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Cache-Control", "no-store"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];

/** A request that ends before the protocol sees it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** JSON-RPC's code of it, for clients that read bodies only. */
    readonly code: number = -32000,
  ) {
    super(message);
    this.name = "Refusal";
  }
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

/** A refusal as an MCP client can read it: a JSON-RPC error that belongs to no request. */
export function refused(refusal: Refusal): Response {
  const body = JSON.stringify({
    jsonrpc: "2.0",
    id: null,
    error: { code: refusal.code, message: refusal.message },
  });
  return new Response(body, {
    status: refusal.status,
    headers: { "Content-Type": "application/json", ...refusal.headers },
  });
}

/** Puts the headers of every answer on one; keeps a stream's own `Cache-Control`. */
export function secured(response: Response): Response {
  for (const [name, value] of SECURITY_HEADERS) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
