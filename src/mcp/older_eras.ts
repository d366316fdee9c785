/**
 * Requests of the revisions 2025-03-26 to 2025-11-25: one server and one transport a request, one JSON
 * answer unless something is said before it, and nothing kept for the next one.
 */
import { type JSONRPCRequest, SdkError, SdkErrorCode } from "@modelcontextprotocol/server";
import type { ClientAsks } from "./client_asks.ts";
import type { Exchange } from "./exchange.ts";
import { type Cancellable, type InFlight, requestKey } from "./in_flight.ts";
import { OlderTransport } from "./older_transport.ts";
import type { ReportFault } from "./protocol_error.ts";
import type { MakeServer } from "./server.ts";

export interface OlderEras {
  /**
   * @param only `json`: what a handler says before its result is dropped, as in a batch
   * @returns the answer, and the revision that an `initialize` agreed on
   */
  serve(message: JSONRPCRequest, exchange: Exchange, only?: "json"): Promise<Answer>;
}

export interface Answer {
  readonly response: Response;
  readonly version?: string;
}

export interface OlderErasParts {
  readonly makeServer: MakeServer;
  readonly inFlight: InFlight;
  readonly asks: ClientAsks;
  /** Whether handlers may ask the client for something, and so need its capabilities. */
  readonly interactive: boolean;
  readonly report: ReportFault;
}

export function createOlderEras(parts: OlderErasParts): OlderEras {
  const { makeServer, inFlight, asks, interactive, report } = parts;
  return {
    async serve(message, exchange, only) {
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
      if (interactive && exchange.session && message.method !== "initialize") {
        transport.replayInitialize(exchange.session);
      }
      try {
        const response = await transport.handleMessage(message);
        if (message.method === "initialize") {
          return { response, version: server.getNegotiatedProtocolVersion() };
        }
        return { response: asOlderClientsReadIt(response) };
      } catch (error) {
        if (error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed) {
          return { response: cancelledResponse() };
        }
        throw error;
      }
    },
  };
}

/** The transport answers an unknown method with 404, which to older clients says "session gone". */
function asOlderClientsReadIt(response: Response): Response {
  if (response.status !== 404) return response;
  return new Response(response.body, { status: 200, headers: response.headers });
}

/** A request that was cancelled gets no answer: a stream that ends without one says so. */
export function cancelledResponse(): Response {
  return new Response("", { headers: { "content-type": "text/event-stream" } });
}
