/** The demo's metadata in PostgreSQL: the same tables and rows, each column of the type it has there. */
import type { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { openDemo } from "../../src/demo/demo.ts";
import type { PostgresqlCluster } from "./postgresql.ts";

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Makes a database of the cluster and fills it with the demo.
 * @param now milliseconds since 1970, the demo's day
 * @param change is done to the demo before it is copied
 * @returns its URL
 */
export async function copyDemo(
  cluster: PostgresqlCluster,
  name: string,
  now: number,
  change: (demo: DatabaseSync) => void = () => {},
): Promise<string> {
  const admin = postgres(cluster.url("postgres"), { max: 1, onnotice: () => {} });
  await admin.unsafe(`CREATE DATABASE ${name}`);
  await admin.end();
  const demo = openDemo(now);
  change(demo.metadata);
  const target = postgres(cluster.url(name), { max: 1, onnotice: () => {} });
  try {
    const tables = demo.metadata.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    ).all();
    for (const table of tables) {
      await target.unsafe(tableAsSql(demo.metadata, String(table.name)));
    }
  } finally {
    await target.end();
    demo.close();
  }
  return cluster.url(name);
}

function tableAsSql(source: DatabaseSync, table: string): string {
  const columns = source.prepare(`PRAGMA table_info("${table}")`).all().map((info): Column => ({
    name: String(info.name),
    type: typeOf(String(info.name), String(info.type)),
  }));
  const defined = columns.map(({ name, type }) =>
    `"${name}" ${type}${name === "id" ? " PRIMARY KEY" : ""}`
  );
  const rows = source.prepare(`SELECT * FROM "${table}"`).all().map((row) =>
    `(${columns.map(({ name, type }) => literal(row[name], type)).join(", ")})`
  );
  const insert = rows.length === 0 ? "" : `INSERT INTO "${table}" VALUES ${rows.join(",\n")};`;
  return `CREATE TABLE "${table}" (${defined.join(", ")}); ${insert}`;
}

function typeOf(name: string, declared: string): string {
  if (name === "uuid") return "UUID";
  if (declared === "DATETIME") return "TIMESTAMP";
  if (declared === "BLOB") return "BYTEA";
  return declared.startsWith("BINARY") ? "BYTEA" : declared;
}

function literal(value: unknown, type: string): string {
  if (value === null || value === undefined) return "NULL";
  if (value instanceof Uint8Array) {
    const hex = new Uint8Array(value).toHex();
    return type === "UUID" ? `'${hex}'` : `'\\x${hex}'`;
  }
  if (type === "BOOLEAN") return value === 0 ? "FALSE" : "TRUE";
  if (typeof value === "number") return String(value);
  return `'${String(value).replaceAll("'", "''")}'`;
}
