/**
 * Ways around row-level rules in SQL of a caller's own: `tests/fixtures/attacks/sql_lab.json`, where
 * an attack more is a line more. `{table}` and `{column}` become a table under rules and a text
 * column of it, `{Table}` and `{unicode}` other spellings of the table.
 */
export interface SqlAttack {
  /** The family, such as 3 for subqueries and unions. */
  readonly attack: number;
  readonly name: string;
  readonly sql: string;
  /** True where it may not be answered at all; else its rows must be the caller's own. */
  readonly refused?: boolean;
  readonly params?: Readonly<Record<string, unknown>>;
}

export function readSqlAttacks(
  { table, column }: { readonly table: string; readonly column: string },
): readonly SqlAttack[] {
  const path = new URL("../fixtures/attacks/sql_lab.json", import.meta.url);
  const attacks: readonly SqlAttack[] = JSON.parse(Deno.readTextFileSync(path));
  const unicode = `\\${table.charCodeAt(0).toString(16).padStart(4, "0")}${table.slice(1)}`;
  const mixed = table.replace(/(^|_)[a-z]/g, (letters) => letters.toUpperCase());
  return attacks.map((attack) => ({
    ...attack,
    sql: attack.sql.replaceAll("{table}", table).replaceAll("{column}", column)
      .replaceAll("{Table}", mixed).replaceAll("{TABLE}", table.toUpperCase())
      .replaceAll("{unicode}", unicode),
  }));
}
