/** Asks a server for types that came after the built-in ones: enums, composites, extensions' own. */
import type postgres from "postgres";
import { arrayOf, BUILT_IN, type PostgresqlType, UNKNOWN } from "./types.ts";

const LOOK_UP = `
  select t.oid::text as oid, pg_catalog.format_type(t.oid, null) as name,
         t.typelem::text as element, t.typcategory::text = 'A' as is_array,
         pg_catalog.format_type(nullif(t.typelem, 0), null) as element_name
    from pg_catalog.pg_type t
   where t.oid::text = any (pg_catalog.string_to_array($1, ','))`;

/** @returns by OID; what the server does not know is left out */
export async function lookUpTypes(
  sql: postgres.Sql,
  oids: readonly number[],
): Promise<ReadonlyMap<number, PostgresqlType>> {
  const rows = await sql.unsafe(LOOK_UP, [oids.join(",")]);
  return new Map(rows.map((row) => {
    const known = BUILT_IN.get(Number(row.element)) ??
      { ...UNKNOWN, name: String(row.element_name) };
    const type = row.is_array ? arrayOf(known) : { ...UNKNOWN, name: String(row.name) };
    return [Number(row.oid), type] as const;
  }));
}
