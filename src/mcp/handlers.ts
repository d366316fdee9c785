/**
 * What the protocol glue asks of the service: one function for each MCP method that this server
 * answers itself, free of transports, eras and JSON-RPC. `mcp/server.ts` puts them onto the SDK's
 * low-level server; the conformance fixtures are a second implementation beside it.
 */
import type {
  CallToolResult,
  ClientCapabilities,
  CompleteResult,
  GetPromptResult,
  InputRequiredResult,
  ListPromptsResult,
  ListResourcesResult,
  ListResourceTemplatesResult,
  ListToolsResult,
  LoggingLevel,
  ReadResourceResult,
  ServerEvent,
} from "@modelcontextprotocol/server";
import type { Caller } from "../auth/caller.ts";

/** One request of a client, as a handler sees it. */
export interface RequestContext {
  readonly caller: Caller;
  /** W3C trace id, 32 hex digits; from the client's trace context where it sent one. */
  readonly traceId: string;
  /** Aborts when the client cancels the request or goes away where that means a cancel. */
  readonly signal: AbortSignal;
  /** Aborts when the client hangs up, whatever that means to its protocol. */
  readonly gone?: AbortSignal;
  /** The service's URL as the client reaches it; absent where that is not by HTTP. */
  readonly base?: () => URL;
  /** Sends `notifications/progress` where the client asked for it; else does nothing. */
  readonly progress: (progress: number, total?: number, message?: string) => void;
  /** True where the client asked for the tool-search mode (see tool_search.ts). */
  readonly toolSearch?: boolean;
  /** Present for handlers that declare themselves `interactive`. */
  readonly dialogue?: Dialogue;
}

/**
 * What a handler can ask of the person, or say to the client, before its result. It asks by
 * returning `inputRequired(...)` of the SDK and is called again with what came back; the clients of
 * the older eras get a real request for it.
 */
export interface Dialogue {
  /** What the client said it can do; undefined where it never said. */
  readonly capabilities: ClientCapabilities | undefined;
  /** The answers to what the last round asked for, by the handler's own keys; not validated. */
  readonly responses: Readonly<Record<string, unknown>> | undefined;
  /** What `sealState` sealed in the last round for this principal; undefined in the first. */
  readonly state: unknown;
  /** Makes a `requestState` that only this service reads back, for this principal, for 10 minutes. */
  sealState(value: unknown): Promise<string>;
  /** Sends `notifications/message` unless the client asked for a higher level, or for none. */
  log(level: LoggingLevel, data: unknown, logger?: string): Promise<void>;
  /** Tells every client that listens for it. */
  announce(event: ServerEvent): void;
}

/** Rows on their way into a file. */
export interface CsvFile {
  readonly fileName: string;
  /** The most rows. */
  readonly rowLimit: number;
  /** Breaks off where the rows do. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Resolves when nothing runs any more, however it ended. */
  readonly end: Promise<void>;
}

export interface CompletionRequest {
  /** The prompt's name or the resource template's URI. */
  readonly reference: { readonly kind: "prompt" | "resource"; readonly name: string };
  readonly argument: { readonly name: string; readonly value: string };
}

export interface McpHandlers {
  /**
   * True where handlers use `RequestContext.dialogue`. The server then offers logging, resource
   * subscriptions and list changes too, and no call takes the short way of `mcp/plain_call.ts`.
   */
  readonly interactive?: boolean;
  /** Shown to the model once, when it connects. */
  instructions(): string;
  /** Pages are by cursor; an unknown cursor is JSON-RPC error -32602. */
  listTools(cursor: string | undefined, context: RequestContext): Promise<ListToolsResult>;
  /** An unknown tool is JSON-RPC error -32602; every other failure is a result with `isError`. */
  callTool(
    name: string,
    args: Readonly<Record<string, unknown>> | undefined,
    context: RequestContext,
  ): Promise<CallToolResult | InputRequiredResult>;
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
  ): Promise<GetPromptResult | InputRequiredResult>;
  complete(request: CompletionRequest, context: RequestContext): Promise<CompleteResult>;
  /**
   * The file behind a link that a tool handed out; absent where none does.
   * @throws ServiceError
   */
  exportCsv?(link: string, context: RequestContext): Promise<CsvFile>;
}
