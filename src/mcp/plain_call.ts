/**
 * The short way for the request that is nearly all of the load: one `tools/call` of an older era that
 * asks for nothing but its result. It answers word for word what the SDK's server and transport would
 * (tests/unit/mcp/plain_call_test.ts sends the same messages both ways), at a fraction of the time.
 */
import type { CallToolResult, RequestId } from "@modelcontextprotocol/server";
import { type Exchange, traceIdOf } from "./exchange.ts";
import type { McpHandlers, RequestContext } from "./handlers.ts";
import { type Cancellable, type InFlight, requestKey } from "./in_flight.ts";
import { cancelledResponse } from "./older_eras.ts";
import { asProtocolError, type ReportFault } from "./protocol_error.ts";
import { serializeToolResult } from "./tool_result.ts";
import { JSON_HEADERS } from "./wire.ts";

export interface PlainCall {
  readonly id: RequestId;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>> | undefined;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
}

export interface PlainCallParts {
  readonly handlers: McpHandlers;
  readonly inFlight: InFlight;
  readonly report: ReportFault;
}

type Fields = Readonly<Record<string, unknown>>;

/** The call in a parsed message, or null where the SDK has to look at it: anything unusual at all. */
export function plainCallOf(message: unknown): PlainCall | null {
  if (!isFields(message) || message.jsonrpc !== "2.0" || message.method !== "tools/call") {
    return null;
  }
  const { id, params } = message;
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return null;
  if (!hasOnly(message, 4) || !isFields(params)) return null;
  const { name, arguments: args, _meta: meta } = params;
  if (typeof name !== "string") return null;
  if (!hasOnly(params, 1 + count(args) + count(meta))) return null;
  if (args !== undefined && (!isFields(args) || Object.hasOwn(args, "__proto__"))) return null;
  if (meta !== undefined && !isPlainMeta(meta)) return null;
  return { id: id as RequestId, name, args, meta };
}

/** @returns what the SDK's transport would answer: JSON, or the empty stream of a cancelled request */
export async function answerPlainCall(
  call: PlainCall,
  exchange: Exchange,
  { handlers, inFlight, report }: PlainCallParts,
): Promise<Response> {
  const context = plainContext(exchange, traceIdOf(call.meta, exchange.traceId));
  const key = requestKey(exchange, call.id);
  inFlight.add(key, context);
  let answer: string;
  try {
    // Only interactive handlers return anything else, and those never get here.
    const result = await handlers.callTool(call.name, call.args, context.request) as CallToolResult;
    answer = `{"result":${serializeToolResult(result)},"jsonrpc":"2.0","id":${
      JSON.stringify(call.id)
    }}`;
  } catch (thrown) {
    const { code, message, data } = asProtocolError(thrown, report);
    answer = JSON.stringify({ jsonrpc: "2.0", id: call.id, error: { code, message, data } });
  } finally {
    inFlight.remove(key, context);
  }
  return context.cancelled ? cancelledResponse() : new Response(answer, { headers: JSON_HEADERS });
}

interface PlainContext extends Cancellable {
  readonly cancelled: boolean;
  readonly request: RequestContext;
}

/** Makes an `AbortSignal` only for the handler that looks at it. */
function plainContext({ caller, signal: outer }: Exchange, traceId: string): PlainContext {
  let cancelled = false;
  let abort: AbortController | undefined;
  let signal: AbortSignal | undefined;
  const makeSignal = () => {
    abort = new AbortController();
    if (cancelled) abort.abort();
    return outer ? AbortSignal.any([outer, abort.signal]) : abort.signal;
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
      caller,
      traceId,
      get signal() {
        return signal ??= makeSignal();
      },
      progress: nothing,
    },
  };
}

/** No progress wanted, and none of the specification's own keys, which the SDK checks. */
function isPlainMeta(meta: unknown): meta is Fields {
  if (!isFields(meta) || meta.progressToken !== undefined) return false;
  for (const key in meta) if (key.startsWith("io.modelcontextprotocol/")) return false;
  return true;
}

function hasOnly(fields: Fields, members: number): boolean {
  let found = 0;
  for (const _ in fields) found++;
  return found === members;
}

function count(value: unknown): 0 | 1 {
  return value === undefined ? 0 : 1;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nothing(): void {}
