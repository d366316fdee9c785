/** Datasets: Superset's `SqlaTable` (6.1, superset/connectors/sqla/models.py). */
import { parseObject } from "../decode.ts";
import { ofPage, type Relation } from "../relation.ts";
import { derived, lookedUp, related, type Resource, stored, type Values } from "../resource.ts";
import { sql } from "../sql.ts";
import { relatedCharts, visibleDatasets } from "../visibility.ts";
import { auditColumns, ownerFilter, ownersColumn, tagFilter, tagsColumn } from "./shared.ts";

const OWNERS = { table: "sqlatable_user", object: "table_id" } as const;

const columns: Relation = {
  name: "columns",
  types: {
    column_name: "str",
    verbose_name: "str",
    type: "str",
    is_dttm: "bool",
    groupby: "bool",
    filterable: "bool",
    description: "str",
    expression: "str",
  },
  statement: ({ dialect }) =>
    sql`select c.table_id as owner_id, c.column_name, c.verbose_name, c.type, c.is_dttm, c.groupby,
               c.filterable, c.description, c.expression
          from table_columns c where ${ofPage(dialect, "c.table_id")} order by c.id`,
  shape: ({ expression, ...column }) => expression ? { ...column, expression } : column,
};

const metrics: Relation = {
  name: "metrics",
  types: {
    metric_name: "str",
    verbose_name: "str",
    expression: "str",
    description: "str",
    d3format: "str",
  },
  statement: ({ dialect }) =>
    sql`select m.table_id as owner_id, m.metric_name, m.verbose_name, m.expression, m.description,
               m.d3format
          from sql_metrics m where ${ofPage(dialect, "m.table_id")} order by m.id`,
};

/** A certification stands in the dataset's `extra` (6.1, `CertificationMixin`). */
function certification(values: Values, part: "certified_by" | "details"): unknown {
  const found = parseObject(values.extra)?.certification;
  return (found as Record<string, unknown> | undefined)?.[part] ?? null;
}

export const datasets: Resource = {
  label: "dataset",
  plural: "datasets",
  table: "tables",
  columns: {
    id: stored("tables", "id", "int", "Number of the dataset", { sortable: true }),
    uuid: stored("tables", "uuid", "uuid", "UUID of the dataset"),
    table_name: stored("tables", "table_name", "str", "Name of the dataset", { sortable: true }),
    schema: stored("tables", "schema", "str", "Schema of its table", { sortable: true }),
    catalog: stored("tables", "catalog", "str", "Catalog of its table"),
    database_id: stored("tables", "database_id", "int", "Id of its database"),
    database_name: lookedUp(
      sql`(select d.database_name from dbs d where d.id = tables.database_id)`,
      "str",
      "Name of its database",
    ),
    description: stored("tables", "description", "str", "What its makers say of it"),
    is_virtual: derived(
      "bool",
      "True where it is made of SQL",
      ["sql"],
      ({ sql }) => Boolean(sql),
    ),
    certified_by: derived(
      "str",
      "Who certified it",
      ["extra"],
      (values) => certification(values, "certified_by"),
    ),
    certification_details: derived(
      "str",
      "What is certified",
      ["extra"],
      (values) => certification(values, "details"),
    ),
    url: derived(
      "str",
      "Where it opens in Superset",
      ["id"],
      ({ id }, { supersetUrl }) =>
        `${supersetUrl}/explore/?datasource_type=table&datasource_id=${id}`,
    ),
    ...auditColumns("tables"),
    main_dttm_col: stored("tables", "main_dttm_col", "str", "Its main time column"),
    sql: stored("tables", "sql", "str", "The SQL of a virtual dataset"),
    offset: stored("tables", "offset", "int", "Hours its times are shifted by"),
    cache_timeout: stored("tables", "cache_timeout", "int", "Seconds its data is cached"),
    params: stored("tables", "params", "str", "Its settings, as JSON text"),
    template_params: stored(
      "tables",
      "template_params",
      "str",
      "Its Jinja parameters, as JSON text",
    ),
    extra: stored("tables", "extra", "str", "More settings, as JSON text"),
    perm: stored("tables", "perm", "str", "Permission on it"),
    schema_perm: stored("tables", "schema_perm", "str", "Permission on its schema"),
    catalog_perm: stored("tables", "catalog_perm", "str", "Permission on its catalog"),
    default_endpoint: stored("tables", "default_endpoint", "str", "Where a click on it leads"),
    is_featured: stored("tables", "is_featured", "bool", "Shown first"),
    filter_select_enabled: stored("tables", "filter_select_enabled", "bool", "Filters list values"),
    fetch_values_predicate: stored(
      "tables",
      "fetch_values_predicate",
      "str",
      "Predicate of value lists",
    ),
    is_sqllab_view: stored("tables", "is_sqllab_view", "bool", "Made in SQL Lab"),
    normalize_columns: stored("tables", "normalize_columns", "bool", "Column names are normalized"),
    always_filter_main_dttm: stored(
      "tables",
      "always_filter_main_dttm",
      "bool",
      "Always filtered by time",
    ),
    currency_code_column: stored(
      "tables",
      "currency_code_column",
      "str",
      "Column of currency codes",
    ),
    folders: stored("tables", "folders", "list", "Folders of its columns and metrics"),
    is_managed_externally: stored("tables", "is_managed_externally", "bool", "Managed elsewhere"),
    external_url: stored("tables", "external_url", "str", "Where it is managed"),
    columns: related("Its columns", columns),
    metrics: related("Its saved metrics", metrics),
    tags: tagsColumn("dataset"),
    owners: ownersColumn(OWNERS),
  },
  defaults: [
    "id",
    "table_name",
    "schema",
    "database_name",
    "description",
    "certified_by",
    "certification_details",
    "changed_on",
    "changed_on_humanized",
  ],
  search: ["schema", "sql", "table_name", "uuid"],
  order: { column: "changed_on", direction: "desc" },
  visible: visibleDatasets,
  relationFilters: {
    owner: ownerFilter("tables", OWNERS),
    tag: tagFilter("tables", "dataset"),
    chart: {
      type: "int",
      description: "Id of a chart that draws from it",
      where: (fits, view) =>
        sql`tables.id in (select slices.datasource_id from slices
             where ${fits(sql`slices.id`)} and ${relatedCharts(view)})`,
    },
    virtual: {
      type: "bool",
      description: "True for those made of SQL",
      where: (fits) =>
        fits(
          sql`(case when coalesce(tables.sql, '') <> '' then ${sql.lit(true)} else ${
            sql.lit(false)
          } end)`,
        ),
    },
  },
  identifiers: ["uuid"],
};
