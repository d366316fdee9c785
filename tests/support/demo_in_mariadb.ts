/** The demo's metadata in MariaDB: the same tables and rows, times with their fractions. */
import type { DatabaseSync } from "node:sqlite";
import { openDemo } from "../../src/demo/demo.ts";
import type { MariadbServer } from "./mariadb.ts";
import { createMysqlDatabase, textLiteral } from "./mysql_tables.ts";

/**
 * Makes a database of the server and fills it with the demo.
 * @param now milliseconds since 1970, the demo's day
 * @param change is done to the demo before it is copied
 * @returns its URL
 */
export async function copyDemoToMariadb(
  server: MariadbServer,
  name: string,
  now: number,
  change: (demo: DatabaseSync) => void = () => {},
): Promise<string> {
  const demo = openDemo(now);
  change(demo.metadata);
  const target = await createMysqlDatabase(server.url(name), "utf8mb4_general_ci");
  try {
    const tables = demo.metadata.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    ).all();
    for (const table of tables.map((row) => String(row.name))) {
      const columns = demo.metadata.prepare(`PRAGMA table_info("${table}")`).all().map((info) => ({
        name: String(info.name),
        type: `${typeOf(String(info.type))}${info.name === "id" ? " auto_increment" : ""}`,
        notNull: false,
      }));
      const primaryKey = columns.some(({ name }) => name === "id") ? ["id"] : [];
      await target.createTable({ name: table, columns, primaryKey, indexes: [] });
      const rows = demo.metadata.prepare(`SELECT * FROM "${table}"`).all();
      await target.insert(
        table,
        rows.map((row) => columns.map((column) => literal(row[column.name]))),
      );
    }
  } finally {
    await target.close();
    demo.close();
  }
  return server.url(name);
}

function typeOf(declared: string): string {
  switch (declared) {
    case "DATETIME":
      return "datetime(6)";
    case "BOOLEAN":
      return "tinyint(1)";
    // What the demo writes UUIDs in, as SQLAlchemy does in SQLite.
    case "NUMERIC(16)":
      return "binary(16)";
    case "TEXT":
      return "mediumtext";
    case "VARCHAR":
      return "varchar(500)";
    default:
      return declared.toLowerCase();
  }
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Uint8Array) return `x'${new Uint8Array(value).toHex()}'`;
  return typeof value === "number" ? String(value) : textLiteral(String(value));
}
