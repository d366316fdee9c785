/**
 * `POST`, `GET` and `DELETE /mcp`: "Streamable HTTP" of every revision from 2025-03-26 to 2026-07-28.
 * Host, origin, body limit and authentication were dealt with before; here a message finds its era.
 */
import type { Implementation } from "@modelcontextprotocol/server";
import type { Caller } from "../auth/caller.ts";
import type { Observer } from "../observe/observation.ts";
import { createMemoryBus, type McpBus } from "./bus.ts";
import { createClientAsks } from "./client_asks.ts";
import { answerBatch } from "./batch.ts";
import { type Exchange, principalOf } from "./exchange.ts";
import { faultReporter } from "./fault.ts";
import type { McpHandlers } from "./handlers.ts";
import { createInFlight } from "./in_flight.ts";
import { LateAnswers } from "./late_answers.ts";
import { createListeners } from "./listeners.ts";
import { answerNewerCall, answerOlderCall } from "./plain_call.ts";
import { newerCallOf, olderCallOf } from "./plain_message.ts";
import { OLDER_VERSIONS, PROTOCOL_VERSION_META_KEY } from "./protocol.ts";
import type { SdkEras } from "./sdk_eras.ts";
import { createSessionIds, type Session } from "./session_id.ts";
import { createSessionNotices } from "./session_notices.ts";
import { createSessions, methodNotAllowed, sessionNotFound } from "./sessions.ts";
import * as wire from "./wire.ts";

export interface McpEndpointOptions {
  readonly handlers: McpHandlers;
  readonly info: Implementation;
  /** At least 32 bytes, the same at every process of the service. */
  readonly sessionKey: Uint8Array;
  readonly observe: Observer;
  /** How the processes of one service reach each other; by default there is one. */
  readonly bus?: McpBus;
}

export interface McpRequest {
  readonly caller: Caller;
  /** W3C trace id, 32 hex digits. */
  readonly traceId: string;
  /** The body as text, already within the limit; null where there is none. */
  readonly body: string | null;
  /** Aborts when the service gives up on the request. */
  readonly signal?: AbortSignal;
  /** The service's URL as the client reaches it. */
  readonly base?: () => URL;
}

export interface McpEndpoint {
  /** Never throws; a client's mistake is 4xx or a JSON-RPC error. */
  fetch(request: Request, options: McpRequest): Promise<Response>;
  /** Ends open streams and what still runs. */
  close(): Promise<void>;
}

/** What a client speaks that names no revision (2025-06-18, "Protocol Version Header"). */
const UNNAMED_VERSION = "2025-03-26";
const FIRST_NEW_VERSION = "2026-07-28";

