/** PostgreSQL's own tables: they tell of every table, value statistics, people and settings. */
import { forbidden } from "../../forbidden.ts";
import type { NamedTable } from "../../dialect.ts";

/** @throws ServiceError forbidden_sql */
export function noSystemCatalog({ schema, table }: NamedTable): void {
  // `pg_catalog` is searched before any other schema; PostgreSQL keeps the prefix to itself.
  const closed = schema === null
    ? table.startsWith("pg_")
    : schema === "information_schema" || schema.startsWith("pg_");
  if (!closed) return;
  throw forbidden(
    `the system catalog ${schema === null ? "" : `${schema}.`}${table}`,
    "Ask list_datasets or get_dataset_info for tables and columns.",
  );
}
