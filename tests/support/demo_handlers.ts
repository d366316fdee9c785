/** The service's own MCP handlers over the demo, without HTTP: calls as any of its people. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Caller } from "../../src/auth/caller.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import type { ErrorBody } from "../../src/errors.ts";
import { DEMO_FEATURE_FLAGS, DEMO_USERNAME } from "../../src/demo/demo.ts";
import type { MetadataDatabase } from "../../src/drivers/metadata_database.ts";
import type { MetadataWriter } from "../../src/drivers/metadata_writer.ts";
import type { McpHandlers, RequestContext } from "../../src/mcp/handlers.ts";
import { serviceHandlers } from "../../src/mcp/service.ts";
import { makeMetrics } from "../../src/observe/metrics.ts";
import type { Observation } from "../../src/observe/observation.ts";
import type { Tool } from "../../src/tools/define_tool.ts";
import { TOOLS } from "../../src/tools/registry.ts";
import { TRACE_ID } from "./mcp_endpoint.ts";
import {
  NOW,
  openWorkbench,
  SUPERSET_URL,
  type Workbench,
  writableDemo,
  writesNothing,
} from "./workbench.ts";
import { writable } from "../../src/state/metadata_part.ts";
import { openData } from "../../src/state/parts.ts";

export interface DemoHandlers {
  readonly handlers: McpHandlers;
  readonly bench: Workbench;
  readonly config: Config;
  /** What the log and the metrics were told. */
  readonly facts: Observation[];
  context(caller: Caller | string, more?: Partial<RequestContext>): Promise<RequestContext>;
  /** @throws Error where the answer is a failure */
  call(caller: Caller | string, tool: string, args?: Record<string, unknown>): Promise<Answer>;
  /** @throws Error where the answer is none */
  fails(caller: Caller | string, tool: string, args?: Record<string, unknown>): Promise<ErrorBody>;
  /** Writes the history that waits; later calls leave none. */
  written(): Promise<void>;
}

// deno-lint-ignore no-explicit-any -- answers of any tool; each test looks at what it expects
export type Answer = any;

export interface DemoHandlersOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly tools?: readonly Tool[];
  /** The metadata; a demo that can be written to unless one is given. */
  readonly database?: MetadataDatabase;
  readonly writer?: MetadataWriter;
}

export async function withDemoHandlers(
  use: (demo: DemoHandlers) => Promise<void>,
  options: DemoHandlersOptions = {},
): Promise<void> {
  const tools = options.tools ?? TOOLS;
  const opened = options.database === undefined
    ? writableDemo()
    : { database: options.database, writer: options.writer ?? writesNothing };
  const bench = await openWorkbench(opened.database);
  const config = loadConfig({
    env: { SUPERSET_WEBSERVER_ADDRESS: SUPERSET_URL, ...options.env },
    readFile: () => "",
    demo: { username: DEMO_USERNAME, featureFlags: DEMO_FEATURE_FLAGS },
  });
  const facts: Observation[] = [];
  const data = await openData(config, () => NOW);
  const observe = (fact: Observation) => void facts.push(fact);
  const written = writable(config, bench.metadata, opened.writer, observe, () => NOW);
  const state = {
    config,
    observe,
    metrics: makeMetrics({
      toolNames: [],
      routes: [],
      startedAt: NOW,
      now: () => NOW,
      memoryBytes: () => 1,
    }),
    authenticator: { authenticate: () => bench.caller(DEMO_USERNAME) },
    metadata: bench.metadata,
    commands: written.commands,
    queries: written.queries,
    data: () => Promise.resolve(data),
    now: () => NOW,
    startedAt: NOW - 60_000,
    close: async () => {
      await data.close();
      await written.close();
    },
  };
  const handlers = serviceHandlers(state, tools);
  const context: DemoHandlers["context"] = async (caller, more = {}) => ({
    caller: typeof caller === "string" ? await bench.caller(caller) : caller,
    traceId: TRACE_ID,
    signal: new AbortController().signal,
    progress: () => {},
    ...more,
  });
  const run = async (
    caller: Caller | string,
    tool: string,
    args: Record<string, unknown> = {},
  ) => await handlers.callTool(tool, args, await context(caller)) as CallToolResult;
  try {
    await use({
      handlers,
      bench,
      config,
      facts,
      context,
      written: () => written.queries.close(),
      async call(caller, tool, args) {
        const result = await run(caller, tool, args);
        if (result.isError) throw new Error(`${tool}: ${JSON.stringify(result.structuredContent)}`);
        return result.structuredContent;
      },
      async fails(caller, tool, args) {
        const result = await run(caller, tool, args);
        if (!result.isError) throw new Error(`${tool} answered`);
        return result.structuredContent as unknown as ErrorBody;
      },
    });
  } finally {
    await state.close();
  }
}
