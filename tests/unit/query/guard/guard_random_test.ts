/**
 * Queries made at random over protected tables, guarded, give what the query itself gives of a
 * database that holds only the allowed rows. `GUARD_SEED` repeats a run; `GUARD_SECONDS` makes it
 * longer than its 3 seconds.
 */
import assert from "node:assert/strict";
import { asSet, CANARY, type GuardedEngine, guardFree } from "../../../support/guarded_engine.ts";
import { guardedPostgresql } from "../../../support/guarded_postgresql.ts";
import { postgresqlPrograms } from "../../../support/postgresql.ts";
import { randomQuery, seeded } from "../../../support/query_generator.ts";

const SECONDS = Number(Deno.env.get("GUARD_SECONDS") ?? 3);
const SEED = Number(Deno.env.get("GUARD_SEED") ?? Math.floor(Math.random() * 2 ** 31));

function onEngine(name: string, isThere: boolean, open: () => Promise<GuardedEngine>): void {
  Deno.test(`queries at random on ${name}, which has to be installed, show allowed rows only`, {
    ignore: !isThere,
  }, async () => {
    const engine = await open();
    try {
      console.log(`GUARD_SEED=${SEED}: ${await compareMany(engine)} queries`);
    } finally {
      await engine.close();
    }
  });
}

async function compareMany(engine: GuardedEngine): Promise<number> {
  const random = seeded(SEED);
  const end = performance.now() + SECONDS * 1000;
  let compared = 0;
  let withRows = 0;
  while (performance.now() < end) {
    const sql = randomQuery(random);
    const guarded = guardFree(engine, sql).sql;
    const told = `GUARD_SEED=${SEED}\n${sql}\n${guarded}`;
    const rows = asSet(await engine.full(guarded));
    assert.deepEqual(rows, asSet(await engine.allowed(sql)), told);
    assert.ok(!rows.some((row) => row.includes(CANARY)), told);
    compared++;
    if (rows.length > 0) withRows++;
  }
  assert.ok(withRows > compared / 4, `Only ${withRows} of ${compared} queries gave rows`);
  return compared;
}

onEngine("postgresql", postgresqlPrograms !== null, guardedPostgresql);
