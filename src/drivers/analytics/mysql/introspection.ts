/** What MySQL and MariaDB say about themselves: fixed statements over the information schema. */
import type { AnalyticsConnection, Introspection } from "../engine.ts";
import { genericTypeOf } from "./types.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read("select database() as name, version() as version", []);
      const name = row!.name === null ? null : String(row!.name);
      return {
        database: null,
        defaultSchema: name,
        searchPath: name === null ? [] : [name],
        serverVersion: String(row!.version),
      };
    },
    async schemas() {
      return (await read(SCHEMAS, [])).map(({ name }) => String(name));
    },
    async tables(schema) {
      return (await read(TABLES, [schema])).map(({ name, type }) => ({
        schema,
        name: String(name),
        kind: String(type).includes("VIEW") ? "view" : "table",
      }));
    },
    async columns(schema, table) {
      return (await read(COLUMNS, [schema, table])).map((row) => ({
        name: String(row.name),
        databaseType: String(row.type),
        type: genericTypeOf(String(row.type)),
        nullable: row.nullable === "YES",
      }));
    },
    async dependencies() {
      const [known] = await read(HAS_VIEW_USAGE, []);
      if (known === undefined) return null;
      return (await read(VIEW_USAGE, [])).map((row) => ({
        schema: String(row.schema_name),
        name: String(row.name),
        reads: { schema: String(row.read_schema), name: String(row.read_name) },
      }));
    },
  };
}

const SCHEMAS = `
  select schema_name as name from information_schema.schemata
   where schema_name not in ('mysql', 'information_schema', 'performance_schema', 'sys')
   order by 1`;

const TABLES = `
  select table_name as name, table_type as type from information_schema.tables
   where table_schema = ? order by 1`;

const COLUMNS = `
  select column_name as name, column_type as type, is_nullable as nullable
    from information_schema.columns where table_schema = ? and table_name = ?
   order by ordinal_position`;

/** MySQL 8.0.13 has it, MariaDB has not. */
const HAS_VIEW_USAGE = `
  select 1 as known from information_schema.tables
   where table_schema = 'information_schema' and upper(table_name) = 'VIEW_TABLE_USAGE'`;

const VIEW_USAGE = `
  select view_schema as schema_name, view_name as name,
         table_schema as read_schema, table_name as read_name
    from information_schema.view_table_usage order by 1, 2, 3, 4`;
