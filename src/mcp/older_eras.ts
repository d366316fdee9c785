/**
 * Messages of the revisions 2025-03-26 to 2025-11-25: one server and one transport a request, one JSON
 * answer unless something is said before it, and nothing kept for the next one.
 */
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCNotification,
  type JSONRPCRequest,
  SdkError,
  SdkErrorCode,
} from "@modelcontextprotocol/server";
import type { McpBus } from "./bus.ts";
import type { ClientAsks } from "./client_asks.ts";
import type { Exchange } from "./exchange.ts";
import { type Cancellable, type InFlight, requestKey } from "./in_flight.ts";
import { OlderTransport } from "./older_transport.ts";
import { paramsFault } from "./params.ts";
import type { ReportFault } from "./protocol_error.ts";
import type { MakeServer } from "./server.ts";
import type { SessionIds } from "./session_id.ts";
import { SESSION_HEADER } from "./sessions.ts";
import * as wire from "./wire.ts";

export interface OlderEras {
  /** @param only `json`: what a handler says before its result is dropped, as in a batch */
  answer(message: unknown, exchange: Exchange, only?: "json"): Promise<Response>;
}

export interface OlderErasParts {
  readonly makeServer: MakeServer;
  readonly sessionIds: SessionIds;
  readonly inFlight: InFlight;
  readonly asks: ClientAsks;
  readonly bus: McpBus;
  /** Whether handlers may ask the client for something, and so need its capabilities. */
  readonly interactive: boolean;
  readonly report: ReportFault;
}

export function createOlderEras(parts: OlderErasParts): OlderEras {
  const { makeServer, sessionIds, inFlight, asks, bus, interactive, report } = parts;
  return {
    async answer(message, exchange, only) {
      if (isJSONRPCRequest(message)) return await serve(message, exchange, only);
      if (isJSONRPCNotification(message)) {
        take(message, exchange);
        return new Response(null, { status: 202 });
      }
      if (isJSONRPCResponse(message)) {
        asks.receive(message, exchange.principal);
        return new Response(null, { status: 202 });
      }
      const fault = "Invalid Request: the body is not a JSON-RPC 2.0 message.";
      return wire.errorResponse(400, wire.INVALID_REQUEST, fault, wire.idOf(message));
    },
  };

  async function serve(
    message: JSONRPCRequest,
    exchange: Exchange,
    only?: "json",
  ): Promise<Response> {
    const fault = paramsFault(message);
    if (fault !== null) return wire.errorResponse(200, wire.INVALID_PARAMS, fault, message.id);

    const server = makeServer(exchange);
    server.onerror = report;
    const key = requestKey(exchange, message.id);
    const running: Cancellable = { cancel: () => void transport.close() };
    const transport: OlderTransport = new OlderTransport({
      principal: exchange.principal,
      asks,
      responseMode: only,
      onEnd: () => inFlight.remove(key, running),
    });
    await server.connect(transport);
    inFlight.add(key, running);
    const initializes = message.method === "initialize";
    if (interactive && exchange.session && !initializes) {
      transport.replayInitialize(exchange.session);
    }
    try {
      const response = await transport.handleMessage(message);
      const version = initializes ? server.getNegotiatedProtocolVersion() : undefined;
      if (version !== undefined) {
        const { capabilities } = message.params ?? {};
        const sessionId = sessionIds.mint(version, capabilities, exchange.principal);
        response.headers.set(SESSION_HEADER, sessionId);
      }
      return asOlderClientsReadIt(response);
    } catch (error) {
      if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed) {
        return wire.cancelledResponse();
      }
      throw error;
    }
  }

  function take(message: JSONRPCNotification, exchange: Exchange): void {
    if (message.method === "notifications/progress") asks.receive(message, exchange.principal);
    if (message.method !== "notifications/cancelled") return;
    const { requestId, reason } = message.params ?? {};
    if (typeof requestId !== "string" && typeof requestId !== "number") return;
    const key = requestKey(exchange, requestId);
    bus.publish({ kind: "cancel", key, reason: typeof reason === "string" ? reason : undefined });
  }
}

/** The transport answers an unknown method with 404, which to older clients says "session gone". */
function asOlderClientsReadIt(response: Response): Response {
  if (response.status !== 404) return response;
  return new Response(response.body, { status: 200, headers: response.headers });
}
