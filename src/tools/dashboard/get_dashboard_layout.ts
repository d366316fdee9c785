import * as z from "zod";
import { parseObject } from "../../dao/decode.ts";
import { layoutTree } from "../../dao/layout.ts";
import { dashboards } from "../../dao/resources/dashboards.ts";
import { READ_DASHBOARD } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";

export const getDashboardLayout = defineTool({
  name: "get_dashboard_layout",
  title: "Get dashboard layout",
  description:
    "How a dashboard is laid out: tabs, rows, columns, headers, text and charts (chart_id, " +
    "title), nested as on the page.",
  kind: "dashboard",
  action: "read",
  access: READ_DASHBOARD,
  input: () => ({ identifier: identifier("Id, UUID or slug") }),
  ignored: CACHE_ARGUMENTS,
  output: () =>
    z.object({
      id: z.int(),
      dashboard_title: z.string().nullable(),
      url: z.string(),
      layout: z.array(z.looseObject({ type: z.string() })),
    }),
  handle: async ({ identifier }, { dao, caller }) => {
    const columns = ["id", "dashboard_title", "url", "position_json"];
    const { position_json, ...dashboard } = await dao.get(dashboards, caller, identifier, columns);
    return {
      ...dashboard as { id: number; dashboard_title: string | null; url: string },
      layout: layoutTree(parseObject(position_json)) as { type: string }[],
    };
  },
});
