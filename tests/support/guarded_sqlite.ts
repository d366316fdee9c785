/** SQLite to try the guard on: two databases in memory. */
import { DatabaseSync } from "node:sqlite";
import { foldCase } from "../../src/query/guard/table_key.ts";
import { GrammarParser } from "../../src/query/sql/grammar/parser.ts";
import { SQLITE_GRAMMAR } from "../../src/query/sql/sqlite/grammar.ts";
import { DELETIONS, type GuardedEngine, insertions, TABLES } from "./guarded_engine.ts";

export function guardedSqlite(): Promise<GuardedEngine> {
  const open = (...more: readonly string[]) => {
    const database = new DatabaseSync(":memory:");
    for (const statement of [...TABLES, ...insertions(), ...more]) database.exec(statement);
    return database;
  };
  const full = open();
  const allowed = open(...DELETIONS);
  const ask = (database: DatabaseSync) => (sql: string) =>
    Promise.resolve().then(() =>
      database.prepare(sql).all().map((row) => Object.values(row as Record<string, unknown>))
    );
  return Promise.resolve({
    name: "sqlite",
    parser: new GrammarParser(SQLITE_GRAMMAR),
    failsWhere: "a common table is made of the table of its name, which it takes for a circle",
    naming: { catalog: null, schema: "main", fold: foldCase },
    full: ask(full),
    allowed: ask(allowed),
    close() {
      full.close();
      allowed.close();
      return Promise.resolve();
    },
  });
}
