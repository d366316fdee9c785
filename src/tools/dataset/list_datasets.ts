import { datasets } from "../../dao/resources/datasets.ts";
import { READ_DATASET } from "../access.ts";
import { listTool } from "../list_tool.ts";

export const listDatasets = listTool({
  name: "list_datasets",
  title: "List datasets",
  description:
    "Find datasets (tables and virtual datasets) the caller may read, newest first. Then " +
    "get_dataset_info for columns and metrics.",
  kind: "dataset",
  access: READ_DATASET,
  resource: datasets,
  filterHint: "table_name, schema, database_name, owner, tag, chart, virtual; all: get_schema",
  audited: true,
  direction: "desc",
});
