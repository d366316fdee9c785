import { tags } from "../../dao/resources/tags.ts";
import { READ_TAG } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listTags = listTool({
  name: "list_tags",
  title: "List tags",
  description: "All tags, by name. A tag's name filters list_charts, list_dashboards and " +
    "list_datasets (col: tag).",
  kind: "tag",
  access: READ_TAG,
  resource: tags,
  filterHint: "name, type (custom, type, owner)",
});

export const getTagInfo = infoTool({
  name: "get_tag_info",
  title: "Get tag info",
  description: "One tag by id.",
  kind: "tag",
  access: READ_TAG,
  resource: tags,
  identifierHint: "Id",
});
