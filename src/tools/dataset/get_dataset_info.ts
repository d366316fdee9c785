import { datasets } from "../../dao/resources/datasets.ts";
import { READ_DATASET } from "../access.ts";
import { infoTool } from "../info_tool.ts";

export const getDatasetInfo = infoTool({
  name: "get_dataset_info",
  title: "Get dataset info",
  description:
    "One dataset by id or UUID: its columns with types, saved metrics with expressions, SQL " +
    "where it is virtual, owners and tags.",
  kind: "dataset",
  access: READ_DATASET,
  resource: datasets,
  identifierHint: "Id or UUID",
  columns: [
    "id",
    "table_name",
    "schema",
    "catalog",
    "database_id",
    "database_name",
    "description",
    "certified_by",
    "certification_details",
    "changed_by",
    "changed_on",
    "changed_on_humanized",
    "created_by",
    "created_on",
    "created_on_humanized",
    "tags",
    "owners",
    "is_virtual",
    "uuid",
    "schema_perm",
    "url",
    "sql",
    "main_dttm_col",
    "offset",
    "cache_timeout",
    "params",
    "template_params",
    "extra",
    "columns",
    "metrics",
  ],
});
