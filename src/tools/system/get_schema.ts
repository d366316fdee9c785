import * as z from "zod";
import type { Resource } from "../../dao/resource.ts";
import { charts } from "../../dao/resources/charts.ts";
import { dashboards } from "../../dao/resources/dashboards.ts";
import { databases } from "../../dao/resources/databases.ts";
import { datasets } from "../../dao/resources/datasets.ts";
import { defineTool } from "../define_tool.ts";

const RESOURCES: Readonly<Record<string, Resource>> = {
  chart: charts,
  dataset: datasets,
  dashboard: dashboards,
  database: databases,
};

export const getSchema = defineTool({
  name: "get_schema",
  title: "Get schema",
  description: "What a list tool can select, filter (with operators) and sort by, for charts, " +
    "datasets, dashboards or databases. Use it before a filter or column you are unsure of.",
  kind: "system",
  action: "read",
  access: "public",
  input: () => ({ model_type: z.enum(["chart", "dataset", "dashboard", "database"]) }),
  output: () => z.object({ schema_info: z.looseObject({ model_type: z.string() }) }),
  handle: ({ model_type }, { dao }) => {
    const resource = RESOURCES[model_type]!;
    const shape = dao.shape(resource);
    return Promise.resolve({
      schema_info: {
        model_type,
        select_columns: shape.select.map((name) => ({
          name,
          description: resource.columns[name]!.description,
          type: resource.columns[name]!.type,
          is_default: resource.defaults.includes(name),
        })),
        filter_columns: shape.filter,
        sortable_columns: shape.sort,
        default_select: resource.defaults,
        default_sort: resource.order.column,
        default_sort_direction: resource.order.direction,
        search_columns: resource.search,
      },
    });
  },
});
