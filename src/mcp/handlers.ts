/**
 * What the protocol glue asks of the service: one function for each MCP method that this server
 * answers itself, free of transports, eras and JSON-RPC. `mcp/server.ts` puts them onto the SDK's
 * low-level server; the conformance fixtures are a second implementation beside it.
 */
import type {
  CallToolResult,
  CompleteResult,
  GetPromptResult,
  ListPromptsResult,
  ListResourcesResult,
  ListResourceTemplatesResult,
  ListToolsResult,
  ReadResourceResult,
} from "@modelcontextprotocol/server";
import type { Caller } from "../auth/caller.ts";

/** One request of a client, as a handler sees it. */
export interface RequestContext {
  readonly caller: Caller;
  /** W3C trace id, 32 hex digits; from the client's trace context where it sent one. */
  readonly traceId: string;
  /** Aborts when the client cancels the request or goes away where that means a cancel. */
  readonly signal: AbortSignal;
  /** Sends `notifications/progress` where the client asked for it; else does nothing. */
  readonly progress: (progress: number, total?: number, message?: string) => void;
}

export interface CompletionRequest {
  /** The prompt's name or the resource template's URI. */
  readonly reference: { readonly kind: "prompt" | "resource"; readonly name: string };
  readonly argument: { readonly name: string; readonly value: string };
}

export interface McpHandlers {
  /** Shown to the model once, when it connects. */
  instructions(): string;
  /** Pages are by cursor; an unknown cursor is JSON-RPC error -32602. */
  listTools(cursor: string | undefined, context: RequestContext): Promise<ListToolsResult>;
  /** An unknown tool is JSON-RPC error -32602; every other failure is a result with `isError`. */
  callTool(
    name: string,
    args: Readonly<Record<string, unknown>> | undefined,
    context: RequestContext,
  ): Promise<CallToolResult>;
  listResources(cursor: string | undefined, context: RequestContext): Promise<ListResourcesResult>;
  listResourceTemplates(
    cursor: string | undefined,
    context: RequestContext,
  ): Promise<ListResourceTemplatesResult>;
  readResource(uri: string, context: RequestContext): Promise<ReadResourceResult>;
  listPrompts(cursor: string | undefined, context: RequestContext): Promise<ListPromptsResult>;
  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    context: RequestContext,
  ): Promise<GetPromptResult>;
  complete(request: CompletionRequest, context: RequestContext): Promise<CompleteResult>;
}
