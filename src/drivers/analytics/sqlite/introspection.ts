/** What SQLite says about itself: fixed statements over its schema table and pragmas. */
import type { AnalyticsConnection, Introspection, TableInfo } from "../engine.ts";
import { tableDetails } from "./table_details.ts";
import { genericTypeOf } from "./values.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read("select sqlite_version() as version", []);
      return {
        database: null,
        defaultSchema: "main",
        searchPath: ["main"],
        ignoresCase: true,
        anyColumns: await anyColumns(read),
        serverVersion: String(row!.version),
      };
    },
    schemas: () => Promise.resolve([MAIN]),
    async tables(schema) {
      if (!isMain(schema)) return [];
      return (await read(TABLES, [])).map(({ name, type }) => ({
        schema: MAIN,
        name: String(name),
        kind: KINDS[String(type)] ?? "foreign table",
      }));
    },
    async columns(schema, table) {
      if (!isMain(schema)) return [];
      return (await read(COLUMNS, [table])).map((row) => ({
        name: String(row.name),
        databaseType: String(row.type),
        type: genericTypeOf(String(row.type)),
        nullable: row.required === 0,
      }));
    },
    details: (_schema, table) => tableDetails(read, table),
    async dependencies() {
      return (await read(VIEWS, [])).map(({ name, sql }) => ({
        schema: MAIN,
        name: String(name),
        // Only a view's text says what it reads, and nothing of a virtual table's.
        reads: typeof sql === "string" ? { sql } : null,
      }));
    },
  };
}

const MAIN = "main";
const isMain = (schema: string) => schema.toLowerCase() === MAIN;

/** A virtual table's rows may be another table's (fts5); the tables behind it are its own affair. */
const KINDS: Readonly<Record<string, TableInfo["kind"]>> = { table: "table", view: "view" };

/** A view that lacks what it reads fails the look at all of them: then those of tables alone. */
async function anyColumns(read: AnalyticsConnection["read"]): Promise<ReadonlyMap<string, string>> {
  const rows = await read(firstColumns("'table', 'view'"), []).catch(() =>
    read(firstColumns("'table'"), [])
  );
  return new Map(rows.map(({ name, first }) => [String(name).toLowerCase(), String(first)]));
}

const firstColumns = (types: string) => `
  select m.name, c.name as first from sqlite_master m join pragma_table_info(m.name) c on c.cid = 0
   where m.type in (${types}) and (m.sql is null or m.sql not like 'create virtual%')`;

const TABLES = `
  select name, type from pragma_table_list
   where schema = 'main' and type <> 'shadow' and name not like 'sqlite\\_%' escape '\\'
   order by name`;

const VIEWS = `
  select l.name, m.sql from pragma_table_list l
    left join sqlite_master m on m.type = 'view' and m.name = l.name
   where l.schema = 'main' and l.type in ('view', 'virtual') order by l.name`;

const COLUMNS = `
  select name, type, "notnull" as required from pragma_table_info(?1) order by cid`;
