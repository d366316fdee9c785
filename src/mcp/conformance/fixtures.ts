/**
 * What the official MCP conformance suite calls by name, as handlers beside the service's own. They
 * show no data of anyone; a production start refuses the setting that serves them.
 */
import type { McpHandlers } from "../handlers.ts";
import { callFixtureTool, FIXTURE_TOOLS } from "./tools.ts";
import { FIXTURE_PROMPTS, getFixturePrompt } from "./prompts.ts";
import { FIXTURE_RESOURCES, FIXTURE_TEMPLATES, readFixtureResource } from "./resources.ts";

export function createConformanceFixtures(): McpHandlers {
  return {
    interactive: true,
    instructions: () => "Fixtures of the MCP conformance suite; no workspace is served here.",
    listTools: () => Promise.resolve({ tools: [...FIXTURE_TOOLS] }),
    callTool: callFixtureTool,
    listResources: () => Promise.resolve({ resources: [...FIXTURE_RESOURCES] }),
    listResourceTemplates: () => Promise.resolve({ resourceTemplates: [...FIXTURE_TEMPLATES] }),
    readResource: (uri) => Promise.resolve(readFixtureResource(uri)),
    listPrompts: () => Promise.resolve({ prompts: [...FIXTURE_PROMPTS] }),
    getPrompt: getFixturePrompt,
    complete: ({ argument }) =>
      Promise.resolve({
        completion: {
          values: ["paris", "park", "party"].filter((value) => value.startsWith(argument.value)),
        },
      }),
  };
}
