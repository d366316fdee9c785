/** One HTTP request (or one stdio connection) as the protocol glue carries it: who asks, and where. */
import type { Caller } from "../auth/caller.ts";
import type { Session } from "./session_id.ts";

export interface Exchange {
  readonly caller: Caller;
  /** Where an exchange is a long connection: who asks now, for each of its requests. */
  readonly renewCaller?: () => Promise<Caller>;
  /** See `principalOf`. */
  readonly principal: string;
  /** W3C trace id of the HTTP request, 32 hex digits. */
  readonly traceId: string;
  /** Aborts when the service gives up on the request. */
  readonly signal?: AbortSignal;
  /** Aborts when the client hangs up. */
  readonly gone?: AbortSignal;
  /** The service's URL as the client reaches it; absent where that is not by HTTP. */
  readonly base?: () => URL;
  /** True where the client asked for the tool-search mode by `?tools=search`. */
  readonly toolSearch?: boolean;
  /** The session the client named, already verified. */
  readonly session?: Session;
}

/** Names the person behind a request, the same at every process and after a new token. */
export function principalOf(caller: Caller): string {
  return JSON.stringify([caller.tenant, caller.user.id]);
}

// W3C Trace Context, version 00; an all-zero trace id is invalid.
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace id of a message: from `_meta.traceparent` where the client sent one, else `fallback`. */
export function traceIdOf(
  meta: Readonly<Record<string, unknown>> | undefined,
  fallback: string,
): string {
  const traceparent = meta?.traceparent;
  if (typeof traceparent !== "string") return fallback;
  return TRACEPARENT.exec(traceparent)?.[1] ?? fallback;
}
