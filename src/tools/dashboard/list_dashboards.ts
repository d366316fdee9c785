import { dashboards } from "../../dao/resources/dashboards.ts";
import { READ_DASHBOARD } from "../access.ts";
import { listTool } from "../list_tool.ts";

export const listDashboards = listTool({
  name: "list_dashboards",
  title: "List dashboards",
  description:
    "Find dashboards the caller may see, newest first. Then get_dashboard_info for what " +
    "is on one.",
  kind: "dashboard",
  access: READ_DASHBOARD,
  resource: dashboards,
  filterHint: "dashboard_title, published, created_by_fk, owner, favorite, tag, chart, dataset, " +
    "certified; all: get_schema",
  audited: true,
});
