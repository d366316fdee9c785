import * as z from "zod";
import { parseObject } from "../../dao/decode.ts";
import type { Values } from "../../dao/resource.ts";
import { dashboardDatasets, dashboards } from "../../dao/resources/dashboards.ts";
import { datasets } from "../../dao/resources/datasets.ts";
import { READ_DASHBOARD } from "../access.ts";
import { defineTool, type ToolContext } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";
import { type NativeFilter, nativeFilters, onDatasets } from "./native_filters.ts";

const COLUMNS = [
  "id",
  "dashboard_title",
  "slug",
  "description",
  "css",
  "certified_by",
  "certification_details",
  "published",
  "is_managed_externally",
  "external_url",
  "created_on",
  "changed_on",
  "created_by",
  "changed_by",
  "uuid",
  "url",
  "created_on_humanized",
  "changed_on_humanized",
  "owners",
  "tags",
  "roles",
  "charts",
  // Never handed out: of its filters, `visibleFilters` gives what the caller may see.
  "stored_metadata",
];

const OMITTED = {
  position_json: "Layout: use get_dashboard_layout.",
  json_metadata: "Settings: its filters stand in native_filters.",
};

export const getDashboardInfo = defineTool({
  name: "get_dashboard_info",
  title: "Get dashboard info",
  description: "One dashboard by id, UUID or slug: the charts on it that the caller may see, its " +
    "filters, owners, roles and tags. Next: get_chart_info, get_dashboard_layout.",
  kind: "dashboard",
  action: "read",
  access: READ_DASHBOARD,
  input: () => ({
    identifier: identifier("Id, UUID or slug"),
    permalink_key: z.string().max(100).optional().describe("Not readable here"),
  }),
  ignored: CACHE_ARGUMENTS,
  output: () => z.looseObject({ id: z.int(), charts: z.array(z.looseObject({})) }),
  handle: async ({ identifier, permalink_key }, context) => {
    const { dao, caller, config } = context;
    const { stored_metadata, ...dashboard } = await dao.get(
      dashboards,
      caller,
      identifier,
      COLUMNS,
    );
    const charts = (dashboard.charts as readonly Values[]).map((
      { datasource_id: _, ...chart },
    ) => ({
      ...chart,
      url: `${config.supersetUrl}/explore/?slice_id=${chart.id}`,
    }));
    return {
      ...dashboard,
      id: dashboard.id as number,
      chart_count: charts.length,
      charts,
      native_filters: await visibleFilters(context, dashboard.id as number, stored_metadata),
      cross_filters_enabled: Boolean(parseObject(stored_metadata)?.cross_filters_enabled),
      omitted_fields: OMITTED,
      permalink_key: permalink_key ?? null,
      filter_state: null,
      is_permalink_state: false,
    };
  },
});

/** Filters with their targets on the dashboard's datasets, and on others the caller may see. */
async function visibleFilters(
  { dao, caller }: ToolContext,
  dashboard: number,
  storedMetadata: unknown,
): Promise<NativeFilter[]> {
  const filters = nativeFilters(storedMetadata);
  const targets = filters.flatMap(({ targets }) =>
    targets.flatMap(({ datasetId }) => datasetId ?? []).filter(isId)
  );
  if (targets.length === 0) return onDatasets(filters, new Set());
  const [onDashboard, elsewhere] = await Promise.all([
    dao.related(caller, "dashboards.datasets", dashboardDatasets, dashboard),
    dao.list(datasets, caller, {
      page: 1,
      pageSize: 100,
      columns: ["id"],
      filters: [{ col: "id", opr: "in", value: [...new Set(targets)].slice(0, 100) }],
    }),
  ]);
  const visible = [...onDashboard, ...elsewhere.items].map(({ id }) => id as number);
  return onDatasets(filters, new Set(visible));
}

/** Settings come from imports and APIs as well, and may hold anything where an id belongs. */
function isId(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31;
}
