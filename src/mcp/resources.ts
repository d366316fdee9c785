/**
 * Resources: the workspace at a glance, and every kind of object by a URI such as
 * `dashboard://world_health`. Each is what the tool of the same job answers, under the same checks.
 */
import {
  type CallToolResult,
  ProtocolError,
  type ReadResourceResult,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import type { Resource as DaoResource } from "../dao/resource.ts";
import { annotationLayers } from "../dao/resources/annotation_layers.ts";
import { charts } from "../dao/resources/charts.ts";
import { dashboards } from "../dao/resources/dashboards.ts";
import { databases } from "../dao/resources/databases.ts";
import { datasets } from "../dao/resources/datasets.ts";
import { roles } from "../dao/resources/people.ts";
import { reports } from "../dao/resources/reports.ts";
import { rlsFilters } from "../dao/resources/rls_filters.ts";
import { savedQueries } from "../dao/resources/saved_queries.ts";
import { tags } from "../dao/resources/tags.ts";

export const INSTANCE_URI = "instance://metadata";
/** The tool whose answer it is. */
export const INSTANCE_TOOL = "get_instance_info";

const JSON_TYPE = "application/json";

/** One kind of object by URI. */
export interface ObjectTemplate {
  readonly scheme: string;
  readonly title: string;
  /** The tool whose answer it is; who may not use the tool does not see the template. */
  readonly tool: string;
  readonly resource: DaoResource;
}

export const OBJECT_TEMPLATES: readonly ObjectTemplate[] = [
  { scheme: "chart", title: "Chart", tool: "get_chart_info", resource: charts },
  { scheme: "dashboard", title: "Dashboard", tool: "get_dashboard_info", resource: dashboards },
  { scheme: "dataset", title: "Dataset", tool: "get_dataset_info", resource: datasets },
  { scheme: "database", title: "Database", tool: "get_database_info", resource: databases },
  { scheme: "tag", title: "Tag", tool: "get_tag_info", resource: tags },
  {
    scheme: "saved-query",
    title: "Saved query",
    tool: "get_saved_query_info",
    resource: savedQueries,
  },
  { scheme: "role", title: "Role", tool: "get_role_info", resource: roles },
  {
    scheme: "annotation-layer",
    title: "Annotation layer",
    tool: "get_annotation_layer_info",
    resource: annotationLayers,
  },
  { scheme: "report", title: "Alert or report", tool: "get_report_info", resource: reports },
  {
    scheme: "rls-filter",
    title: "Row-level rule",
    tool: "get_rls_filter_info",
    resource: rlsFilters,
  },
];

export function templateUri({ scheme }: ObjectTemplate): string {
  return `${scheme}://{identifier}`;
}

export const INSTANCE_RESOURCE = {
  uri: INSTANCE_URI,
  name: "instance_metadata",
  title: "Workspace",
  description: "Who the caller is, and what there is for them in this workspace.",
  mimeType: JSON_TYPE,
} as const;

export function listedTemplate(template: ObjectTemplate) {
  const named = template.resource.identifiers;
  return {
    uriTemplate: templateUri(template),
    name: template.resource.table,
    title: template.title,
    description: `One ${template.resource.label} by ${["id", ...named].join(", ")}.`,
    mimeType: JSON_TYPE,
  };
}

/** The tool call that a URI stands for, or null where it is none of ours. */
export function callOf(uri: string): { tool: string; args: Record<string, unknown> } | null {
  if (uri === INSTANCE_URI) return { tool: INSTANCE_TOOL, args: {} };
  const [scheme, rest] = uri.split("://", 2);
  const template = OBJECT_TEMPLATES.find((known) => known.scheme === scheme);
  if (template === undefined || !rest) return null;
  try {
    return { tool: template.tool, args: { identifier: decodeURIComponent(rest) } };
  } catch {
    return null;
  }
}

/**
 * A tool's answer as a resource's contents.
 * @throws ResourceNotFoundError for what is not there for the caller; ProtocolError for other failures
 */
export function contentsOf(uri: string, result: CallToolResult): ReadResourceResult {
  const [block] = result.content;
  const text = block?.type === "text" ? block.text : "";
  if (!result.isError) return { contents: [{ uri, mimeType: JSON_TYPE, text }] };
  const { error_type, error } = JSON.parse(text) as { error_type: string; error: string };
  if (error_type === "not_found" || error_type === "permission_denied") {
    throw new ResourceNotFoundError(uri);
  }
  throw new ProtocolError(error_type === "invalid_argument" ? -32602 : -32603, error);
}
