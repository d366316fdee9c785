import { reports } from "../../dao/resources/reports.ts";
import { READ_REPORT } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listReports = listTool({
  name: "list_reports",
  title: "List alerts and reports",
  description:
    "Scheduled reports and alerts the caller may see: what they send, when, and how the " +
    "last run ended.",
  kind: "report",
  access: READ_REPORT,
  resource: reports,
  filterHint: "name, type (Report, Alert), active, chart_id, dashboard_id, owner",
});

export const getReportInfo = infoTool({
  name: "get_report_info",
  title: "Get alert or report info",
  description: "One alert or report by id, with its owners and how it is sent.",
  kind: "report",
  access: READ_REPORT,
  resource: reports,
  identifierHint: "Id",
});
