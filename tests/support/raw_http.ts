/** Requests written to a socket by hand, which can be left in the middle. */

export const MCP_HEADERS = {
  Host: "localhost",
  "Content-Type": "application/json",
  Accept: "application/json, text/event-stream",
} as const;

/**
 * Sends a message to `POST /mcp`.
 * @param packets how many pieces it is sent in, some milliseconds apart
 * @returns the connection, whose closing hangs up
 */
export async function sendInPackets(
  url: string,
  headers: Readonly<Record<string, string>>,
  message: unknown,
  packets: number,
): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  connection.setNoDelay(true);
  const body = new TextEncoder().encode(JSON.stringify(message));
  const fields = { ...MCP_HEADERS, "Content-Length": String(body.length), ...headers };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = new Uint8Array([
    ...new TextEncoder().encode(`POST /mcp HTTP/1.1\r\n${head}\r\n`),
    ...body,
  ]);
  const size = Math.ceil(bytes.length / packets);
  for (let at = 0; at < bytes.length; at += size) {
    await connection.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return connection;
}
