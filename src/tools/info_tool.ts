/** A tool that gets one object whole, for kinds that need nothing beside their columns. */
import * as z from "zod";
import type { Resource } from "../dao/resource.ts";
import { type Access, defineTool, type Tool, type ToolKind } from "./define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "./identifier.ts";

export interface InfoToolOptions {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly access: Access;
  readonly resource: Resource;
  readonly identifierHint: string;
  /** The columns of the answer; all that can be selected where left out. */
  readonly columns?: readonly string[];
}

export function infoTool(options: InfoToolOptions): Tool {
  const { resource, identifierHint, columns, ...rest } = options;
  return defineTool({
    ...rest,
    action: "read",
    input: () => ({ identifier: identifier(identifierHint) }),
    ignored: CACHE_ARGUMENTS,
    output: () => z.looseObject({ id: z.int() }),
    handle: async ({ identifier }, { dao, caller }) => {
      const chosen = columns ?? dao.shape(resource).select;
      return await dao.get(resource, caller, identifier, chosen) as { id: number };
    },
  });
}
