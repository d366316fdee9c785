/**
 * The short way for the request that is nearly all of the load: one `tools/call` that asks for nothing
 * but its result. It answers what the SDK's server and transport would (tests/unit/mcp/plain_call_test.ts
 * sends the same messages both ways), at a fraction of the time.
 */
import type { CallToolResult, Implementation, RequestId } from "@modelcontextprotocol/server";
import { type Exchange, traceIdOf } from "./exchange.ts";
import type { McpHandlers, RequestContext } from "./handlers.ts";
import { type Cancellable, type InFlight, requestKey } from "./in_flight.ts";
import { joinSignals } from "../joined_signal.ts";
import { noProgress } from "./progress.ts";
import { ErrorCode, SERVER_INFO_META_KEY } from "./protocol.ts";
import { asProtocolError, type ReportFault } from "./protocol_error.ts";
import { serializeToolResult } from "./tool_result.ts";
import { cancelledResponse, JSON_HEADERS } from "./wire.ts";

export interface PlainCall {
  readonly id: RequestId;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>> | undefined;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

export interface PlainCallParts {
  readonly handlers: McpHandlers;
  readonly info: Implementation;
  readonly inFlight: InFlight;
  readonly report: ReportFault;
}

/** Answers a call of 2025-03-26 to 2025-11-25: as JSON, or with the empty stream of a cancelled one. */
export async function answerOlderCall(
  call: PlainCall,
  exchange: Exchange,
  parts: PlainCallParts,
): Promise<Response> {
  const context = plainContext(call, exchange);
  const key = requestKey(exchange, call.id);
  parts.inFlight.add(key, context);
  try {
    const response = await answer(call, context.request, parts, {});
    return context.cancelled ? cancelledResponse() : response;
  } finally {
    parts.inFlight.remove(key, context);
  }
}

/** Answers a call of 2026-07-28, where a client cancels by hanging up. */
export async function answerNewerCall(
  call: PlainCall,
  exchange: Exchange,
  request: Request,
  parts: PlainCallParts,
): Promise<Response> {
  const { request: context } = plainContext(call, exchange, request);
  const _meta = { [SERVER_INFO_META_KEY]: parts.info };
  return await answer(call, context, parts, { resultType: "complete", _meta });
}

/** @param more what the era adds to a result */
async function answer(
  { id, name, args }: PlainCall,
  context: RequestContext,
  { handlers, report }: PlainCallParts,
  more: { readonly _meta?: object; readonly resultType?: "complete" },
): Promise<Response> {
  try {
    // Only interactive handlers return anything else, and those never get here.
    const result = await handlers.callTool(name, args, context) as CallToolResult;
    const text = serializeToolResult(result, more);
    return new Response(`{"result":${text},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`, {
      headers: JSON_HEADERS,
    });
  } catch (thrown) {
    const { code, message, data } = asProtocolError(thrown, report);
    return new Response(JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } }), {
      // The one code that has a status of its own (2026-07-28, "Client Capabilities").
      status: code === ErrorCode.MissingRequiredClientCapability ? 400 : 200,
      headers: JSON_HEADERS,
    });
  }
}

interface PlainContext extends Cancellable {
  readonly cancelled: boolean;
  readonly request: RequestContext;
}

/** Makes an `AbortSignal` only for the handler that looks at it. */
function plainContext(call: PlainCall, exchange: Exchange, http?: Request): PlainContext {
  let cancelled = false;
  let abort: AbortController | undefined;
  let signal: AbortSignal | undefined;
  const makeSignal = () => {
    abort = new AbortController();
    if (cancelled) abort.abort();
    return joinSignals([exchange.signal, http?.signal], abort);
  };
  return {
    get cancelled() {
      return cancelled;
    },
    cancel(reason) {
      cancelled = true;
      abort?.abort(reason);
    },
    request: {
      caller: exchange.caller,
      toolSearch: exchange.toolSearch,
      traceId: traceIdOf(call.meta, exchange.traceId),
      get signal() {
        return signal ??= makeSignal();
      },
      get gone() {
        return exchange.gone;
      },
      base: exchange.base,
      progress: noProgress,
    },
  };
}
