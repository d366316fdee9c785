/** Puts the parts of the HTTP side together over the state, and listens. */
import type { Config } from "../config.ts";
import { makeGate } from "../mcp/admit.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import { createMcpEndpoint } from "../mcp/http.ts";
import type { State } from "../state.ts";
import { makeHealth } from "./health.ts";
import { Running } from "./running.ts";
import { listen, type Listening } from "./serve.ts";
import { makeHandler, TIME_LIMITS } from "./server.ts";

export interface ServiceParts {
  readonly state: State;
  readonly handlers: McpHandlers;
  readonly version: string;
  readonly toolScopes: readonly string[];
  /** Signs session ids; the same at every process that shares the port. */
  readonly sessionKey: Uint8Array;
}

/** @throws Error saying what to do when the address can't be listened on */
export function startService(parts: ServiceParts): Listening {
  const { state, handlers, version, sessionKey } = parts;
  const { observe, metrics } = state;
  const { http, auth }: Config = state.config;
  const endpoint = createMcpEndpoint({
    handlers,
    info: { name: "superset-mcp", version },
    sessionKey,
    observe,
  });
  const running = new Running(TIME_LIMITS);
  const health = makeHealth({
    version,
    startedAt: state.startedAt,
    now: state.now,
    ping: () => state.metadata.ping(),
  });
  const gate = makeGate(auth, state.authenticator, parts.toolScopes);
  const handler = makeHandler({
    ...{ http, gate, endpoint, health, metrics, observe, running },
    exportCsv: handlers.exportCsv,
  });
  const endStreams = () => endpoint.close();
  return listen({ http, handler, health, running, endStreams, observe });
}
