/** As on PostgreSQL (sql_lab_postgresql_test.ts), with what MariaDB and the grammar for it can say. */
import { assertWorthIt, compareEngine } from "../support/fuzz/compare_engine.ts";
import type { Feature } from "../support/fuzz/grammar.ts";
import { fuzzRun } from "../support/fuzz/random.ts";
import { guardedMariadb } from "../support/guarded_mariadb.ts";
import { hasMariadb } from "../support/mariadb.ts";

const FEATURES: readonly Feature[] = [
  ...["ordered windows", "recursive", "right join", "rows in conditions"] as const,
];

Deno.test("random SQL on MariaDB, which has to be installed, shows the allowed rows only", {
  ignore: !hasMariadb,
}, async () => {
  const run = fuzzRun();
  console.log(run.told);
  const engine = await guardedMariadb();
  try {
    const options = { run, features: new Set(FEATURES), queries: 1000, atOnce: 2 };
    assertWorthIt("MariaDB", await compareEngine(engine, options));
  } finally {
    await engine.close();
  }
});
