/**
 * Every message that is no plain call, answered by the SDK: 2026-07-28 by its handler, the revisions
 * before by older_eras.ts. `http.ts` imports this file when the first such message comes, because
 * evaluating the SDK takes a third of the time that the service needs to start.
 */
import {
  createMcpHandler,
  type Implementation,
  isLegacyRequest,
} from "@modelcontextprotocol/server";
import type { McpBus } from "./bus.ts";
import type { ClientAsks } from "./client_asks.ts";
import type { Exchange } from "./exchange.ts";
import type { McpHandlers } from "./handlers.ts";
import type { InFlight } from "./in_flight.ts";
import { createOlderEras, type OlderEras } from "./older_eras.ts";
import type { ReportFault } from "./protocol_error.ts";
import { prepareServer } from "./server.ts";
import type { SessionIds } from "./session_id.ts";
import type { SessionNotices } from "./session_notices.ts";

export interface SdkErasParts {
  readonly handlers: McpHandlers;
  readonly info: Implementation;
  /** At least 32 bytes; seals what travels through clients. */
  readonly key: Uint8Array;
  readonly bus: McpBus;
  readonly notices: SessionNotices;
  readonly sessionIds: SessionIds;
  readonly inFlight: InFlight;
  readonly asks: ClientAsks;
  readonly report: ReportFault;
}

export interface SdkEras {
  /** The SDK's own predicate, which also knows which faults are which era's to answer. */
  isOlder(request: Request, message: unknown): Promise<boolean>;
  readonly answerOlder: OlderEras["answer"];
  answerNewer(request: Request, message: unknown, exchange: Exchange): Promise<Response>;
  /** Ends open streams and what still runs. */
  close(): Promise<void>;
}

export function createSdkEras(parts: SdkErasParts): SdkEras {
  const { handlers, info, key, bus, notices, report } = parts;
  const makeServer = prepareServer({ handlers, info, key, notices, report });
  const interactive = handlers.interactive === true;
  const older = createOlderEras({ ...parts, makeServer, interactive });
  const exchanges = new WeakMap<Request, Exchange>();
  const newer = createMcpHandler(({ requestInfo }) => {
    const exchange = requestInfo && exchanges.get(requestInfo);
    if (!exchange) {
      throw new Error("A request of the 2026-07-28 era reached the SDK without its caller.");
    }
    return makeServer(exchange);
  }, {
    legacy: "reject",
    bus: {
      publish: notices.announce,
      subscribe: (listener) =>
        bus.subscribe((message) => message.kind === "event" && listener(message.event)),
    },
  });
  return {
    isOlder: isLegacyRequest,
    answerOlder: older.answer,
    async answerNewer(request, message, exchange) {
      exchanges.set(request, exchange);
      return await newer.fetch(request, { parsedBody: message });
    },
    close: () => newer.close(),
  };
}
