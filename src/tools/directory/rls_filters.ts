import { rlsFilters } from "../../dao/resources/rls_filters.ts";
import { READ_RLS } from "../access.ts";
import { infoTool } from "../info_tool.ts";
import { listTool } from "../list_tool.ts";

export const listRlsFilters = listTool({
  name: "list_rls_filters",
  title: "List row-level rules",
  description:
    "Row-level security rules: their clauses, the datasets they bind and the roles they " +
    "are about.",
  kind: "rls",
  access: READ_RLS,
  resource: rlsFilters,
  filterHint: "name, filter_type (Regular, Base), group_key",
});

export const getRlsFilterInfo = infoTool({
  name: "get_rls_filter_info",
  title: "Get row-level rule info",
  description: "One row-level security rule by id.",
  kind: "rls",
  access: READ_RLS,
  resource: rlsFilters,
  identifierHint: "Id",
});
