import { savedQueries } from "../../dao/resources/saved_queries.ts";
import { READ_SAVED_QUERY } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listSavedQueries = listTool({
  name: "list_saved_queries",
  title: "List saved queries",
  description: "The caller's own saved queries of SQL Lab, newest first, with their SQL.",
  kind: "saved_query",
  access: READ_SAVED_QUERY,
  resource: savedQueries,
  filterHint: "label, schema, db_id, tag",
});

export const getSavedQueryInfo = infoTool({
  name: "get_saved_query_info",
  title: "Get saved query info",
  description: "One of the caller's saved queries by id or UUID.",
  kind: "saved_query",
  access: READ_SAVED_QUERY,
  resource: savedQueries,
  identifierHint: "Id or UUID",
});
