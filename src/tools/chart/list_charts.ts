import { charts } from "../../dao/resources/charts.ts";
import { READ_CHART } from "../access.ts";
import { listTool } from "../list_tool.ts";

export const listCharts = listTool({
  name: "list_charts",
  title: "List charts",
  description:
    "Find charts the caller may see, newest first. Gives id, name, kind, URL and more by " +
    "select_columns; then get_chart_info for one.",
  kind: "chart",
  access: READ_CHART,
  resource: charts,
  filterHint:
    "slice_name, viz_type, datasource_name, created_by_fk, owner, tag, dashboard, dataset, " +
    "certified, favorite, changed_on; all: get_schema",
  audited: true,
});
