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

/**
 * `JSON.stringify` of a result, without printing its structured content a second time.
 *
 * @param more members that the protocol adds; the result's own `_meta` keeps its members
 */
export function serializeToolResult(
  result: CallToolResult,
  more: { readonly _meta?: object; readonly resultType?: string } = {},
): string {
  const { structuredContent, ...rest } = result;
  const meta = more._meta || rest._meta ? { _meta: { ...more._meta, ...rest._meta } } : {};
  const whole = { ...rest, ...more, ...meta };
  const structured = printed.get(result);
  if (structured === undefined) return JSON.stringify({ ...whole, structuredContent });
  return `${JSON.stringify(whole).slice(0, -1)},"structuredContent":${structured}}`;
}
