/** Names as PostgreSQL's own are written with and without their schema. */

/** A name without `pg_catalog.`; one of another schema keeps it, and so is in no list by default. */
export function builtIn(names: readonly string[]): string {
  return names[0] === "pg_catalog" ? names.slice(1).join(".") : names.join(".");
}
