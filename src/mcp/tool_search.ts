/**
 * The tool-search mode, for clients with little room: `tools/list` shows two tools instead of all of
 * them. `search_tools` finds the others with their whole entries, hints included, and `call_tool`
 * calls one, through the same hook as a direct call. A client asks for the mode with
 * `/mcp?tools=search`.
 */
import type { CallToolResult, Tool as ListedTool } from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Caller } from "../auth/caller.ts";
import type { Config } from "../config.ts";
import { toServiceError } from "../errors.ts";
import { defineTool, isReadOnly, type Tool } from "../tools/define_tool.ts";
import type { CallTool } from "./call_tool.ts";
import type { RequestContext } from "./handlers.ts";
import { argumentReader } from "./tool_arguments.ts";
import { allowedTools, listed } from "./tool_list.ts";
import { toolResult } from "./tool_result.ts";

export interface ToolSearch {
  listed(caller: Caller): ListedTool[];
  has(name: string): boolean;
  call: CallTool;
}

const MAX_FOUND = 10;

/** The two tools' declarations; their handlers stand below, since they need the other tools. */
const never = () => Promise.reject(new Error("answered by the tool-search mode itself"));

const searchDeclaration = defineTool({
  name: "search_tools",
  title: "Search tools",
  description: "Find tools by words for the job, such as 'list dashboards'. Gives each one's " +
    "arguments and hints; run it with call_tool. Without a query: all names.",
  kind: "system",
  action: "read",
  access: "public",
  input: () => ({ query: z.string().max(200).optional() }),
  output: () => z.object({ tools: z.array(z.looseObject({ name: z.string() })), count: z.int() }),
  handle: never,
});

const callDeclaration = defineTool({
  name: "call_tool",
  title: "Call a tool",
  description: "Run a tool that search_tools gave, by name and with its arguments.",
  kind: "system",
  action: "read",
  access: "public",
  input: () => ({ name: z.string().max(100), arguments: z.looseObject({}).optional() }),
  output: () => z.looseObject({}),
  handle: never,
});

export function searchTools(
  served: readonly Tool[],
  entryOf: (tool: Tool) => ListedTool,
  call: CallTool,
  auth: Config["auth"],
): ToolSearch {
  const readSearch = argumentReader(searchDeclaration);
  const readCall = argumentReader(callDeclaration);
  const find = (query: string, caller: Caller): ListedTool[] =>
    ranked(allowedTools(served, caller, auth), query).slice(0, MAX_FOUND)
      .map(entryOf);

  const answer = async (
    name: string,
    args: Readonly<Record<string, unknown>> | undefined,
    context: RequestContext,
  ): Promise<CallToolResult> => {
    if (name === callDeclaration.name) {
      const wanted = readCall(args) as { name: string; arguments?: Record<string, unknown> };
      return await call(wanted.name, wanted.arguments, context);
    }
    const { query } = readSearch(args) as { query?: string };
    const tools = query?.trim()
      ? find(query, context.caller)
      : allowedTools(served, context.caller, auth).map(({ name, title }) => ({ name, title }));
    return toolResult({ tools, count: tools.length });
  };

  return {
    has: (name) => name === searchDeclaration.name || name === callDeclaration.name,
    listed: (caller) => [
      listed(searchDeclaration),
      { ...listed(callDeclaration), annotations: jointHints(allowedTools(served, caller, auth)) },
    ],
    async call(name, args, context) {
      try {
        return await answer(name, args, context);
      } catch (thrown) {
        if (!(thrown instanceof Error) || thrown.name !== "ServiceError") throw thrown;
        return toolResult(toServiceError(thrown).body(), { isError: true });
      }
    },
  };
}

/** What may be promised of any tool that `call_tool` can reach for a caller. */
function jointHints(reachable: readonly Tool[]): ListedTool["annotations"] {
  const readOnlyHint = reachable.every(isReadOnly);
  return {
    readOnlyHint,
    destructiveHint: !readOnlyHint,
    idempotentHint: readOnlyHint,
    openWorldHint: false,
  };
}

/** The tools that hold words of the query, those with most of them in their name first. */
function ranked(tools: readonly Tool[], query: string): Tool[] {
  const words = query.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");
  const scored = tools.map((tool) => ({ tool, score: score(tool, words) }));
  return scored.filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.tool.name.localeCompare(other.tool.name))
    .map(({ tool }) => tool);
}

const NAME_WEIGHT = 3;

function score(tool: Tool, words: readonly string[]): number {
  const name = tool.name.toLowerCase();
  const text = `${tool.title} ${tool.description}`.toLowerCase();
  return words.reduce((sum, word) => {
    const stem = word.replace(/(es|s)$/, "");
    return sum + (name.includes(stem) ? NAME_WEIGHT : 0) + (text.includes(stem) ? 1 : 0);
  }, 0);
}
