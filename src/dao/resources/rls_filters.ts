/** Row-level rules (Superset 6.1, superset/connectors/sqla/models.py `RowLevelSecurityFilter`). */
import type { Relation } from "../relation.ts";
import { ofPage } from "../relation.ts";
import { related, type Resource, stored } from "../resource.ts";
import { sql } from "../sql.ts";
import { everything } from "../visibility.ts";
import { auditColumns } from "./shared.ts";

const tables: Relation = {
  name: "tables",
  types: { id: "int", table_name: "str", schema: "str" },
  statement: ({ dialect }) =>
    sql`select rt.rls_filter_id as owner_id, t.id, t.table_name, t.schema
          from rls_filter_tables rt join tables t on t.id = rt.table_id
         where ${ofPage(dialect, "rt.rls_filter_id")} order by t.id`,
};

const roles: Relation = {
  name: "roles",
  types: { id: "int", name: "str" },
  statement: ({ dialect }) =>
    sql`select rr.rls_filter_id as owner_id, r.id, r.name
          from rls_filter_roles rr join ab_role r on r.id = rr.role_id
         where ${ofPage(dialect, "rr.rls_filter_id")} order by r.id`,
};

export const rlsFilters: Resource = {
  label: "row-level rule",
  plural: "rls_filters",
  table: "row_level_security_filters",
  columns: {
    id: stored("row_level_security_filters", "id", "int", "Number of the rule", { sortable: true }),
    name: stored("row_level_security_filters", "name", "str", "Name of the rule", {
      sortable: true,
    }),
    description: stored("row_level_security_filters", "description", "str", "What it is for"),
    filter_type: stored(
      "row_level_security_filters",
      "filter_type",
      "str",
      "Regular: binds its roles; Base: binds everyone but its roles",
    ),
    group_key: stored(
      "row_level_security_filters",
      "group_key",
      "str",
      "Rules of one key are OR'd",
    ),
    clause: stored("row_level_security_filters", "clause", "str", "The condition on rows"),
    ...auditColumns("row_level_security_filters"),
    tables: related("The datasets it binds", tables),
    roles: related("The roles it is about", roles),
  },
  defaults: ["id", "name", "filter_type", "group_key", "clause", "tables", "roles", "changed_on"],
  search: ["name", "description", "clause"],
  order: { column: "changed_on", direction: "desc" },
  visible: everything,
  relationFilters: {},
  identifiers: [],
};
