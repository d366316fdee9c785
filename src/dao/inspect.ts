/**
 * Looks at a metadata database before it is used: which Superset wrote it, whether everything that
 * decides about access is there, and which columns and tables of newer versions are.
 */
import type { MetadataDatabase } from "../drivers/metadata_database.ts";
import { unavailable } from "../errors.ts";
import type { HasColumn } from "./resource.ts";

/** What is known of the schema that was found. */
export interface Inspected {
  /** Alembic's revision, or null. */
  readonly revision: string | null;
  /** The release that ends with this revision, such as `6.1`; null where none that is known does. */
  readonly superset: string | null;
  /** What access is decided by and is not there, such as `slices.catalog_perm`. */
  readonly missing: readonly string[];
  readonly has: HasColumn;
  /** Roles through groups (Flask-AppBuilder 4.7 and later). */
  readonly hasGroups: boolean;
  readonly hasApiKeys: boolean;
}

/** The last migration of each release (superset/migrations/versions). */
const RELEASES: Readonly<Record<string, string>> = {
  "48cbb571fa3a": "4.1",
  "74ad1125881c": "5.0",
  "c233f5365c9e": "6.0",
  "4b2a8c9d3e1f": "6.1",
};

/** What access is decided by: without any of these nothing can be served. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ab_user: ["id", "username", "email", "active", "first_name", "last_name"],
  ab_role: ["id", "name"],
  ab_user_role: ["user_id", "role_id"],
  ab_permission: ["id", "name"],
  ab_view_menu: ["id", "name"],
  ab_permission_view: ["id", "permission_id", "view_menu_id"],
  ab_permission_view_role: ["permission_view_id", "role_id"],
  dbs: ["id", "database_name", "sqlalchemy_uri"],
  tables: ["id", "table_name", "database_id", "perm", "schema_perm", "catalog_perm", "catalog"],
  slices: ["id", "slice_name", "datasource_id", "perm", "schema_perm", "catalog_perm"],
  dashboards: ["id", "dashboard_title", "slug", "published"],
  dashboard_slices: ["dashboard_id", "slice_id"],
  dashboard_user: ["user_id", "dashboard_id"],
  dashboard_roles: ["dashboard_id", "role_id"],
  slice_user: ["user_id", "slice_id"],
  sqlatable_user: ["user_id", "table_id"],
  row_level_security_filters: ["id", "clause", "filter_type", "group_key"],
  rls_filter_roles: ["role_id", "rls_filter_id"],
  rls_filter_tables: ["table_id", "rls_filter_id"],
};

/** @throws ServiceError `unavailable` when the database can't be reached */
export async function inspect(database: MetadataDatabase): Promise<Inspected> {
  const tables = await database.describe();
  const has: HasColumn = (table, column) => tables.get(table)?.has(column) ?? false;
  const missing = Object.entries(REQUIRED).flatMap(([table, columns]) =>
    tables.has(table)
      ? columns.filter((column) => !has(table, column)).map((column) => `${table}.${column}`)
      : [table]
  );
  const revision = await readRevision(database, has);
  return {
    revision,
    superset: (revision === null ? undefined : RELEASES[revision]) ?? null,
    missing,
    has,
    hasGroups: tables.has("ab_user_group") && tables.has("ab_group_role"),
    hasApiKeys: has("ab_api_key", "lookup_hash"),
  };
}

/**
 * @throws ServiceError `unavailable` naming what is missing, when this is no metadata schema of
 *   Superset 4.1 or later
 */
export function assertUsable({ missing }: Inspected): void {
  if (missing.length === 0) return;
  const isSuperset = !missing.includes("ab_user") && !missing.includes("slices");
  const lacks = missing.slice(0, 3).join(", ") + (missing.length > 3 ? " and more" : "");
  throw unavailable(
    isSuperset
      ? `The metadata database is of a Superset that is too old: it lacks ${lacks}.`
      : `The metadata database holds no Superset metadata: it lacks ${lacks}.`,
    {
      hint: isSuperset
        ? "Superset 4.1 or later is needed: upgrade it (superset db upgrade)."
        : "Point SQLALCHEMY_DATABASE_URI at Superset's own database, after superset db upgrade.",
      details: { missing: missing.slice(0, 10) },
    },
  );
}

async function readRevision(database: MetadataDatabase, has: HasColumn): Promise<string | null> {
  if (!has("alembic_version", "version_num")) return null;
  const rows = await database.read({
    sql: "select version_num from alembic_version",
    parameters: [],
    prepared: false,
  });
  const revision = rows[0]?.version_num;
  return typeof revision === "string" ? revision : null;
}
