/**
 * Copies a PostgreSQL database into MySQL or MariaDB, table by table, each value in the type that
 * Superset's models have there: UUIDs as BINARY(16), booleans as TINYINT(1), long text as MEDIUMTEXT.
 */
import { createMysqlDatabase, type TargetTable, textLiteral } from "./mysql_tables.ts";
import {
  type ColumnKind,
  openPostgresqlSource,
  type SourceColumn,
  type SourceTable,
} from "./postgresql_tables.ts";

/**
 * @param source URL of the PostgreSQL database
 * @param target URL of a database that does not exist yet
 * @returns how many rows each table got
 */
export async function copyToMariadb(
  source: string,
  target: string,
): Promise<ReadonlyMap<string, number>> {
  const reader = openPostgresqlSource(source);
  try {
    const tables = await reader.tables();
    const isMetadata = tables.some(({ name }) => name === "alembic_version");
    // Data is compared and grouped as in PostgreSQL; metadata as a server does it by itself.
    const writer = await createMysqlDatabase(
      target,
      isMetadata ? "utf8mb4_general_ci" : "utf8mb4_bin",
    );
    const counts = new Map<string, number>();
    try {
      for (const table of tables) {
        await writer.createTable(shapeOf(table, isMetadata));
        let count = 0;
        for await (const rows of reader.rows(table)) {
          const values = rows.map((row) =>
            row.map((value, at) => literal(value, table.columns[at]!.kind))
          );
          await writer.insert(table.name, values);
          count += rows.length;
        }
        counts.set(table.name, count);
      }
    } finally {
      await writer.close();
    }
    return counts;
  } finally {
    await reader.close();
  }
}

const TYPES: Readonly<Record<Exclude<ColumnKind, "text" | "timestamp">, string>> = {
  integer: "int",
  bigint: "bigint",
  float: "double",
  numeric: "decimal(38, 10)",
  boolean: "tinyint(1)",
  date: "date",
  time: "time",
  uuid: "binary(16)",
  bytes: "longblob",
  json: "json",
};

/** The most bytes that the columns of an index may have (InnoDB), four for each character. */
const MAX_KEY_BYTES = 3072;

function shapeOf(table: SourceTable, isMetadata: boolean): TargetTable {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const fits = (columns: readonly string[]) =>
    columns.reduce((sum, name) => sum + keyBytes(byName.get(name)!), 0) <= MAX_KEY_BYTES;
  return {
    name: table.name,
    columns: table.columns.map((column) => ({
      name: column.name,
      type: typeOf(column, isMetadata),
      notNull: column.notNull,
    })),
    primaryKey: table.primaryKey,
    // PostgreSQL tells `User` from `user`, of which both may be there.
    indexes: table.indexes.filter(({ columns }) => fits(columns)).map(({ columns, unique }) => ({
      columns,
      unique: unique && columns.every((name) => byName.get(name)!.kind !== "text"),
    })),
  };
}

function typeOf({ kind, length }: SourceColumn, isMetadata: boolean): string {
  if (kind === "text") return length === null ? "mediumtext" : `varchar(${length})`;
  // SQLAlchemy's DateTime keeps no fractions there.
  if (kind === "timestamp") return isMetadata ? "datetime" : "datetime(6)";
  return TYPES[kind];
}

function keyBytes({ kind, length }: SourceColumn): number {
  if (kind === "text") return length === null ? Infinity : length * 4;
  return kind === "bytes" || kind === "json" ? Infinity : 16;
}

function literal(value: string | null, kind: ColumnKind): string {
  if (value === null) return "null";
  switch (kind) {
    case "integer":
    case "bigint":
    case "boolean":
    case "numeric":
      return value === "NaN" ? "null" : value;
    // There are no other numbers than finite ones.
    case "float":
      return /^-?(NaN|Infinity)$/.test(value) ? "null" : value;
    case "uuid":
    case "bytes":
      return `x'${value}'`;
    default:
      return textLiteral(value);
  }
}
