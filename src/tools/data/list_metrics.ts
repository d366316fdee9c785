import * as z from "zod";
import { READ_DATASET } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { CACHE_ARGUMENTS, identifier } from "../identifier.ts";
import { readableDataset } from "./dataset_source.ts";

export const listMetrics = defineTool({
  name: "list_metrics",
  title: "List metrics",
  description: "The saved metrics of a dataset, with their expressions. Use their names in " +
    "query_dataset.",
  kind: "dataset",
  action: "read",
  access: READ_DATASET,
  input: () => ({ identifier: identifier("Dataset id or UUID") }),
  ignored: CACHE_ARGUMENTS,
  output: () =>
    z.object({
      dataset_id: z.int(),
      metrics: z.array(z.looseObject({ metric_name: z.string() })),
      count: z.int(),
    }),
  handle: async ({ identifier }, { dao, caller }) => {
    const { dataset: { id, metrics } } = await readableDataset(dao, caller, identifier);
    return {
      dataset_id: id,
      metrics: [...metrics] as { metric_name: string }[],
      count: metrics.length,
    };
  },
});
