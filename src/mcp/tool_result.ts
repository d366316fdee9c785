/**
 * The result of a tool as structured content and, the same, as JSON text. The text is printed once:
 * on the short way of plain_call.ts it also becomes the structured content on the wire.
 */
import type { CallToolResult } from "@modelcontextprotocol/server";

/** Printed forms of the structured content of results made here. */
const printed = new WeakMap<CallToolResult, string>();

/**
 * @param structured what the tool returned; must not be changed afterwards
 * @param options `isError` for a failure; `before`: content blocks ahead of the text, such as an image
 */
export function toolResult(
  structured: object,
  options: { isError?: boolean; before?: CallToolResult["content"] } = {},
): CallToolResult {
  const text = JSON.stringify(structured);
  const result: CallToolResult = {
    content: [...options.before ?? [], { type: "text", text }],
    structuredContent: structured as Record<string, unknown>,
    ...(options.isError ? { isError: true } : {}),
  };
  printed.set(result, text);
  return result;
}

/** `JSON.stringify` of a result, without printing its structured content a second time. */
export function serializeToolResult(result: CallToolResult): string {
  const structured = printed.get(result);
  if (structured === undefined) return JSON.stringify(result);
  const { structuredContent: _, ...rest } = result;
  return `${JSON.stringify(rest).slice(0, -1)},"structuredContent":${structured}}`;
}
