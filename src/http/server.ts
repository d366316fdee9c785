/**
 * One HTTP request from its route to its answer. The order is fixed: route, Host and Origin, who is
 * asking, the body's limits, and then the protocol behind `mcp`.
 */
import type { Caller } from "../auth/caller.ts";
import type { Config } from "../config.ts";
import { ServiceError } from "../errors.ts";
import type { Gate } from "../mcp/admit.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import type { McpEndpoint } from "../mcp/http.ts";
import { endOf } from "../mcp/ongoing.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Observer } from "../observe/observation.ts";
import { traceIdOf } from "../observe/trace.ts";
import { json, Refusal, refused, secured } from "./answers.ts";
import { readBody } from "./body.ts";
import { preflight, withCors } from "./cors.ts";
import { csvResponse } from "./csv_response.ts";
import { type Guard, makeGuard } from "./guard.ts";
import type { Health } from "./health.ts";
import type { Running, TimeLimits } from "./running.ts";

export interface HttpParts {
  readonly http: Config["http"];
  readonly gate: Gate;
  readonly endpoint: Pick<McpEndpoint, "fetch">;
  /** Rows as files, where a tool hands out links to them. */
  readonly exportCsv?: McpHandlers["exportCsv"];
  readonly health: Health;
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly observe: Observer;
  readonly running: Running;
  /** The largest body, in bytes. */
  readonly maxBytes?: number;
}

/** Answers a request; never throws. */
export type Handler = (request: Request) => Promise<Response>;

export const MAX_BODY_BYTES = 1024 * 1024;
export const TIME_LIMITS: TimeLimits = { callMs: 60_000, fileMs: 300_000, bodyMs: 10_000 };

export const ROUTES = [
  "/mcp",
  "/health",
  "/health/live",
  "/health/ready",
  "/metrics",
  "/export/csv",
  "/.well-known/oauth-protected-resource",
  "/.well-known/oauth-protected-resource/mcp",
] as const;

type Route = (typeof ROUTES)[number];

interface Exchange {
  readonly request: Request;
  readonly route: Route;
  readonly traceId: string;
}

/** A function of a request alone, so that all of it can be tested without a socket. */
export function makeHandler(parts: HttpParts): Handler {
  const guard = makeGuard(parts.http);
  return async (request) => {
    const began = performance.now();
    const traceId = traceIdOf(request.headers.get("traceparent"));
    const route = routeOf(request.url);
    const response = route === null
      ? json({ error: "There is nothing here. The endpoint is POST /mcp." }, 404)
      : await answer(parts, guard, { request, route, traceId });
    secured(response).headers.set("X-Trace-Id", traceId);
    const { method } = request;
    const tell = () =>
      parts.observe({
        kind: "http",
        method,
        path: route ?? "other",
        status: response.status,
        durationMs: performance.now() - began,
        traceId,
      });
    const over = endOf(response);
    if (over === null) tell();
    else void over.then(tell);
    return response;
  };
}

async function answer(parts: HttpParts, guard: Guard, exchange: Exchange): Promise<Response> {
  const { request, route, traceId } = exchange;
  try {
    switch (route) {
      case "/health":
        return readsOnly(request) ?? await parts.health.health();
      case "/health/live":
        return readsOnly(request) ?? parts.health.live();
      case "/health/ready":
        return readsOnly(request) ?? await parts.health.ready();
      case "/metrics":
        return readsOnly(request) ?? new Response(await parts.metrics.text(), {
          headers: { "Content-Type": parts.metrics.contentType },
        });
    }
    const origin = guard.check(request);
    const response = await guarded(parts, exchange, origin).catch((thrown) =>
      failed(thrown, parts.observe, traceId)
    );
    return withCors(response, origin);
  } catch (thrown) {
    return failed(thrown, parts.observe, traceId);
  }
}

