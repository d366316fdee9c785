/** Saved queries of SQL Lab (Superset 6.1, superset/models/sql_lab.py `SavedQuery`). */
import { derived, lookedUp, type Resource, stored } from "../resource.ts";
import { sql } from "../sql.ts";
import { visibleSavedQueries } from "../visibility.ts";
import { auditColumns, tagFilter, tagsColumn } from "./shared.ts";

export const savedQueries: Resource = {
  label: "saved query",
  plural: "saved_queries",
  table: "saved_query",
  columns: {
    id: stored("saved_query", "id", "int", "Number of the saved query", { sortable: true }),
    uuid: stored("saved_query", "uuid", "uuid", "UUID of the saved query"),
    label: stored("saved_query", "label", "str", "Its name", { sortable: true }),
    description: stored("saved_query", "description", "str", "What it is for"),
    sql: stored("saved_query", "sql", "str", "Its SQL"),
    db_id: stored("saved_query", "db_id", "int", "Id of its database"),
    database_name: lookedUp(
      sql`(select d.database_name from dbs d where d.id = saved_query.db_id)`,
      "str",
      "Name of its database",
    ),
    catalog: stored("saved_query", "catalog", "str", "Its catalog"),
    schema: stored("saved_query", "schema", "str", "Its schema"),
    template_parameters: stored("saved_query", "template_parameters", "str", "Jinja parameters"),
    rows: stored("saved_query", "rows", "int", "Rows of its last run"),
    last_run: stored("saved_query", "last_run", "datetime", "When it last ran", { sortable: true }),
    url: derived(
      "str",
      "Where it opens in SQL Lab",
      ["id"],
      ({ id }, { supersetUrl }) => `${supersetUrl}/sqllab?savedQueryId=${id}`,
    ),
    ...auditColumns("saved_query"),
    tags: tagsColumn("query"),
  },
  defaults: ["id", "label", "description", "database_name", "schema", "sql", "url", "changed_on"],
  search: ["schema", "label", "description", "sql"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleSavedQueries,
  relationFilters: { tag: tagFilter("saved_query", "query") },
  identifiers: ["uuid"],
};
