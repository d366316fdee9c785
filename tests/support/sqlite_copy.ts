/**
 * Copies a PostgreSQL database into a SQLite file, table by table, each value as SQLAlchemy writes
 * it there: UUIDs and bytes as blobs, timestamps and JSON as text, booleans as 0 and 1.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type ColumnKind, openPostgresqlSource, type SourceTable } from "./postgresql_tables.ts";

/**
 * @param url the PostgreSQL database
 * @param path a file that does not exist yet
 * @returns how many rows each table got
 */
export async function copyToSqlite(
  url: string,
  path: string,
): Promise<ReadonlyMap<string, number>> {
  const source = openPostgresqlSource(url);
  const target = new DatabaseSync(path);
  const counts = new Map<string, number>();
  try {
    target.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    for (const table of await source.tables()) {
      target.exec(createTable(table));
      const places = table.columns.map(() => "?").join(", ");
      const insert = target.prepare(`INSERT INTO ${quote(table.name)} VALUES (${places})`);
      let count = 0;
      for await (const rows of source.rows(table)) {
        for (const row of rows) {
          insert.run(...row.map((value, index) => convert(value, table.columns[index]!.kind)));
        }
        count += rows.length;
      }
      for (const statement of createIndexes(table)) target.exec(statement);
      counts.set(table.name, count);
    }
    target.exec("COMMIT; ANALYZE");
  } finally {
    target.close();
    await source.close();
  }
  return counts;
}

const TYPES: Readonly<Record<ColumnKind, string>> = {
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  numeric: "NUMERIC",
  boolean: "BOOLEAN",
  timestamp: "DATETIME",
  date: "DATE",
  time: "TIME",
  uuid: "BINARY(16)",
  bytes: "BLOB",
  json: "JSON",
  text: "TEXT",
};

function createTable({ name, columns, primaryKey }: SourceTable): string {
  const lines = columns.map((column) =>
    `${quote(column.name)} ${TYPES[column.kind]}${column.notNull ? " NOT NULL" : ""}`
  );
  if (primaryKey.length > 0) lines.push(`PRIMARY KEY (${primaryKey.map(quote).join(", ")})`);
  return `CREATE TABLE ${quote(name)} (${lines.join(", ")})`;
}

function createIndexes({ name, indexes }: SourceTable): string[] {
  return indexes.map(({ columns, unique }, index) =>
    `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quote(`ix_${name}_${index}`)} ` +
    `ON ${quote(name)} (${columns.map(quote).join(", ")})`
  );
}

function convert(value: string | null, kind: ColumnKind): SQLInputValue {
  if (value === null) return null;
  switch (kind) {
    case "integer":
    case "boolean":
      return Number.parseInt(value, 10);
    case "bigint":
      return BigInt(value);
    // SQLite keeps numerics as floating point too.
    case "float":
    case "numeric":
      return Number(value);
    case "uuid":
    case "bytes":
      return Uint8Array.fromHex(value);
    default:
      return value;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
