/** Sends JSON-RPC to an endpoint without a socket, as a client of either era would. */
import type { Caller } from "../../src/auth/caller.ts";
import type { McpEndpoint } from "../../src/mcp/http.ts";
import { aCaller, TRACE_ID } from "./mcp_endpoint.ts";

export const OLDER_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25"];
export const NEWER_VERSION = "2026-07-28";

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, or the messages of an event stream; undefined where it is empty. */
  // deno-lint-ignore no-explicit-any -- answers of any method; each test looks at what it expects
  readonly body: any;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly caller?: Caller;
  readonly signal?: AbortSignal;
}

/** @param body sent as it is where it is a string, else as JSON; undefined: no body */
export async function send(
  endpoint: McpEndpoint,
  body: unknown,
  options: SendOptions = {},
): Promise<Sent> {
  const response = await endpoint.fetch(request(body, options), {
    caller: options.caller ?? aCaller(),
    traceId: TRACE_ID,
    body: textOf(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(response, text) };
}

function request(body: unknown, { method, headers = {}, signal }: SendOptions): Request {
  const all = new Headers({
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  });
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return new Request("http://127.0.0.1/mcp", {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: all,
    signal,
  });
}

function textOf(body: unknown): string | null {
  if (body === undefined) return null;
  return typeof body === "string" ? body : JSON.stringify(body);
}

function parse(response: Response, text: string): unknown {
  if (text === "") return undefined;
  if (response.headers.get("content-type") !== "text/event-stream") return JSON.parse(text);
  return text.split("\n").filter((line) => line.startsWith("data: ")).map((line) =>
    JSON.parse(line.slice("data: ".length))
  );
}

let lastId = 0;

/** A request of the older eras. */
export function ask(method: string, params?: unknown): { id: number; [member: string]: unknown } {
  return { jsonrpc: "2.0", id: ++lastId, method, ...(params === undefined ? {} : { params }) };
}

export function initialize(protocolVersion: string, capabilities: unknown = {}) {
  const clientInfo = { name: "test", version: "0" };
  return ask("initialize", { protocolVersion, capabilities, clientInfo });
}

/** Sends a request of the revision 2026-07-28 with its envelope and headers. */
export function sendNewer(
  endpoint: McpEndpoint,
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  options: SendOptions & { readonly meta?: Readonly<Record<string, unknown>> } = {},
): Promise<Sent> {
  const name = params.name ?? params.uri;
  return send(endpoint, ask(method, { ...params, _meta: envelope(options.meta) }), {
    ...options,
    headers: {
      "mcp-protocol-version": NEWER_VERSION,
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
      ...options.headers,
    },
  });
}

function envelope(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    "io.modelcontextprotocol/protocolVersion": NEWER_VERSION,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
    "io.modelcontextprotocol/clientCapabilities": {},
    ...more,
  };
}
