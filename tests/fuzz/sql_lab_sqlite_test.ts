/** As on PostgreSQL (sql_lab_postgresql_test.ts), with what SQLite and the grammar for it can say. */
import { assertWorthIt, compareEngine } from "../support/fuzz/compare_engine.ts";
import type { Feature } from "../support/fuzz/grammar.ts";
import { fuzzRun } from "../support/fuzz/random.ts";
import { guardedSqlite } from "../support/guarded_sqlite.ts";

const FEATURES: readonly Feature[] = [
  ...["filter", "full join", "is distinct from", "ordered windows", "recursive"] as const,
  ...["right join", "rows in conditions", "with in subqueries"] as const,
];

Deno.test("random SQL on SQLite shows the allowed rows only", async () => {
  const run = fuzzRun();
  console.log(run.told);
  const engine = await guardedSqlite();
  try {
    const options = { run, features: new Set(FEATURES), queries: 1000, atOnce: 1 };
    assertWorthIt("SQLite", await compareEngine(engine, options));
  } finally {
    await engine.close();
  }
});
