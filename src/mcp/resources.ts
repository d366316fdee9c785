/**
 * Resources: the workspace at a glance, and every kind of object by a URI such as
 * `dashboard://world_health`. Each is what the tool of the same job answers, under the same checks.
 */
import type { CallToolResult, ReadResourceResult } from "@modelcontextprotocol/server";
import { OBJECT_KINDS, type ObjectKind } from "../tools/object_kinds.ts";
import { ErrorCode, ProtocolError, resourceNotFound } from "./protocol.ts";

export const INSTANCE_URI = "instance://metadata";
/** The tool whose answer it is. */
export const INSTANCE_TOOL = "get_instance_info";

const JSON_TYPE = "application/json";

export function templateUri({ scheme }: ObjectKind): string {
  return `${scheme}://{identifier}`;
}

export const INSTANCE_RESOURCE = {
  uri: INSTANCE_URI,
  name: "instance_metadata",
  title: "Workspace",
  description: "Who the caller is, and what there is for them in this workspace.",
  mimeType: JSON_TYPE,
} as const;

export function listedTemplate(template: ObjectKind) {
  const named = template.resource.identifiers;
  return {
    uriTemplate: templateUri(template),
    name: template.resource.table,
    title: template.title,
    description: `One ${template.resource.label} by ${["id", ...named].join(", ")}.`,
    mimeType: JSON_TYPE,
  };
}

/** The tool call that a URI stands for, or null where it is none of ours. */
export function callOf(uri: string): { tool: string; args: Record<string, unknown> } | null {
  if (uri === INSTANCE_URI) return { tool: INSTANCE_TOOL, args: {} };
  const [, scheme, identifier] = /^([a-z-]+):\/\/(.+)$/.exec(uri) ?? [];
  const template = OBJECT_KINDS.find((known) => known.scheme === scheme);
  if (template === undefined || identifier === undefined) return null;
  try {
    return { tool: template.tool, args: { identifier: decodeURIComponent(identifier) } };
  } catch {
    return null;
  }
}

/**
 * A tool's answer as a resource's contents.
 * @throws ProtocolError
 */
export function contentsOf(uri: string, result: CallToolResult): ReadResourceResult {
  const [block] = result.content;
  const text = block?.type === "text" ? block.text : "";
  if (!result.isError) return { contents: [{ uri, mimeType: JSON_TYPE, text }] };
  const { error_type, error } = JSON.parse(text) as { error_type: string; error: string };
  if (error_type === "not_found" || error_type === "permission_denied") {
    throw resourceNotFound(uri);
  }
  const isTheirs = error_type === "invalid_argument";
  throw new ProtocolError(isTheirs ? ErrorCode.InvalidParams : ErrorCode.InternalError, error);
}
