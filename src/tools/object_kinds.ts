/** The kinds of objects that have an address of their own: a scheme, and the tool that gets one. */
import type { Caller } from "../auth/caller.ts";
import type { Dao } from "../dao/dao.ts";
import type { Resource } from "../dao/resource.ts";
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

/** One kind of object by URI. */
export interface ObjectKind {
  readonly scheme: string;
  readonly title: string;
  /** The tool whose answer it is; who may not use the tool does not see the template. */
  readonly tool: string;
  readonly resource: Resource;
}

export const OBJECT_KINDS: readonly ObjectKind[] = [
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

/** The most values of one answer (MCP revisions 2025-03-26 and later, "Completion"). */
const MAX_VALUES = 100;

export type Completed = {
  readonly values: string[];
  readonly total: number;
  readonly hasMore: boolean;
};

export const NOTHING: Completed = { values: [], total: 0, hasMore: false };

/**
 * Identifiers that begin with what was typed, or belong to objects whose name holds it: a slug where
 * there is one, else the id.
 */
export async function completeIdentifier(
  dao: Dao,
  caller: Caller,
  resource: Resource,
  typed: string,
): Promise<Completed> {
  const hasSlug = resource.identifiers.includes("slug");
  const isNumber = /^\d+$/.test(typed);
  const { items, totalCount } = await dao.list(resource, caller, {
    page: 1,
    pageSize: MAX_VALUES,
    columns: hasSlug ? ["id", "slug"] : ["id"],
    ...(isNumber || typed === "" ? {} : { search: typed.slice(0, 100) }),
  });
  const values = items
    .map(({ id, slug }) => isNumber || !slug ? String(id) : String(slug))
    .filter((value) => !isNumber || value.startsWith(typed));
  return {
    values,
    total: isNumber ? values.length : totalCount,
    hasMore: totalCount > items.length,
  };
}
