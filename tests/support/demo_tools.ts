/** The tools as a client that may use all of them is told: `tools/list` of the demo, as its admin. */
import { mcpClient, type WireTool } from "./mcp_calls.ts";
import { startService } from "./service.ts";

/** Bytes of a tool in `tools/list`, as compact JSON. */
export function wireBytes(tool: WireTool): number {
  return new TextEncoder().encode(JSON.stringify(tool)).length;
}

/** @returns each tool, in the order of the answer */
export async function demoTools(): Promise<readonly WireTool[]> {
  const service = await startService({
    env: { MCP_DEV_USERNAME: "admin", MCP_LOG_LEVEL: "error" },
  });
  try {
    return await mcpClient(service.url, null).listTools();
  } finally {
    await service.stop();
  }
}
