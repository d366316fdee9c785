/** What MySQL and MariaDB say about themselves: fixed statements over the information schema. */
import type { AnalyticsConnection, Introspection, Row, TableInfo } from "../engine.ts";
import { tableDetails } from "./table_details.ts";
import { genericTypeOf } from "./types.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read(SESSION, []);
      const name = row!.name === null ? null : String(row!.name);
      return {
        database: null,
        defaultSchema: name,
        searchPath: name === null ? [] : [name],
        // In lower case, as they were made and compared in lower case, or as the files' names are.
        ignoresCase: Number(row!.folding) !== 0 || Number(row!.files) !== 0,
        serverVersion: String(row!.version),
      };
    },
    async schemas() {
      const names = (await read(SCHEMAS, [])).map(({ name }) => String(name));
      return names.filter((name) => !isSystem(name));
    },
    async tables(schema) {
      return (await read(TABLES, [schema])).map((row) => ({
        schema: String(row.schema_name),
        name: String(row.name),
        kind: kindOf(String(row.type), row.engine),
      })).filter((table) => !isSystem(table.schema));
    },
    async columns(schema, table) {
      // Its comparison of names may ignore case where that of tables does not.
      const own = (await read(COLUMNS, [schema, table])).filter((row) =>
        row.schema_name === schema && row.table_name === table
      );
      return own.map((row) => ({
        name: String(row.name),
        databaseType: String(row.type),
        type: genericTypeOf(String(row.type)),
        nullable: row.nullable === "YES",
      }));
    },
    details: (schema, table) => tableDetails(read, schema, table),
    async dependencies() {
      const named = (row: Row) => ({ schema: String(row.schema_name), name: String(row.name) });
      const views = (await read(VIEWS, [])).map((row) => ({
        ...named(row),
        // Empty for who may not see it. VIEW_TABLE_USAGE tells only of tables that one may see.
        reads: row.text === null || row.text === "" ? null : { sql: String(row.text) },
      }));
      const foreign = (await read(FOREIGN, [])).map((row) => ({ ...named(row), reads: null }));
      return [...views, ...foreign];
    },
  };
}

const SYSTEM = ["mysql", "information_schema", "performance_schema", "sys"];

function isSystem(schema: string): boolean {
  return SYSTEM.includes(schema.toLowerCase());
}

/** In SQL, where the server would else open what is passed over. */
const NOT_SYSTEM = `table_schema not in (${listed(SYSTEM)})`;

function listed(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}

/** Engines that keep a table's rows themselves; MERGE, FEDERATED, CONNECT and SPIDER show others'. */
const STORES = [
  ...["InnoDB", "MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE", "ROCKSDB", "Columnstore"],
  "ndbcluster",
];

function kindOf(type: string, engine: unknown): TableInfo["kind"] {
  if (type.includes("VIEW")) return "view";
  return STORES.includes(String(engine)) ? "table" : "foreign table";
}

const SESSION = `
  select database() as name, version() as version, @@lower_case_table_names as folding,
         @@lower_case_file_system as files`;

const SCHEMAS = "select schema_name as name from information_schema.schemata order by 1";

const TABLES = `
  select table_schema as schema_name, table_name as name, table_type as type, engine as engine
    from information_schema.tables
   where table_schema = ? and lower(table_schema) not in (${listed(SYSTEM)})
   order by 2`;

const COLUMNS = `
  select table_schema as schema_name, table_name as table_name, column_name as name,
         column_type as type, is_nullable as nullable
    from information_schema.columns where table_schema = ? and table_name = ?
   order by ordinal_position`;

const VIEWS = `
  select table_schema as schema_name, table_name as name, view_definition as text
    from information_schema.views where ${NOT_SYSTEM}`;

const FOREIGN = `
  select table_schema as schema_name, table_name as name from information_schema.tables
   where ${NOT_SYSTEM} and table_type not like '%VIEW%'
     and (engine is null or engine not in (${listed(STORES)}))`;
