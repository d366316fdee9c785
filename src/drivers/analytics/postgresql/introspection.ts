/** What PostgreSQL says about itself: fixed statements over its catalogs. */
import type { AnalyticsConnection, Introspection, TableInfo } from "../engine.ts";
import { genericTypeOf } from "./types.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read(SESSION, []);
      return {
        database: String(row!.database),
        defaultSchema: row!.schema === null ? null : String(row!.schema),
        searchPath: JSON.parse(String(row!.path)) as string[],
        serverVersion: String(row!.version),
      };
    },
    async schemas() {
      return (await read(SCHEMAS, [])).map(({ name }) => String(name));
    },
    async tables(schema) {
      return (await read(TABLES, [schema])).map(({ name, kind }) => ({
        schema,
        name: String(name),
        kind: KINDS[String(kind)] ?? "table",
      }));
    },
    async columns(schema, table) {
      return (await read(COLUMNS, [schema, table])).map((row) => ({
        name: String(row.name),
        databaseType: String(row.type),
        type: genericTypeOf(String(row.type)),
        nullable: row.nullable === true,
      }));
    },
    async dependencies() {
      return (await read(DEPENDENCIES, [])).map((row) => ({
        schema: String(row.schema),
        name: String(row.name),
        reads: { schema: String(row.read_schema), name: String(row.read_name) },
      }));
    },
  };
}

/** `pg_class.relkind` */
const KINDS: Readonly<Record<string, TableInfo["kind"]>> = {
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

const SESSION = `
  select pg_catalog.current_database() as database, pg_catalog.current_schema() as schema,
         pg_catalog.array_to_json(pg_catalog.current_schemas(false))::text as path,
         pg_catalog.current_setting('server_version') as version`;

const SCHEMAS = `
  select nspname::text as name from pg_catalog.pg_namespace
   where nspname !~ '^pg_' and nspname <> 'information_schema'
     and pg_catalog.has_schema_privilege(oid, 'USAGE')
   order by 1`;

const TABLES = `
  select c.relname::text as name, c.relkind::text as kind
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
   order by 1`;

const COLUMNS = `
  select a.attname::text as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
         not a.attnotnull as nullable
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
   order by a.attnum`;

/** Views by their rules' dependencies; partitions and children by inheritance, both ways: each holds rows of the other. */
const DEPENDENCIES = `
  with edges as (
    select distinct r.ev_class as relation, d.refobjid as reads
      from pg_catalog.pg_rewrite r
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
       and d.objid = r.oid and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     where d.refobjid <> r.ev_class
    union select inhrelid, inhparent from pg_catalog.pg_inherits
    union select inhparent, inhrelid from pg_catalog.pg_inherits
  )
  select n.nspname::text as schema, c.relname::text as name,
         rn.nspname::text as read_schema, rc.relname::text as read_name
    from edges e
    join pg_catalog.pg_class c on c.oid = e.relation and c.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_class rc on rc.oid = e.reads and rc.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
   where n.nspname not in ('pg_catalog', 'information_schema')
   order by 1, 2, 3, 4`;
