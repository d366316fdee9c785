import * as z from "zod";
import type { Values } from "../../dao/resource.ts";
import { dashboardDatasets, dashboards } from "../../dao/resources/dashboards.ts";
import { READ_DASHBOARD } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";

export const getDashboardDatasets = defineTool({
  name: "get_dashboard_datasets",
  title: "Get dashboard datasets",
  description:
    "The datasets that a dashboard's charts draw from, and which charts draw from each. " +
    "Next: get_dataset_info for columns and metrics.",
  kind: "dashboard",
  action: "read",
  access: READ_DASHBOARD,
  input: () => ({ identifier: identifier("Id, UUID or slug") }),
  ignored: CACHE_ARGUMENTS,
  output: () =>
    z.object({
      id: z.int(),
      dashboard_title: z.string().nullable(),
      count: z.int(),
      datasets: z.array(z.looseObject({ id: z.int(), chart_ids: z.array(z.int()) })),
    }),
  handle: async ({ identifier }, { dao, caller }) => {
    const dashboard = await dao.get(dashboards, caller, identifier, [
      "id",
      "dashboard_title",
      "charts",
    ]);
    const charts = dashboard.charts as readonly Values[];
    const found = await dao.related(
      caller,
      "dashboards.datasets",
      dashboardDatasets,
      dashboard.id as number,
    );
    return {
      id: dashboard.id as number,
      dashboard_title: dashboard.dashboard_title as string | null,
      count: found.length,
      datasets: found.map((dataset) => ({
        ...dataset,
        id: dataset.id as number,
        chart_ids: charts.filter((chart) => chart.datasource_id === dataset.id)
          .map((chart) => chart.id as number),
      })),
    };
  },
});
