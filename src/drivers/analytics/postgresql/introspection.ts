/** What PostgreSQL says about itself: fixed statements over its catalogs. */
import type { AnalyticsConnection, Introspection, TableInfo, WriteReach } from "../engine.ts";
import { DEPENDENCIES } from "./dependencies.ts";
import { tableDetails } from "./table_details.ts";
import { genericTypeOf } from "./types.ts";
import { WRITE_REACH } from "./write_reach.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read(SESSION, []);
      return {
        database: String(row!.database),
        defaultSchema: row!.schema === null ? null : String(row!.schema),
        searchPath: JSON.parse(String(row!.path)) as string[],
        rowFunctions: JSON.parse(String(row!.row_functions)) as string[],
        ignoresCase: false,
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
    details: (schema, table) => tableDetails(read, schema, table),
    async dependencies() {
      return (await read(DEPENDENCIES, [])).map((row) => ({
        schema: String(row.schema),
        name: String(row.name),
        reads: row.read_name === null
          ? null
          : { schema: String(row.read_schema), name: String(row.read_name) },
      }));
    },
    async writeReach(schema, table) {
      const [row] = await read(WRITE_REACH, [schema, table]);
      return {
        tables: JSON.parse(String(row!.tables)) as WriteReach["tables"],
        runsCode: row!.runs_code !== false,
      };
    },
  };
}

/** `pg_class.relkind` */
const KINDS: Readonly<Record<string, TableInfo["kind"]>> = {
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

/**
 * A row can be given to a parameter of a composite type, of a domain over one, or of a pseudo-type
 * that takes any value. PostgreSQL's own functions of that kind read nothing but the row.
 */
const SESSION = `
  select pg_catalog.current_database() as database, pg_catalog.current_schema() as schema,
         pg_catalog.array_to_json(pg_catalog.current_schemas(false))::text as path,
         (select coalesce(pg_catalog.json_agg(distinct p.proname), '[]')
            from pg_catalog.pg_proc p
            join pg_catalog.pg_type t on t.oid = p.proargtypes[0]
            left join pg_catalog.pg_type b on b.oid = t.typbasetype
           where p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
             and p.pronargs - p.pronargdefaults <= 1
             and (t.typtype = 'c' or b.typtype = 'c' or t.typname in ('record', 'any', 'anyelement',
                  'anynonarray', 'anycompatible', 'anycompatiblenonarray'))
         )::text as row_functions,
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
     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   order by 1`;

const COLUMNS = `
  select a.attname::text as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
         not a.attnotnull as nullable
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
   order by a.attnum`;
