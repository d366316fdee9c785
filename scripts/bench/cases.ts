/** What is asked of the service: a call of each tool, as a client of 2025-11-25 sends it. */
import { type McpClient, mcpClient } from "../../tests/support/mcp_calls.ts";
import { tokenOf } from "../../tests/support/tokens.ts";
import type { HttpRequest } from "./connection.ts";

export interface Case {
  readonly name: string;
  readonly user: string;
  /** Sent around and around; they differ where an answer must not come out of a cache. */
  readonly requests: readonly HttpRequest[];
}

export interface Cases {
  readonly cases: readonly Case[];
  /** The tools that can't be measured on this workspace, each with the reason. */
  readonly leftOut: readonly string[];
}

type Arguments = Readonly<Record<string, unknown>>;

/** Where a tool's `identifier` comes from: the first object of a list. */
const IDENTIFIED: Readonly<Record<string, readonly [list: string, key: string]>> = {
  get_chart_info: ["list_charts", "charts"],
  get_dashboard_info: ["list_dashboards", "dashboards"],
  get_dashboard_layout: ["list_dashboards", "dashboards"],
  get_dashboard_datasets: ["list_dashboards", "dashboards"],
  get_dataset_info: ["list_datasets", "datasets"],
  get_database_info: ["list_databases", "databases"],
  get_tag_info: ["list_tags", "tags"],
  get_saved_query_info: ["list_saved_queries", "saved_queries"],
  get_role_info: ["list_roles", "roles"],
  get_annotation_layer_info: ["list_annotation_layers", "annotation_layers"],
  get_report_info: ["list_reports", "reports"],
  get_rls_filter_info: ["list_rls_filters", "rls_filters"],
};

/** What else a tool has to be told. */
const ARGUMENTS: Readonly<Record<string, Arguments>> = {
  find_users: { search: "an" },
  get_schema: { model_type: "chart" },
};

/** One case for each tool that the user sees and that changes nothing. */
export async function toolCases(url: string, user: string): Promise<Cases> {
  const client = mcpClient(url, await tokenOf(user));
  const cases: Case[] = [];
  const leftOut: string[] = [];
  for (const { name, inputSchema, annotations } of await client.listTools()) {
    if (annotations?.readOnlyHint !== true) continue;
    const args = await argumentsOf(client, name, inputSchema);
    if (typeof args === "string") leftOut.push(`${name}: ${args}`);
    else cases.push(await callCase(name, user, name, [args]));
  }
  return { cases, leftOut };
}

/** A case of one tool with different arguments in turn. */
export async function callCase(
  name: string,
  user: string,
  tool: string,
  args: readonly Arguments[],
): Promise<Case> {
  const headers = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
    "authorization": `Bearer ${await tokenOf(user)}`,
  };
  const requests = args.map((one, index): HttpRequest => ({
    method: "POST",
    path: "/mcp",
    headers,
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: index + 1,
      method: "tools/call",
      params: { name: tool, arguments: one },
    }),
  }));
  return { name, user, requests };
}

/** @returns the arguments, or why there are none */
async function argumentsOf(
  client: McpClient,
  tool: string,
  inputSchema: Arguments,
): Promise<Arguments | string> {
  const known = ARGUMENTS[tool];
  if (known) return known;
  const source = IDENTIFIED[tool];
  if (!source) {
    const required = Array.isArray(inputSchema.required) ? inputSchema.required : [];
    return required.length === 0 ? {} : "no arguments are known for it (scripts/bench/cases.ts)";
  }
  const [list, key] = source;
  const { content } = await client.call(list, { page_size: 1 });
  const [first] = content[key] as { id: number }[];
  return first ? { identifier: first.id } : `the workspace has none`;
}
