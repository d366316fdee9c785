/**
 * The one hook around every tool call: who may, what came in, what went out, how long it took. Tools
 * are declared without any of this (tools/define_tool.ts).
 */
import type { CallToolResult } from "@modelcontextprotocol/server";
import { isAllowed } from "../auth/access.ts";
import { ServiceError, toServiceError } from "../errors.ts";
import type { State } from "../state.ts";
import type { Tool } from "../tools/define_tool.ts";
import { estimatedTokens } from "../tools/response_size.ts";
import type { RequestContext } from "./handlers.ts";
import { observed } from "./observed_call.ts";
import { ErrorCode, ProtocolError } from "./protocol.ts";
import { argumentReader, type ReadArguments } from "./tool_arguments.ts";
import { permissionDenied, toolContext } from "./tool_context.ts";
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
    const { tool } = found;
    try {
      return await observed(state, tool, context, () => run(state, found, args, context));
    } catch (thrown) {
      if (thrown instanceof ProtocolError) throw thrown;
      return failed(toServiceError(thrown));
    }
  };
}

async function run(
  state: State,
  { tool, read }: Prepared,
  args: Readonly<Record<string, unknown>> | undefined,
  context: RequestContext,
): Promise<CallToolResult> {
  const { caller } = context;
  if (!isAllowed(caller, tool, state.config.auth)) throw permissionDenied(tool);
  const input = read(args);
  const answer = await tool.handle(input, await toolContext(state, tool, context));
  const result = toolResult(answer);
  const limit = state.config.responseTokenLimit;
  if (tokensOf(result) <= limit) return result;
  // Printed again, so that the many answers that fit are printed once.
  const shorter = tool.cut ? toolResult(tool.cut(answer, input, limit)) : result;
  assertFits(tool, shorter, limit);
  return shorter;
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
