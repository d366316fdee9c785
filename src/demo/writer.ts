/** Bulk inserts for the demo: many rows to a statement, each statement prepared once. */
import type { DatabaseSync } from "node:sqlite";

export type SqlValue = string | number | null | Uint8Array;

export type SqlRecord = Readonly<Record<string, SqlValue>>;

const ROWS_A_STATEMENT = 50;

/**
 * Inserts rows of one table; every row has one value for each column.
 * @throws Error when SQLite refuses a row
 */
export function insertRows(
  db: DatabaseSync,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): void {
  const head = `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(", ")}) VALUES `;
  const tuple = `(${columns.map(() => "?").join(", ")})`;
  const whole = rows.length - (rows.length % ROWS_A_STATEMENT);
  if (whole > 0) {
    const statement = db.prepare(head + Array(ROWS_A_STATEMENT).fill(tuple).join(", "));
    for (let start = 0; start < whole; start += ROWS_A_STATEMENT) {
      statement.run(...rows.slice(start, start + ROWS_A_STATEMENT).flat());
    }
  }
  if (whole < rows.length) {
    const rest = rows.slice(whole);
    db.prepare(head + rest.map(() => tuple).join(", ")).run(...rest.flat());
  }
}

/** Inserts records that all have the first one's keys, in whatever order. */
export function insertRecords(
  db: DatabaseSync,
  table: string,
  records: readonly SqlRecord[],
): void {
  const first = records[0];
  if (first === undefined) return;
  const columns = Object.keys(first);
  insertRows(
    db,
    table,
    columns,
    records.map((record) =>
      columns.map((column) => {
        const value = record[column];
        if (value === undefined) throw new Error(`Cannot insert into ${table}: no ${column}`);
        return value;
      })
    ),
  );
}

/** Runs `work` in one transaction; a failure leaves nothing behind. */
export function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec("BEGIN");
  try {
    work();
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
