/**
 * Ways around row-level rules in SQL of a caller's own: `tests/fixtures/attacks/sql_lab.json` for
 * PostgreSQL and `sql_lab_copies.json` for the engines that the workspace is copied to, where an
 * attack more is a line more. `{table}` and `{column}` become a table under rules and a text column
 * of it, `{schema}` the table's schema, `{Table}`, `{TABLE}`, `{unicode}` and `{lookalike}` other
 * spellings of the table.
 */
import type { AnswerRow } from "./answer_rows.ts";
import type { WorkspaceCopy } from "./workspace_copies.ts";

export interface SqlAttack {
  /** The family, such as 3 for subqueries and unions. */
  readonly attack: number;
  readonly name: string;
  /** The one engine that it is for. */
  readonly on?: WorkspaceCopy["engine"];
  readonly sql: string;
  /** True where it may not be answered at all; else its rows must be the caller's own. */
  readonly refused?: boolean;
  /** The very rows that it is to be answered with. */
  readonly gives?: readonly AnswerRow[];
  readonly params?: Readonly<Record<string, string>>;
}

export interface AttackedTable {
  readonly table: string;
  readonly column: string;
}

/** On PostgreSQL. */
export function readSqlAttacks(target: AttackedTable): readonly SqlAttack[] {
  return readAimed("sql_lab", { ...target, schema: "public" });
}

/** On an engine that the workspace was copied to. */
export function readCopyAttacks(
  target: AttackedTable,
  { engine, schema }: Pick<WorkspaceCopy, "engine" | "schema">,
): readonly SqlAttack[] {
  return readAimed("sql_lab_copies", { ...target, schema })
    .filter(({ on }) => on === undefined || on === engine);
}

function readAimed(
  name: string,
  { table, column, schema }: AttackedTable & { readonly schema: string },
): readonly SqlAttack[] {
  const path = new URL(`../fixtures/attacks/${name}.json`, import.meta.url);
  const attacks: readonly SqlAttack[] = JSON.parse(Deno.readTextFileSync(path));
  const spellings = {
    table,
    column,
    schema,
    Table: table.replace(/(^|_)[a-z]/g, (letters) => letters.toUpperCase()),
    TABLE: table.toUpperCase(),
    unicode: `\\${table.charCodeAt(0).toString(16).padStart(4, "0")}${table.slice(1)}`,
    // Its first letter as wide as a Chinese character.
    lookalike: String.fromCharCode(table.charCodeAt(0) + 0xfee0) + table.slice(1),
  };
  const aimed = (text: string) =>
    Object.entries(spellings).reduce((aim, [key, is]) => aim.replaceAll(`{${key}}`, is), text);
  return attacks.map((attack) => ({
    ...attack,
    sql: aimed(attack.sql),
    gives: attack.gives && JSON.parse(aimed(JSON.stringify(attack.gives))),
    params: attack.params &&
      Object.fromEntries(Object.entries(attack.params).map(([key, text]) => [key, aimed(text)])),
  }));
}
