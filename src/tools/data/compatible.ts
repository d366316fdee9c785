import * as z from "zod";
import { READ_DATASET } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";
import { assertNames, readableDataset } from "./dataset_source.ts";

/** Of a dataset of SQL, every metric goes with every column that may be grouped by. */
export const getCompatibleDimensions = defineTool({
  name: "get_compatible_dimensions",
  title: "Get compatible dimensions",
  description:
    "The columns of a dataset that its metrics can be grouped by, with types; time columns " +
    "take a time_grain in query_dataset.",
  kind: "dataset",
  action: "read",
  access: READ_DATASET,
  input: () => ({
    identifier: identifier("Dataset id or UUID"),
    metrics: z.array(z.string()).max(100).optional().describe("Saved metrics to group"),
  }),
  ignored: CACHE_ARGUMENTS,
  output: () =>
    z.object({
      dataset_id: z.int(),
      dimensions: z.array(z.looseObject({ column_name: z.string() })),
      count: z.int(),
    }),
  handle: async ({ identifier, metrics = [] }, { dao, caller }) => {
    const { dataset } = await readableDataset(dao, caller, identifier);
    assertNames("metric", metrics, dataset.metrics.map(({ metric_name }) => metric_name));
    const dimensions = dataset.columns.filter(({ groupby }) => groupby)
      .map(({ column_name, verbose_name, type, is_dttm }) => ({
        column_name,
        verbose_name,
        type,
        is_dttm,
      }));
    return { dataset_id: dataset.id, dimensions, count: dimensions.length };
  },
});

export const getCompatibleMetrics = defineTool({
  name: "get_compatible_metrics",
  title: "Get compatible metrics",
  description: "The saved metrics of a dataset that can be asked for by the given columns.",
  kind: "dataset",
  action: "read",
  access: READ_DATASET,
  input: () => ({
    identifier: identifier("Dataset id or UUID"),
    dimensions: z.array(z.string()).max(100).optional().describe("Columns to group by"),
  }),
  ignored: CACHE_ARGUMENTS,
  output: () =>
    z.object({
      dataset_id: z.int(),
      metrics: z.array(z.looseObject({ metric_name: z.string() })),
      count: z.int(),
    }),
  handle: async ({ identifier, dimensions = [] }, { dao, caller }) => {
    const { dataset } = await readableDataset(dao, caller, identifier);
    const groupable = dataset.columns.filter(({ groupby }) => groupby);
    assertNames("column to group by", dimensions, groupable.map(({ column_name }) => column_name));
    const metrics = dataset.metrics.map(({ metric_name, verbose_name, expression }) => ({
      metric_name,
      verbose_name,
      expression,
    }));
    return { dataset_id: dataset.id, metrics, count: metrics.length };
  },
});
