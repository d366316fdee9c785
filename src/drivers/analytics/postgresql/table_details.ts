/** A table's keys, comments and size, as PostgreSQL's catalogs tell them. */
import type { AnalyticsConnection, TableDetails } from "../engine.ts";
import { columnComments, tableKeys } from "../table_keys.ts";

export async function tableDetails(
  read: AnalyticsConnection["read"],
  schema: string,
  table: string,
): Promise<TableDetails> {
  const of = [schema, table];
  const [keys, comments, [about]] = await Promise.all([
    read(KEYS, of),
    read(COMMENTS, of),
    read(ABOUT, of),
  ]);
  // Below 0: never counted.
  const rows = about?.rows === undefined || Number(about.rows) < 0 ? null : Number(about.rows);
  const isStored = about?.stored === true;
  return {
    ...tableKeys(keys),
    columnComments: columnComments(comments),
    comment: (about?.comment ?? null) as string | null,
    estimatedRows: isStored ? rows : null,
    bytes: isStored ? Number(about!.bytes) : null,
  };
}

const TABLE = `
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace`;

const KEYS = `
  select k.conname::text as name, k.contype::text as kind, a.attname::text as column_name,
         rn.nspname::text as ref_schema, rc.relname::text as ref_table,
         ra.attname::text as ref_column
    ${TABLE}
    join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u', 'f')
   cross join lateral pg_catalog.generate_subscripts(k.conkey, 1) as at
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[at]
    left join pg_catalog.pg_class rc on rc.oid = k.confrelid
    left join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
    left join pg_catalog.pg_attribute ra on ra.attrelid = rc.oid and ra.attnum = k.confkey[at]
   where n.nspname = $1 and c.relname = $2
   order by k.conname, at`;

const COMMENTS = `
  select a.attname::text as name, pg_catalog.col_description(c.oid, a.attnum) as comment
    ${TABLE}
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where n.nspname = $1 and c.relname = $2`;

/** Partitioned tables and views keep no rows of their own. */
const ABOUT = `
  select pg_catalog.obj_description(c.oid, 'pg_class') as comment,
         c.relkind in ('r', 'm') as stored, c.reltuples::pg_catalog.float8 as rows,
         pg_catalog.pg_total_relation_size(c.oid)::pg_catalog.float8 as bytes
    ${TABLE}
   where n.nspname = $1 and c.relname = $2`;
