/** The HTTP side over a fake endpoint, gate and database: what a test does not say is harmless. */
import type { Caller } from "../../src/auth/caller.ts";
import type { Config } from "../../src/config.ts";
import { makeHealth } from "../../src/http/health.ts";
import { Running } from "../../src/http/running.ts";
import { listen, type Listening } from "../../src/http/serve.ts";
import { type Handler, makeHandler, ROUTES } from "../../src/http/server.ts";
import { makeGate } from "../../src/mcp/admit.ts";
import type { McpEndpoint } from "../../src/mcp/http.ts";
import { makeMetrics } from "../../src/observe/metrics.ts";
import type { Observation } from "../../src/observe/observation.ts";
import { aCaller } from "./mcp_endpoint.ts";

export interface HttpOptions {
  readonly http?: Partial<Config["http"]>;
  readonly auth?: Partial<Config["auth"]>;
  readonly authenticate?: (authorization: string | null) => Promise<Caller>;
  readonly fetch?: McpEndpoint["fetch"];
  readonly ping?: () => Promise<void>;
  readonly maxBytes?: number;
  readonly bodyMs?: number;
  readonly callMs?: number;
  readonly drainMs?: number;
  readonly endStreams?: () => Promise<void>;
}

export interface HttpService {
  readonly handle: Handler;
  readonly facts: readonly Observation[];
  readonly running: Running;
  /** Listens on a free port of loopback. */
  listen(): Listening;
}

const AUTH: Config["auth"] = {
  jwt: null,
  devUsername: "demo",
  requiredScopes: [],
  userClaims: ["sub"],
  attributeClaims: [],
  enforceToolScopes: false,
  tenantClaim: "tenant_id",
  rbacEnabled: true,
};

export function makeHttp(options: HttpOptions = {}): HttpService {
  const facts: Observation[] = [];
  const observe = (fact: Observation) => void facts.push(fact);
  const http: Config["http"] = {
    host: "127.0.0.1",
    port: 0,
    allowedHosts: ["127.0.0.1", "localhost", "::1"],
    allowedOrigins: [],
    publicUrl: null,
    ...options.http,
  };
  const auth = { ...AUTH, ...options.auth };
  const authenticate = options.authenticate ?? (() => Promise.resolve(aCaller()));
  const running = new Running({
    callMs: options.callMs ?? 60_000,
    fileMs: 300_000,
    bodyMs: options.bodyMs ?? 5000,
  });
  const startedAt = Date.now();
  const health = makeHealth({
    version: "9.9.9",
    startedAt,
    now: Date.now,
    ping: options.ping ?? (() => Promise.resolve()),
  });
  const endpoint = {
    fetch: options.fetch ??
      ((_: Request, { body }: { readonly body: string | null }) =>
        Promise.resolve(Response.json({ got: body?.length ?? null }))),
  };
  const metrics = makeMetrics({
    toolNames: [],
    routes: ROUTES,
    startedAt,
    now: Date.now,
    memoryBytes: () => 1,
  });
  const handle = makeHandler({
    http,
    gate: makeGate(auth, { authenticate }, []),
    endpoint,
    health,
    metrics,
    observe,
    running,
    maxBytes: options.maxBytes,
  });
  return {
    handle,
    facts,
    running,
    listen: () =>
      listen({
        http,
        handler: handle,
        health,
        running,
        endStreams: options.endStreams ?? (() => Promise.resolve()),
        observe,
        drainMs: options.drainMs,
      }),
  };
}