export function createMcpEndpoint(options: McpEndpointOptions): McpEndpoint {
  const { handlers, info, sessionKey, observe, bus = createMemoryBus() } = options;
  const process = crypto.randomUUID().slice(0, 8);
  const report = faultReporter(observe);
  const sessionIds = createSessionIds(sessionKey);
  const notices = createSessionNotices(bus, process);
  const asks = createClientAsks(bus, process);
  const inFlight = createInFlight();
  const interactive = handlers.interactive === true;
  const sessions = createSessions(sessionIds, notices);
  const plainParts = { handlers, info, inFlight, report };
  const listeners = createListeners();
  const late = new LateAnswers(failed);
  let loading: Promise<SdkEras> | null = null;
  const loadEras = () => loading ??= importEras();
  const stopCancels = bus.subscribe((message) => {
    if (message.kind === "cancel") inFlight.cancel(message.key, message.reason);
  });

  return {
    async fetch(request, given) {
      try {
        switch (request.method) {
          case "POST":
            return await post(request, given);
          case "GET":
            return sessions.stream(request, given.caller);
          case "DELETE":
            return sessions.end(request, given.caller);
          default:
            return methodNotAllowed();
        }
      } catch (fault) {
        return failed(fault);
      }
    },
    async close() {
      stopCancels();
      late.close();
      asks.stop();
      notices.close();
      if (loading !== null) await (await loading).close();
    },
  };

  function failed(fault: unknown): Response {
    report(fault);
    return wire.errorResponse(500, -32603, "The service failed to answer this request.");
  }

  async function importEras(): Promise<SdkEras> {
    const { createSdkEras } = await import("./sdk_eras.ts");
    const key = sessionKey;
    const parts = { handlers, info, key, bus, notices, sessionIds, inFlight, asks, report };
    return createSdkEras(parts);
  }

  function post(request: Request, given: McpRequest): Response | Promise<Response> {
    const refused = wire.refusePostHeaders(request.headers);
    if (refused) return refused;
    let message: unknown;
    try {
      message = JSON.parse(given.body ?? "");
    } catch {
      return wire.errorResponse(400, wire.PARSE_ERROR, "Parse error: the body is not valid JSON.");
    }
    const header = request.headers.get("mcp-protocol-version");
    if (mayBeNewer(header, message)) return postNewer(request, given, message);
    return postOlder(request, given, message, header);
  }

  async function postNewer(
    request: Request,
    given: McpRequest,
    message: unknown,
  ): Promise<Response> {
    if (!interactive) {
      const call = newerCallOf(message, request.headers);
      if (call) {
        const exchange = exchangeOf(request, given);
        return await late.give(answerNewerCall(call, exchange, request, plainParts));
      }
    }
    const eras = await loadEras();
    if (await eras.isOlder(request, message)) {
      return await postOlder(request, given, message, request.headers.get("mcp-protocol-version"));
    }
    const exchange = exchangeOf(request, given);
    const answer = () => eras.answerNewer(request, message, exchange);
    if (!isListen(message)) return await givenBySdk(message, answer());
    return await listeners.open(exchange.principal, answer) ??
      wire.errorResponse(
        503,
        wire.TRANSPORT_ERROR,
        "Too many open streams: close one, or try again later.",
        wire.idOf(message),
      );
  }

  async function postOlder(
    request: Request,
    given: McpRequest,
    message: unknown,
    header: string | null,
  ): Promise<Response> {
    const initializes = isInitialize(message);
    const session = initializes ? undefined : sessions.of(request, given.caller);
    if (session === null) return sessionNotFound(message);
    if (header !== null && !initializes && !OLDER_VERSIONS.includes(header)) {
      return wire.errorResponse(
        400,
        wire.TRANSPORT_ERROR,
        `Unsupported protocol version '${header.slice(0, 40)}': this server speaks ` +
          `${FIRST_NEW_VERSION}, ${OLDER_VERSIONS.join(", ")}.`,
        wire.idOf(message),
      );
    }
    const exchange = exchangeOf(request, given, session);
    if (!interactive) {
      const call = olderCallOf(message);
      if (call) return await late.give(answerOlderCall(call, exchange, plainParts));
    }
    const { answerOlder } = await loadEras();
    if (Array.isArray(message)) {
      const version = header ?? session?.version ?? UNNAMED_VERSION;
      const answer = (one: unknown) => answerOlder(one, exchange, "json");
      return await late.give(answerBatch(message, version, answer));
    }
    return await givenBySdk(message, answerOlder(message, exchange));
  }

  /** Where something may be said before the result, that opens a stream (progress.ts). */
  function givenBySdk(message: unknown, answer: Promise<Response>): Promise<Response> {
    return interactive || wantsProgress(message) ? answer : late.give(answer);
  }
}

function exchangeOf(
  request: Request,
  { caller, traceId, signal, base }: McpRequest,
  session?: Session,
): Exchange {
  // Few ask for it, so few pay for reading the URL.
  const { url } = request;
  const toolSearch = url.includes("?") && new URL(url).searchParams.get("tools") === "search";
  return {
    ...{ caller, principal: principalOf(caller), traceId, signal, base, session, toolSearch },
    // Made only where a handler looks at it.
    get gone() {
      return request.signal;
    },
  };
}

/** Cheap and generous: only what this says yes to is looked at by the SDK's own predicate. */
function mayBeNewer(header: string | null, message: unknown): boolean {
  if (header !== null && header.trim() >= FIRST_NEW_VERSION) return true;
  const messages = Array.isArray(message) ? message : [message];
  return messages.some((one) => {
    const meta = one?.params?._meta;
    return typeof meta === "object" && meta !== null && PROTOCOL_VERSION_META_KEY in meta;
  });
}

function wantsProgress(message: unknown): boolean {
  const asked = message as
    | { params?: { _meta?: { progressToken?: unknown } | null } | null }
    | null;
  return asked?.params?._meta?.progressToken !== undefined;
}

function isInitialize(message: unknown): boolean {
  return isOf(message, "initialize");
}

function isListen(message: unknown): boolean {
  return isOf(message, "subscriptions/listen");
}

function isOf(message: unknown, method: string): boolean {
  return typeof message === "object" && message !== null && "method" in message &&
    message.method === method;
}
