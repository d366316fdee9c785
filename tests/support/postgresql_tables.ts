/**
 * Reads a PostgreSQL database table by table for a copy into another engine: the tables' shape, and
 * their rows with every value as text, null or (for bytes and UUIDs) hexadecimal text.
 */
import postgres from "postgres";

export type ColumnKind =
  | "integer"
  | "bigint"
  | "float"
  | "numeric"
  | "boolean"
  | "timestamp"
  | "date"
  | "time"
  | "uuid"
  | "bytes"
  | "json"
  | "text";

export interface SourceColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly notNull: boolean;
  /** The most characters of a varchar; null where nothing bounds it, and for other kinds. */
  readonly length: number | null;
}

export interface SourceIndex {
  readonly columns: readonly string[];
  readonly unique: boolean;
}

export interface SourceTable {
  readonly name: string;
  readonly columns: readonly SourceColumn[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly SourceIndex[];
}

export type SourceRow = readonly (string | null)[];

export interface PostgresqlSource {
  tables(): Promise<readonly SourceTable[]>;
  /** The rows, some hundred at a time, values in the order of the table's columns. */
  rows(table: SourceTable): AsyncIterable<readonly SourceRow[]>;
  close(): Promise<void>;
}

/** @param url of the database; its schema `public` is read, views as the tables they look like */
export function openPostgresqlSource(url: string): PostgresqlSource {
  const sql = postgres(url, {
    max: 1,
    connection: { TimeZone: "UTC", default_transaction_read_only: true },
  });
  return {
    async tables() {
      const columns = await sql`
        SELECT c.relname AS table, a.attname AS name, t.typname AS type, a.attnotnull AS not_null,
          CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS length
        FROM pg_class c
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        ORDER BY c.relname, a.attnum`;
      // Indexes over expressions have no column name here (attnum 0) and are left out.
      const indexes = await sql`
        SELECT c.relname AS table, i.indisprimary AS primary, i.indisunique AS unique,
          array_agg(a.attname::text ORDER BY k.position) AS columns
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE i.indpred IS NULL
        GROUP BY c.relname, i.indexrelid, i.indisprimary, i.indisunique
        HAVING bool_and(k.attnum > 0)
        ORDER BY c.relname, min(i.indexrelid)`;
      const names = [...new Set(columns.map((row) => String(row.table)))];
      return names.map((name): SourceTable => {
        const own = indexes.filter((row) => row.table === name);
        return {
          name,
          columns: columns.filter((row) => row.table === name).map((row) => ({
            name: row.name,
            kind: KINDS[row.type] ?? "text",
            notNull: row.not_null,
            length: row.length,
          })),
          primaryKey: own.find((row) => row.primary)?.columns ?? [],
          indexes: own.filter((row) => !row.primary)
            .map((row) => ({ columns: row.columns, unique: row.unique })),
        };
      });
    },
    async *rows(table) {
      const list = table.columns.map(expression).join(", ");
      const query = sql.unsafe(`SELECT ${list} FROM ${quote(table.name)}`).values();
      for await (const rows of query.cursor(500)) yield rows as unknown as SourceRow[];
    },
    close: () => sql.end(),
  };
}

const KINDS: Readonly<Record<string, ColumnKind>> = {
  int2: "integer",
  int4: "integer",
  int8: "bigint",
  float4: "float",
  float8: "float",
  numeric: "numeric",
  bool: "boolean",
  timestamp: "timestamp",
  timestamptz: "timestamp",
  date: "date",
  time: "time",
  uuid: "uuid",
  bytea: "bytes",
  json: "json",
  jsonb: "json",
};

/** The value as the copy takes it, in text. */
function expression({ name, kind }: SourceColumn): string {
  const column = quote(name);
  switch (kind) {
    case "boolean":
      return `${column}::int::text`;
    case "timestamp":
      return `to_char(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`;
    case "uuid":
      return `replace(${column}::text, '-', '')`;
    case "bytes":
      return `encode(${column}, 'hex')`;
    default:
      return `${column}::text`;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
