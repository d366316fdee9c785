/** What SQLite says about itself: fixed statements over its schema table and pragmas. */
import type { AnalyticsConnection, Introspection } from "../engine.ts";
import { genericTypeOf } from "./values.ts";

export function introspection(read: AnalyticsConnection["read"]): Introspection {
  return {
    async session() {
      const [row] = await read("select sqlite_version() as version", []);
      return {
        database: null,
        defaultSchema: "main",
        searchPath: ["main"],
        serverVersion: String(row!.version),
      };
    },
    schemas: () => Promise.resolve(["main"]),
    async tables(schema) {
      if (schema !== "main") return [];
      return (await read(TABLES, [])).map(({ name, type }) => ({
        schema,
        name: String(name),
        kind: type === "view" ? "view" : "table",
      }));
    },
    async columns(schema, table) {
      if (schema !== "main") return [];
      return (await read(COLUMNS, [table])).map((row) => ({
        name: String(row.name),
        databaseType: String(row.type),
        type: genericTypeOf(String(row.type)),
        nullable: row.required === 0,
      }));
    },
    // Only a view's text says what it reads.
    dependencies: () => Promise.resolve(null),
  };
}

const TABLES = `
  select name, type from sqlite_master
   where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'
   order by name`;

const COLUMNS = `
  select name, type, "notnull" as required from pragma_table_info(?1) order by cid`;
