/** Calls of a service's tools by plain fetch, as a client of 2025-11-25 that keeps no session. */

export interface ToolAnswer {
  readonly isError: boolean;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A tool as `tools/list` tells it. */
export interface WireTool {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

export interface McpClient {
  /**
   * @param signal hangs up
   * @throws Error when the answer is no result, such as for a tool that does not exist
   */
  call(
    tool: string,
    args?: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<ToolAnswer>;
  /** The tools in `tools/list`, all pages of it. */
  listTools(): Promise<readonly WireTool[]>;
  /** The HTTP status of a `tools/list`. */
  status(): Promise<number>;
}

/** @param token of the caller; null sends no `Authorization` */
export function mcpClient(url: string, token: string | null): McpClient {
  let id = 0;
  const post = (method: string, params: Record<string, unknown>, signal?: AbortSignal) =>
    fetch(`${url}/mcp`, {
      method: "POST",
      signal,
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params }),
    });
  const request = async (
    method: string,
    params: Record<string, unknown>,
    signal?: AbortSignal,
  ) => {
    const response = await post(method, params, signal);
    const text = await response.text();
    const message = response.status === 200 ? JSON.parse(text) : {};
    if (message.result === undefined) {
      throw new Error(`${method} ${JSON.stringify(params)} got ${response.status}: ${text}`);
    }
    return message.result;
  };
  return {
    async call(tool, args = {}, signal) {
      const result = await request("tools/call", { name: tool, arguments: args }, signal);
      return { isError: result.isError === true, content: result.structuredContent };
    },
    async listTools() {
      const tools: WireTool[] = [];
      let cursor: string | undefined;
      do {
        const page = await request("tools/list", cursor === undefined ? {} : { cursor });
        tools.push(...page.tools);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return tools;
    },
    async status() {
      const response = await post("tools/list", {});
      await response.body?.cancel();
      return response.status;
    },
  };
}

export interface Listed {
  readonly totalCount: number;
  readonly ids: readonly number[];
}

/** Pages through a list tool by hundreds. @param key the answer's name for the objects */
export async function listAll(client: McpClient, tool: string, key: string): Promise<Listed> {
  const ids: number[] = [];
  for (let page = 1;; page++) {
    const { isError, content } = await client.call(tool, { page, page_size: 100 });
    if (isError) throw new Error(`${tool} failed: ${JSON.stringify(content)}`);
    ids.push(...(content[key] as { id: number }[]).map((object) => object.id));
    if (content.has_next !== true) return { totalCount: content.total_count as number, ids };
  }
}
