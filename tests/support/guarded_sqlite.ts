/** SQLite to try the guard on: two databases in memory. */
import { DatabaseSync } from "node:sqlite";
import { foldAscii } from "../../src/query/guard/table_key.ts";
import { sqliteParser } from "../../src/query/sql/sqlite/parser.ts";
import { DELETIONS, type GuardedEngine, insertions, TABLES } from "./guarded_engine.ts";

export async function guardedSqlite(): Promise<GuardedEngine> {
  const open = (...more: readonly string[]) => {
    const database = new DatabaseSync(":memory:");
    for (const statement of [...TABLES, ...insertions(), ...more]) database.exec(statement);
    database.function("superset_mcp_alive", { varargs: true }, () => 1);
    database.function("superset_mcp_passed", { useBigIntArguments: true }, (value) => value);
    return database;
  };
  const full = open();
  const allowed = open(...DELETIONS);
  const ask = (database: DatabaseSync) => (sql: string) =>
    Promise.resolve().then(() =>
      database.prepare(sql).all().map((row) => Object.values(row as Record<string, unknown>))
    );
  return {
    name: "sqlite",
    parser: await sqliteParser(),
    // A common table sees those after it, too: one of its table's name is another, or a circle.
    failsWhere: /circular reference/,
    naming: { catalog: null, schema: "main", fold: foldAscii },
    anyColumns: new Map(
      full.prepare(
        "select m.name, c.name as first from sqlite_master m join pragma_table_info(m.name) c " +
          "on c.cid = 0",
      ).all().map(({ name, first }) => [String(name), String(first)]),
    ),
    full: ask(full),
    allowed: ask(allowed),
    close() {
      full.close();
      allowed.close();
      return Promise.resolve();
    },
  };
}
