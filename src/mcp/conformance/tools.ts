/** The suite's tools: those that only answer, say something first, or announce a change. */
import type {
  CallToolResult,
  ContentBlock,
  InputRequiredResult,
  Tool,
} from "@modelcontextprotocol/server";
import type { Dialogue, RequestContext } from "../handlers.ts";
import { ErrorCode, ProtocolError } from "../protocol.ts";
import { ASKING_TOOLS } from "./asking_tools.ts";
import { RED_PIXEL_PNG, SILENT_WAV } from "./media.ts";
import { SCHEMA_TOOL } from "./schema_tool.ts";

export type ToolAnswer = CallToolResult | InputRequiredResult;

export interface FixtureTool {
  readonly description: string;
  readonly properties?: Readonly<Record<string, { type: "string"; description: string }>>;
  readonly call: (
    args: Readonly<Record<string, unknown>>,
    dialogue: Dialogue,
    context: RequestContext,
  ) => ToolAnswer | Promise<ToolAnswer>;
}

const PAUSE_MS = 50;

const ANSWERING_TOOLS: Readonly<Record<string, FixtureTool>> = {
  test_simple_text: {
    description: "Answers a text.",
    call: () => answer(text("This is a simple text response for testing.")),
  },
  test_image_content: {
    description: "Answers a picture.",
    call: () => answer(PICTURE),
  },
  test_audio_content: {
    description: "Answers a sound.",
    call: () => answer({ type: "audio", data: SILENT_WAV, mimeType: "audio/wav" }),
  },
  test_embedded_resource: {
    description: "Answers a resource.",
    call: () =>
      answer({
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      }),
  },
  test_multiple_content_types: {
    description: "Answers a text, a picture and a resource.",
    call: () =>
      answer(text("Multiple content types test:"), PICTURE, {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      }),
  },
  test_error_handling: {
    description: "Always fails.",
    call: () => ({
      isError: true,
      ...answer(text("This tool intentionally returns an error for testing")),
    }),
  },
  test_tool_with_logging: {
    description: "Logs three times while it runs.",
    async call(_, dialogue) {
      await dialogue.log("info", "Tool execution started");
      await pause();
      await dialogue.log("info", "Tool processing data");
      await pause();
      await dialogue.log("info", "Tool execution completed");
      return answer(text("Tool with logging executed successfully"));
    },
  },
  test_logging_tool: {
    description: "Logs once.",
    async call(_, dialogue) {
      await dialogue.log("info", "A message of test_logging_tool");
      return answer(text("Logged"));
    },
  },
  test_tool_with_progress: {
    description: "Reports progress at 0, 50 and 100.",
    async call(_, __, context) {
      for (const progress of [0, 50, 100]) {
        context.progress(progress, 100, `Completed step ${progress} of 100`);
        if (progress < 100) await pause();
      }
      return answer(text("Tool with progress executed successfully"));
    },
  },
  test_trigger_tool_change: {
    description: "Announces that the list of tools changed.",
    call: (_, dialogue) => announced(dialogue, "tools_list_changed"),
  },
  test_trigger_prompt_change: {
    description: "Announces that the list of prompts changed.",
    call: (_, dialogue) => announced(dialogue, "prompts_list_changed"),
  },
};

const TOOLS: Readonly<Record<string, FixtureTool>> = { ...ANSWERING_TOOLS, ...ASKING_TOOLS };

export const FIXTURE_TOOLS: readonly Tool[] = [
  ...Object.entries(TOOLS).map(([name, { description, properties = {} }]) => ({
    name,
    description,
    inputSchema: { type: "object" as const, properties, required: Object.keys(properties) },
  })),
  SCHEMA_TOOL,
];

export async function callFixtureTool(
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  context: RequestContext,
): Promise<ToolAnswer> {
  if (name === SCHEMA_TOOL.name) return answer(text(JSON.stringify(args)));
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (!tool || !context.dialogue) {
    throw new ProtocolError(ErrorCode.InvalidParams, `Unknown tool '${name}'.`);
  }
  return await tool.call(args, context.dialogue, context);
}

const PICTURE: ContentBlock = { type: "image", data: RED_PIXEL_PNG, mimeType: "image/png" };

function announced(
  dialogue: Dialogue,
  kind: "tools_list_changed" | "prompts_list_changed",
): ToolAnswer {
  dialogue.announce({ kind });
  return answer(text("Announced"));
}

function answer(...content: ContentBlock[]): CallToolResult {
  return { content };
}

function text(content: string): ContentBlock {
  return { type: "text", text: content };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
