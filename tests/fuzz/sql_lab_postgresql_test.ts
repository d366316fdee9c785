/**
 * Random SQL over protected tables, guarded, gives what the same text gives, unguarded, of a database
 * that holds only the allowed rows. What repeats a run stands in the first line that it prints.
 */
import assert from "node:assert/strict";
import { assertWorthIt, compareEngine } from "../support/fuzz/compare_engine.ts";
import { FEATURES } from "../support/fuzz/grammar.ts";
import { fuzzRun } from "../support/fuzz/random.ts";
import { type GuardedEngine, guardFree, POLICIES } from "../support/guarded_engine.ts";
import { guardedPostgresql } from "../support/guarded_postgresql.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";

/** What a guard may forget: each has to be found by a run of a second or two. */
const FAULTS = {
  "a rule of three": (engine: GuardedEngine, sql: string) =>
    guardFree(engine, sql, {
      policies: POLICIES.map((one) => ({
        ...one,
        rules: one.rules.filter(({ name }) => name !== "from 2004"),
      })),
    }),
  "a table": (engine: GuardedEngine, sql: string) =>
    guardFree(engine, sql, { policies: POLICIES.filter(({ table }) => table.table !== "notes") }),
  "the fence": (engine: GuardedEngine, sql: string) => {
    const { sql: guarded, rules } = guardFree(engine, sql);
    return { sql: guarded.replaceAll(" OFFSET 0 )", " )"), rules };
  },
};

const features = new Set(FEATURES);

Deno.test("random SQL on PostgreSQL, which has to be installed, shows the allowed rows only", {
  ignore: postgresqlPrograms === null,
}, async (t) => {
  const run = fuzzRun();
  console.log(run.told);
  const engine = await guardedPostgresql();
  try {
    const options = { run, features, queries: 4000, atOnce: 4 };
    assertWorthIt("PostgreSQL", await compareEngine(engine, options));
    for (const [fault, guard] of Object.entries(FAULTS)) {
      await t.step(`a guard that forgets ${fault} is found`, async () => {
        const once = { ...options, run: { ...run, forMs: null } };
        await assert.rejects(compareEngine(engine, { ...once, guard }), /--seed=/);
      });
    }
  } finally {
    await engine.close();
  }
});
