/** Takes a SQLite database in memory apart into values, which another thread can put together again. */
import type { DatabaseSync } from "node:sqlite";
import type { MemoryDatabase } from "../engine.ts";

type Cells = MemoryDatabase["tables"][number]["rows"];

export function memoryDatabase(database: DatabaseSync): MemoryDatabase {
  const entries = database.prepare(
    "select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid",
  ).all() as { type: string; name: string; sql: string }[];
  return {
    schema: entries.map(({ sql }) => sql),
    tables: entries.filter(({ type }) => type === "table").map(({ name }) => {
      const statement = database.prepare(`select * from "${name.replaceAll('"', '""')}"`);
      statement.setReadBigInts(true);
      return { name, rows: statement.all().map((row) => Object.values(row as object)) as Cells };
    }),
  };
}
