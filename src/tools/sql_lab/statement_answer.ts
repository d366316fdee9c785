/** What an answer tells of one statement of a script. */
import type { ShownStatement } from "../../data/sql_script.ts";
import type { QueryResult } from "../../data/sql_session.ts";
import { uniqueNames } from "../../query/answer/answer_columns.ts";

export function statementText({ originalSql, shownSql, rules }: ShownStatement) {
  return {
    original_sql: originalSql,
    executed_sql: shownSql,
    ...(rules.length > 0 ? { row_level_rules: [...rules] } : {}),
  };
}

export function resultColumns({ columns }: QueryResult): { name: string; type: string }[] {
  const names = uniqueNames(columns.map(({ name }) => name));
  return columns.map(({ databaseType }, at) => ({
    name: names[at]!,
    type: databaseType || "unknown",
  }));
}
