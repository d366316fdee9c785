/** The suite's prompts. */
import {
  type ContentBlock,
  type GetPromptResult,
  inputRequired,
  type InputRequiredResult,
  type Prompt,
} from "@modelcontextprotocol/server";
import type { RequestContext } from "../handlers.ts";
import { ErrorCode, ProtocolError } from "../protocol.ts";
import { acceptedField, ask } from "./asking.ts";
import { RED_PIXEL_PNG } from "./media.ts";

export const FIXTURE_PROMPTS: readonly Prompt[] = [
  { name: "test_simple_prompt", description: "A prompt without arguments." },
  {
    name: "test_prompt_with_arguments",
    description: "A prompt that repeats its arguments.",
    arguments: [
      { name: "arg1", description: "First test argument", required: true },
      { name: "arg2", description: "Second test argument", required: true },
    ],
  },
  {
    name: "test_prompt_with_embedded_resource",
    description: "A prompt that holds a resource.",
    arguments: [{
      name: "resourceUri",
      description: "URI of the resource to embed",
      required: true,
    }],
  },
  { name: "test_prompt_with_image", description: "A prompt that holds a picture." },
  {
    name: "test_input_required_result_prompt",
    description: "A prompt that asks the person first.",
  },
];

export function getFixturePrompt(
  name: string,
  args: Readonly<Record<string, string>> = {},
  { dialogue }: RequestContext,
): Promise<GetPromptResult | InputRequiredResult> {
  return Promise.resolve(promptOf());

  function promptOf(): GetPromptResult | InputRequiredResult {
    switch (name) {
      case "test_simple_prompt":
        return user(text("This is a simple prompt for testing."));
      case "test_prompt_with_arguments":
        return user(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`));
      case "test_prompt_with_embedded_resource":
        return user({
          type: "resource",
          resource: {
            uri: args.resourceUri ?? "",
            mimeType: "text/plain",
            text: "Embedded resource content for testing.",
          },
        }, text("Please process the embedded resource above."));
      case "test_prompt_with_image":
        return user(
          { type: "image", data: RED_PIXEL_PNG, mimeType: "image/png" },
          text("Please analyze the image above."),
        );
      case "test_input_required_result_prompt": {
        const context = acceptedField(dialogue?.responses, "user_context", "context");
        if (typeof context === "string") return user(text(`Use this context: ${context}`));
        return inputRequired({
          inputRequests: {
            user_context: ask("What context should the prompt use?", {
              context: { type: "string" },
            }),
          },
        });
      }
      default:
        throw new ProtocolError(ErrorCode.InvalidParams, `Unknown prompt '${name}'.`);
    }
  }
}

function user(...contents: ContentBlock[]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: "user", content })) };
}

function text(content: string): ContentBlock {
  return { type: "text", text: content };
}
