/** Tools as `tools/list` shows them: prepared once, and of each caller's own. */
import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import * as z from "zod";
import { isAllowed } from "../auth/access.ts";
import type { Caller } from "../auth/caller.ts";
import type { Config } from "../config.ts";
import { isReadOnly, type Tool } from "../tools/define_tool.ts";

/** The tools of a service as configured: what is disabled, or writes where nothing may, is not there. */
export function servedTools(
  tools: readonly Tool[],
  { disabled, readOnly }: Config["tools"],
): Tool[] {
  return tools.filter((tool) => !disabled.has(tool.name) && (isReadOnly(tool) || !readOnly));
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
    inputSchema: compact(tool.input, "input") as ListedTool["inputSchema"],
    outputSchema: compact(tool.output, "output") as ListedTool["outputSchema"],
    annotations: {
      readOnlyHint: isReadOnly(tool),
      destructiveHint: tool.action === "delete" || tool.action === "update",
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

/** JSON Schema 2020-12 (the protocol's default since 2025-11-25) without what says nothing. */
function compact(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // The bounds of a safe integer, which every whole number here has.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (isEmptyObject(jsonSchema.additionalProperties)) delete jsonSchema.additionalProperties;
      if (isEmptyObject(jsonSchema.properties)) delete jsonSchema.properties;
    },
  });
  if (io === "output" && made.additionalProperties === false) delete made.additionalProperties;
  return { type: "object", ...made };
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
