/** The SDK's own client against the endpoint, over a socket and over pipes. */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createConformanceFixtures } from "../../src/mcp/conformance/fixtures.ts";
import type { McpHandlers } from "../../src/mcp/handlers.ts";
import { createMemoryBus } from "../../src/mcp/bus.ts";
import { anEndpoint, serveEndpoint, smallHandlers } from "../support/mcp_endpoint.ts";

type Mode = "legacy" | "auto";
const ERAS: readonly [string, Mode][] = [["the older eras", "legacy"], ["2026-07-28", "auto"]];

/** Serves the handlers by `processes` endpoints that take turns, and connects a client. */
async function connected(
  mode: Mode,
  handlers: McpHandlers,
  use: (client: Client) => Promise<void>,
  processes = 1,
): Promise<void> {
  const bus = createMemoryBus();
  const endpoints = Array.from({ length: processes }, () => anEndpoint({ handlers, bus }));
  let turn = 0;
  const server = serveEndpoint({
    fetch: (request, options) => {
      const endpoint = endpoints[turn++ % endpoints.length];
      return endpoint ? endpoint.fetch(request, options) : assert.fail("no endpoint");
    },
    close: async () => {},
  });
  const client = new Client({ name: "test", version: "0" }, {
    capabilities: { elicitation: { form: {} }, sampling: {} },
    versionNegotiation: { mode },
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${server.addr.port}/mcp`)),
  );
  try {
    await use(client);
  } finally {
    await client.close();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    await server.shutdown();
  }
}

for (const [era, mode] of ERAS) {
  Deno.test(`the SDK's client lists, calls and reads in ${era}`, async () => {
    await connected(mode, smallHandlers(), async (client) => {
      assert.equal(client.getServerVersion()?.name, "superset-mcp");
      const { tools } = await client.listTools();
      assert.equal(tools.length, 6);
      const called = await client.callTool({ name: "echo", arguments: { a: [1, "é"] } });
      assert.deepEqual(called.structuredContent, { a: [1, "é"] });
      const failed = await client.callTool({ name: "fail" });
      assert.equal(failed.isError, true);
      await assert.rejects(client.callTool({ name: "nope" }), /Unknown tool 'nope'/);
      const { contents } = await client.readResource({ uri: "test://a" });
      assert.equal(contents.length, 1);
    });
  });

  Deno.test(`the SDK's client hears progress in ${era}`, async () => {
    await connected(mode, smallHandlers(), async (client) => {
      const heard: number[] = [];
      await client.callTool({ name: "steps" }, {
        onprogress: ({ progress }) => void heard.push(progress),
      });
      assert.deepEqual(heard, [1, 2]);
    });
  });

  Deno.test(`the SDK's client cancels a call in ${era}`, async () => {
    const handlers = smallHandlers();
    await connected(mode, handlers, async (client) => {
      const { started } = handlers.waiting();
      const stop = new AbortController();
      const call = client.callTool({ name: "wait" }, { signal: stop.signal });
      const { signal } = await started;
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      stop.abort();
      await assert.rejects(call);
      await aborted;
    });
  });

  Deno.test(`a tool asks the person through the client in ${era}, at any of three processes`, async () => {
    await connected(mode, createConformanceFixtures(), async (client) => {
      client.setRequestHandler("elicitation/create", ({ params }) => {
        const field = params.message.includes("color") ? "color" : "name";
        return { action: "accept", content: { [field]: field === "name" ? "Ada" : "green" } };
      });
      const { content } = await client.callTool({ name: "test_input_required_result_multi_round" });
      assert.deepEqual(content, [{ type: "text", text: "Ada likes green" }]);
    }, 3);
  });
}

Deno.test("a client of the older eras hears of a changed list on the stream it opens by itself", async () => {
  const heard: unknown[] = [];
  await connected("legacy", createConformanceFixtures(), async (client) => {
    const changed = new Promise((resolve) =>
      client.setNotificationHandler("notifications/tools/list_changed", (notice) => {
        heard.push(notice.method);
        resolve(null);
      })
    );
    // The client opens its stream by itself after `initialize`; wait until it is there.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await client.callTool({ name: "test_trigger_tool_change" });
    await changed;
  });
  assert.deepEqual(heard, ["notifications/tools/list_changed"]);
});

Deno.test("log messages below the level that a client set are not sent", async () => {
  await connected("legacy", createConformanceFixtures(), async (client) => {
    const heard: unknown[] = [];
    client.setNotificationHandler(
      "notifications/message",
      ({ params }) => void heard.push(params.data),
    );
    await client.callTool({ name: "test_logging_tool" });
    assert.deepEqual(heard, ["A message of test_logging_tool"]);
    await client.setLoggingLevel("warning");
    await client.callTool({ name: "test_logging_tool" });
    assert.equal(heard.length, 1);
  }, 3);
});
