/** The MCP endpoint over a few small tools and one fixed caller: no database, no settings. */
import {
  hostHeaderValidationResponse,
  originValidationResponse,
} from "@modelcontextprotocol/server";
import type { Caller } from "../../src/auth/caller.ts";
import { notFound } from "../../src/errors.ts";
import type { McpHandlers, RequestContext } from "../../src/mcp/handlers.ts";
import {
  createMcpEndpoint,
  type McpEndpoint,
  type McpEndpointOptions,
} from "../../src/mcp/http.ts";
import { ErrorCode, ProtocolError } from "../../src/mcp/protocol.ts";
import { toolResult } from "../../src/mcp/tool_result.ts";

export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

/** A caller who may do nothing in particular; tests of the protocol look at who it is only. */
export function aCaller(id = 1, tenant: string | null = null): Caller {
  return {
    user: {
      id,
      username: `user${id}`,
      email: `user${id}@example.com`,
      firstName: "U",
      lastName: "S",
    },
    roles: [],
    permissions: new Set(),
    access: {
      isAdmin: false,
      allDatasources: false,
      allDatabases: false,
      allQueries: false,
      databasePerms: [],
      databaseIds: [],
      catalogPerms: [],
      schemaPerms: [],
      datasourcePerms: [],
    },
    tenant,
    scopes: new Set(),
    attributes: {},
    source: "token",
  };
}

/** What the `wait` tool is told; a test lets it go on, or sees it cancelled. */
export interface Waiting {
  readonly started: Promise<RequestContext>;
  release(): void;
}

/** Tools: `echo`, `whoami`, `fail`, `crash`, `steps` (progress) and `wait` (until released). */
export function smallHandlers(): McpHandlers & { waiting(): Waiting } {
  let begun: (context: RequestContext) => void = () => {};
  let release: () => void = () => {};
  const names = ["echo", "whoami", "fail", "crash", "steps", "wait"];
  return {
    waiting() {
      const started = new Promise<RequestContext>((resolve) => (begun = resolve));
      return { started, release: () => release() };
    },
    instructions: () => "Small tools for tests.",
    listTools: () =>
      Promise.resolve({
        tools: names.map((name) => ({ name, inputSchema: { type: "object" as const } })),
      }),
    async callTool(name, args, context) {
      switch (name) {
        case "echo":
          return toolResult({ ...args });
        case "whoami":
          return toolResult({ username: context.caller.user.username, trace_id: context.traceId });
        case "fail":
          return toolResult(notFound("chart", 5).body(), { isError: true });
        case "crash":
          throw new Error("secret detail of the inside");
        case "steps":
          for (const step of [1, 2]) context.progress(step, 2, `step ${step}`);
          return toolResult({ steps: 2 });
        case "wait":
          begun(context);
          await new Promise<void>((resolve) => {
            release = resolve;
            context.signal.addEventListener("abort", () => resolve());
          });
          return toolResult({ waited: true });
        default:
          throw new ProtocolError(ErrorCode.InvalidParams, `Unknown tool '${name}'.`);
      }
    },
    listResources: () => Promise.resolve({ resources: [{ uri: "test://a", name: "a" }] }),
    listResourceTemplates: () => Promise.resolve({ resourceTemplates: [] }),
    readResource(uri) {
      if (uri !== "test://a") throw notFound("resource", uri);
      return Promise.resolve({ contents: [{ uri, text: "a" }] });
    },
    listPrompts: () => Promise.resolve({ prompts: [{ name: "hello" }] }),
    getPrompt: (name) =>
      Promise.resolve({ messages: [{ role: "user", content: { type: "text", text: name } }] }),
    complete: (request) =>
      Promise.resolve({
        completion: { values: [`${request.reference.kind}:${request.argument.value}`] },
      }),
  };
}

export function anEndpoint(options: Partial<McpEndpointOptions> = {}): McpEndpoint {
  return createMcpEndpoint({
    handlers: smallHandlers(),
    info: { name: "superset-mcp", version: "0.0.0-test" },
    sessionKey: new Uint8Array(32).fill(7),
    observe: () => {},
    ...options,
  });
}

/**
 * Serves an endpoint on a free port of loopback, behind the host and origin checks that the real
 * service has too.
 */
export function serveEndpoint(endpoint: McpEndpoint, port = 0): Deno.HttpServer<Deno.NetAddr> {
  const caller = aCaller();
  const loopback = ["localhost", "127.0.0.1", "[::1]"];
  return Deno.serve({ port, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const refused = hostHeaderValidationResponse(request, loopback) ??
      originValidationResponse(request, loopback);
    if (refused) return refused;
    if (new URL(request.url).pathname !== "/mcp") return new Response("Not found", { status: 404 });
    const body = request.method === "POST" ? await request.text() : null;
    return await endpoint.fetch(request, { caller, traceId: TRACE_ID, body });
  });
}