/** What is served only to requests whose Host and Origin are in order. */
async function guarded(
  parts: HttpParts,
  exchange: Exchange,
  origin: string | null,
): Promise<Response> {
  const { request, route } = exchange;
  if (request.method === "OPTIONS") return preflight(origin);
  if (route === "/mcp") return await mcp(parts, exchange);
  if (route === "/export/csv") return await exported(parts, exchange);
  const document = parts.gate.resourceMetadata(route, () => baseUrl(parts.http, request));
  if (document === null) return json({ error: "There is nothing here: no token is needed." }, 404);
  return readsOnly(request) ?? json(document);
}

async function mcp(parts: HttpParts, { request, traceId }: Exchange): Promise<Response> {
  if (!/^(POST|GET|DELETE)$/.test(request.method)) {
    throw new Refusal(405, `${request.method} is not answered here.`, {
      Allow: "GET, POST, DELETE, OPTIONS",
    });
  }
  const caller = await admitted(parts, request, traceId);
  const body = request.method === "POST"
    ? await readBody(request, parts.maxBytes ?? MAX_BODY_BYTES, parts.running.bodies)
    : null;
  const base = () => baseUrl(parts.http, request);
  return await parts.running.run(
    (signal) => parts.endpoint.fetch(request, { caller, traceId, body, signal, base }),
    // A stream of notices has no end of its own: nobody waits for it.
    request.method === "POST" && request.headers.get("mcp-method") !== "subscriptions/listen",
  );
}

/** A link alone opens nothing: the caller it was made for has to ask, as for any call. */
async function exported(parts: HttpParts, { request, traceId }: Exchange): Promise<Response> {
  const { exportCsv } = parts;
  if (exportCsv === undefined) return json({ error: "There are no exports here." }, 404);
  if (request.method !== "GET") {
    throw new Refusal(405, `${request.method} is not answered here.`, { Allow: "GET, OPTIONS" });
  }
  const caller = await admitted(parts, request, traceId);
  const link = new URL(request.url).searchParams.get("link") ?? "";
  const base = () => baseUrl(parts.http, request);
  return await parts.running.run(
    async (signal) => {
      const context = { caller, traceId, signal, gone: request.signal, base, progress: () => {} };
      return await csvResponse(() => exportCsv(link, context));
    },
    true,
    "file",
  );
}

/** @throws Refusal where nobody is let in */
async function admitted(parts: HttpParts, request: Request, traceId: string): Promise<Caller> {
  const { caller, refused: no } = await parts.gate.admit(
    request.headers.get("authorization"),
    () => baseUrl(parts.http, request),
  );
  if (!no) return caller;
  parts.observe({ kind: "auth_refused", reason: no.reason, status: no.status, traceId });
  throw new Refusal(no.status, no.message, no.headers, -32001);
}

function routeOf(url: string): Route | null {
  // Between the authority and the query; faster than making a URL of it.
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const end = url.indexOf("?", start);
  const path = end < 0 ? url.slice(start) : url.slice(start, end);
  return ROUTES.find((route) => route === path) ?? null;
}

function readsOnly(request: Request): Response | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
}

/**
 * The service's URL as this client reaches it: by the `Host` that the guard has let through, since a
 * request line may name another (RFC 9112, 3.2.2).
 */
function baseUrl(http: Config["http"], request: Request): URL {
  if (http.publicUrl !== null) return http.publicUrl;
  const asked = new URL(request.url);
  const host = request.headers.get("host") ?? asked.host;
  // The guard also takes an IPv6 address without its brackets.
  return URL.parse(`${asked.protocol}//${host}`) ?? new URL(asked.origin);
}

function failed(thrown: unknown, observe: Observer, traceId: string): Response {
  if (thrown instanceof Refusal) return refused(thrown);
  if (thrown instanceof ServiceError && thrown.type === "unavailable") {
    const message = thrown.hint ? `${thrown.message} ${thrown.hint}` : thrown.message;
    return refused(new Refusal(503, message, { "Retry-After": "1" }));
  }
  observe({
    kind: "notice",
    level: "error",
    message: "A request failed outside of a tool call.",
    details: { trace_id: traceId, cause: thrown },
  });
  return refused(
    new Refusal(500, "The service failed to answer. Give its operator the X-Trace-Id.", {}, -32603),
  );
}
