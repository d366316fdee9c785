/** A table's keys out of rows that tell one column of one key each, in their order. */
import type { ForeignKey, Row, TableDetails } from "./engine.ts";

export type TableKeys = Pick<TableDetails, "primaryKey" | "uniqueKeys" | "foreignKeys">;

/**
 * @param rows `name` and `kind` (`p`, `u` or `f`) of the key, `column_name`, and of a foreign key
 *   `ref_schema`, `ref_table` and `ref_column`
 */
export function tableKeys(rows: readonly Row[]): TableKeys {
  const byKey = [...Map.groupBy(rows, ({ kind, name }) => `${kind} ${name}`).values()];
  const ofKind = (kind: string) => byKey.filter(([first]) => first!.kind === kind);
  const columns = (key: readonly Row[]) => key.map(({ column_name }) => String(column_name));
  return {
    primaryKey: ofKind("p").flatMap(columns),
    uniqueKeys: ofKind("u").map(columns),
    foreignKeys: ofKind("f").map((key): ForeignKey => ({
      columns: columns(key),
      schema: key[0]!.ref_schema === null ? null : String(key[0]!.ref_schema),
      table: String(key[0]!.ref_table),
      // SQLite leaves out those of a primary key.
      referenced: key.flatMap(({ ref_column: column }) => column === null ? [] : [String(column)]),
    })),
  };
}

/** Of the columns that have one. @param rows `name` and `comment` */
export function columnComments(rows: readonly Row[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.filter(({ comment }) => comment !== null && comment !== "")
      .map(({ name, comment }) => [String(name), String(comment)]),
  );
}
