/** Database connections (Superset 6.1, superset/models/core.py `Database`), without their secrets. */
import { parseObject } from "../decode.ts";
import { derived, type Resource, stored } from "../resource.ts";
import { visibleDatabases } from "../visibility.ts";
import { auditColumns } from "./shared.ts";

/**
 * The parts of `extra` that say how a database may be used. The others (`engine_params`,
 * `metadata_params`) may hold passwords and keys.
 */
const OPEN_EXTRA = [
  "allows_virtual_table_explore",
  "allow_multi_catalog",
  "cost_estimate_enabled",
  "disable_data_preview",
  "disable_drill_to_detail",
  "expand_data",
  "metadata_cache_timeout",
  "schemas_allowed_for_file_upload",
  "version",
];

export const databases: Resource = {
  label: "database",
  plural: "databases",
  table: "dbs",
  columns: {
    id: stored("dbs", "id", "int", "Number of the database", { sortable: true }),
    uuid: stored("dbs", "uuid", "uuid", "UUID of the database"),
    database_name: stored("dbs", "database_name", "str", "Name of the database", {
      sortable: true,
    }),
    verbose_name: stored("dbs", "verbose_name", "str", "Its longer name"),
    sqlalchemy_uri: stored("dbs", "sqlalchemy_uri", "str", "", { internal: true }),
    stored_extra: stored("dbs", "extra", "str", "", { internal: true }),
    backend: derived(
      "str",
      "Its engine, such as postgresql",
      ["sqlalchemy_uri"],
      ({ sqlalchemy_uri }) => /^[a-z0-9]+/i.exec(String(sqlalchemy_uri))?.[0].toLowerCase() ?? null,
    ),
    expose_in_sqllab: stored("dbs", "expose_in_sqllab", "bool", "Open to SQL Lab"),
    ...auditColumns("dbs"),
    cache_timeout: stored("dbs", "cache_timeout", "int", "Seconds its data is cached"),
    configuration_method: stored("dbs", "configuration_method", "str", "How it was set up"),
    allow_run_async: stored("dbs", "allow_run_async", "bool", "Queries may run in the background"),
    allow_file_upload: stored("dbs", "allow_file_upload", "bool", "Files may be uploaded to it"),
    allow_ctas: stored("dbs", "allow_ctas", "bool", "CREATE TABLE AS is allowed"),
    allow_cvas: stored("dbs", "allow_cvas", "bool", "CREATE VIEW AS is allowed"),
    allow_dml: stored("dbs", "allow_dml", "bool", "Writing statements are allowed"),
    force_ctas_schema: stored("dbs", "force_ctas_schema", "str", "Schema of CREATE TABLE AS"),
    select_as_create_table_as: stored(
      "dbs",
      "select_as_create_table_as",
      "bool",
      "SELECT makes tables",
    ),
    impersonate_user: stored("dbs", "impersonate_user", "bool", "Connects as the person who asks"),
    is_managed_externally: stored("dbs", "is_managed_externally", "bool", "Managed elsewhere"),
    external_url: stored("dbs", "external_url", "str", "Where it is managed"),
    extra: derived("dict", "How it may be used", ["stored_extra"], ({ stored_extra }) => {
      const extra = parseObject(stored_extra);
      if (extra === null) return null;
      return Object.fromEntries(
        OPEN_EXTRA.filter((key) => key in extra).map((key) => [key, extra[key]]),
      );
    }),
  },
  defaults: [
    "id",
    "database_name",
    "backend",
    "expose_in_sqllab",
    "changed_on",
    "changed_on_humanized",
  ],
  search: ["database_name"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleDatabases,
  relationFilters: {},
  identifiers: ["uuid"],
};
