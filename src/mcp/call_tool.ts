/**
 * The one hook around every tool call: who may, what came in, what went out, how long it took. Tools
 * are declared without any of this (tools/define_tool.ts).
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { isAllowed, writeLeave } from "../auth/access.ts";
import { ServiceError, toServiceError } from "../errors.ts";
import type { State } from "../state.ts";
import type { Tool } from "../tools/define_tool.ts";
import { estimatedTokens } from "../tools/response_size.ts";
import type { RequestContext } from "./handlers.ts";
import { joinSignals } from "../joined_signal.ts";
import { ErrorCode, ProtocolError } from "./protocol.ts";
import { argumentReader, type ReadArguments } from "./tool_arguments.ts";
import { toolResult } from "./tool_result.ts";

export type CallTool = (
  name: string,
  args: Readonly<Record<string, unknown>> | undefined,
  context: RequestContext,
) => Promise<CallToolResult>;

interface Prepared {
  readonly tool: Tool;
  readonly read: ReadArguments;
}

/**
 * Prepares calls of the tools that are served.
 * @throws ProtocolError -32602 from a call of a tool that does not exist; every other failure of a
 *   call is a result with `isError`
 */
export function toolCaller(state: State, tools: readonly Tool[]): CallTool {
  const prepared = new Map(
    tools.map((tool): [string, Prepared] => [tool.name, { tool, read: argumentReader(tool) }]),
  );
  return async (name, args, context) => {
    const found = prepared.get(name);
    if (found === undefined) {
      throw new ProtocolError(
        ErrorCode.InvalidParams,
        `Unknown tool: ${name.slice(0, 100)}`,
      );
    }
    const began = performance.now();
    state.observe({ kind: "call_started", tool: name });
    const failure = { error: undefined as ServiceError | undefined };
    try {
      return await run(state, found, args, context);
    } catch (thrown) {
      if (thrown instanceof ProtocolError) throw thrown;
      failure.error = toServiceError(thrown);
      return failed(failure.error);
    } finally {
      const { error } = failure;
      state.observe({
        kind: "call",
        tool: name,
        status: error ? "error" : "success",
        errorType: error?.type,
        durationMs: performance.now() - began,
        traceId: context.traceId,
        user: context.caller.user.username,
        tenant: context.caller.tenant,
        cause: error?.cause,
      });
    }
  };
}

async function run(
  state: State,
  { tool, read }: Prepared,
  args: Readonly<Record<string, unknown>> | undefined,
  context: RequestContext,
): Promise<CallToolResult> {
  const { caller, progress } = context;
  if (!isAllowed(caller, tool, state.config.auth)) throw permissionDenied(tool);
  const input = read(args);
  let signal: AbortSignal | undefined;
  const answer = await tool.handle(input, {
    caller,
    dao: await state.metadata.dao(),
    data: state.data,
    command: (command, input) => state.commands.run(command, caller, input),
    queries: state.queries,
    config: state.config,
    now: state.now,
    startedAt: state.startedAt,
    mayRead: (kind, access) =>
      isAllowed(caller, { kind, access, action: "read" }, state.config.auth),
    writing: (kind, access) =>
      writeLeave(caller, { kind, access }, {
        ...state.config.auth,
        readOnly: state.config.tools.readOnly,
      }),
    // Made only where a tool looks at it.
    get signal() {
      return signal ??= endOf(tool, context);
    },
    progress,
  });
  const result = toolResult(answer);
  const limit = state.config.responseTokenLimit;
  if (tokensOf(result) <= limit) return result;
  // Printed again, so that the many answers that fit are printed once.
  const shorter = tool.cut ? toolResult(tool.cut(answer, input, limit)) : result;
  assertFits(tool, shorter, limit);
  return shorter;
}

/**
 * A client that hangs up has not cancelled (2025-11-25, "Sending Messages to the Server"), so what
 * changes something goes on; what reads or runs a query has nobody left to do it for, and ends.
 */
function endOf(tool: Tool, { signal, gone }: RequestContext): AbortSignal {
  const asks = tool.action === "read" || tool.action === "execute";
  return asks && gone ? joinSignals([signal, gone]) : signal;
}

function permissionDenied(tool: Tool): ServiceError {
  return new ServiceError("permission_denied", `You may not use ${tool.name}.`, {
    hint: "Use the tools in tools/list; an administrator of Superset can grant more.",
  });
}

function tokensOf({ content: [block] }: CallToolResult): number {
  return block?.type === "text" ? estimatedTokens(block.text) : 0;
}

function assertFits(tool: Tool, result: CallToolResult, limit: number): void {
  const tokens = tokensOf(result);
  if (tokens <= limit) return;
  throw new ServiceError(
    "too_large",
    `The answer of ${tool.name} takes about ${tokens} tokens, over the limit of ${limit}.`,
    {
      hint: "Ask for fewer columns or objects, or have MCP_RESPONSE_TOKEN_LIMIT raised.",
      details: { tokens, limit },
    },
  );
}

/** Refusals quote what was sent, which may be as long as a body may be. */
const MAX_ERROR_CHARS = 2_000;
const MAX_DETAILS_CHARS = 10_000;

function failed(error: ServiceError): CallToolResult {
  const { details, ...body } = error.body();
  const isShort = details !== undefined && JSON.stringify(details).length <= MAX_DETAILS_CHARS;
  const said = cut(body.error);
  return toolResult({ ...body, error: said, ...(isShort ? { details } : {}) }, { isError: true });
}

function cut(text: string): string {
  return text.length <= MAX_ERROR_CHARS ? text : `${text.slice(0, MAX_ERROR_CHARS)}…`;
}
