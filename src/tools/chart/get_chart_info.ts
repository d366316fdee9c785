import * as z from "zod";
import { charts } from "../../dao/resources/charts.ts";
import { invalidArgument } from "../../errors.ts";
import { READ_CHART } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";

const COLUMNS = [
  "id",
  "slice_name",
  "viz_type",
  "datasource_id",
  "datasource_name",
  "datasource_type",
  "url",
  "description",
  "cache_timeout",
  "changed_by",
  "changed_by_name",
  "changed_on",
  "changed_on_humanized",
  "created_by",
  "created_by_name",
  "created_on",
  "created_on_humanized",
  "certified_by",
  "certification_details",
  "uuid",
  "tags",
  "owners",
  "dashboards",
  "form_data",
];

export const getChartInfo = defineTool({
  name: "get_chart_info",
  title: "Get chart info",
  description:
    "One chart by id or UUID: its kind, dataset, settings (form_data), dashboards, tags and " +
    "owners. For ids use list_charts.",
  kind: "chart",
  action: "read",
  access: READ_CHART,
  input: () => ({
    identifier: identifier("Id or UUID").optional(),
    form_data_key: z.string().max(100).optional().describe("Not readable here; give identifier"),
  }),
  ignored: CACHE_ARGUMENTS,
  output: () => z.looseObject({ id: z.int() }),
  handle: async ({ identifier, form_data_key }, { dao, caller }) => {
    if (identifier === undefined) {
      throw invalidArgument("Cannot tell which chart is meant: identifier is missing.", {
        hint: "Give the chart's id or UUID; unsaved charts stand in Superset's own cache only.",
        details: { argument: "identifier" },
      });
    }
    const chart = await dao.get(charts, caller, identifier, COLUMNS);
    return {
      ...chart,
      form_data_key: form_data_key ?? null,
      is_unsaved_state: false,
    } as unknown as {
      id: number;
    };
  },
});
