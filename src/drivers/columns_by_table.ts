/** What a database tells of its tables, as the DAO asks of it. */
import type { Row } from "./metadata_database.ts";

/** @param rows a column each, as `table_name` and `column_name` */
export function columnsByTable(rows: readonly Row[]): ReadonlyMap<string, ReadonlySet<string>> {
  const tables = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = String(row.table_name);
    const columns = tables.get(name) ?? new Set();
    tables.set(name, columns.add(String(row.column_name)));
  }
  return tables;
}
