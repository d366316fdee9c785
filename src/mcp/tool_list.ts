/** Tools as `tools/list` shows them: prepared once, and of each caller's own. */
import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import { isAllowed } from "../auth/access.ts";
import type { Caller } from "../auth/caller.ts";
import type { Config } from "../config.ts";
import { isReadOnly, readOnlyTool, type Tool } from "../tools/define_tool.ts";
import { toolSchema } from "./tool_schema.ts";

/** The tools of a service as configured: what is disabled, or writes where nothing may, is not there. */
export function servedTools(
  tools: readonly Tool[],
  { disabled, readOnly }: Config["tools"],
): Tool[] {
  return tools.filter(({ name, does = name }) => !disabled.has(name) && !disabled.has(does))
    .flatMap((tool) => (readOnly ? readOnlyTool(tool) : tool) ?? []);
}

/** What a caller may use, and so sees. */
export function allowedTools(
  tools: readonly Tool[],
  caller: Caller,
  auth: Config["auth"],
): Tool[] {
  return tools.filter((tool) => isAllowed(caller, tool, auth));
}

/** A tool's entry in `tools/list`, as few bytes as say it all. */
export function listed(tool: Tool): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: toolSchema(tool.input, "input") as ListedTool["inputSchema"],
    outputSchema: toolSchema(tool.output, "output") as ListedTool["outputSchema"],
    annotations: {
      readOnlyHint: isReadOnly(tool),
      destructiveHint: tool.action === "delete" || tool.action === "update" ||
        tool.mayWrite === true,
      idempotentHint: isReadOnly(tool),
      openWorldHint: false,
    },
  };
}

/** Entries of `tools/list`, each made when it is first asked for. */
export function toolEntries(): (tool: Tool) => ListedTool {
  const made = new Map<Tool, ListedTool>();
  return (tool) => {
    const entry = made.get(tool) ?? listed(tool);
    made.set(tool, entry);
    return entry;
  };
}
