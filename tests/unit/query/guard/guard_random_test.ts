/**
 * Queries made at random over protected tables, guarded, give what the query itself gives of a
 * database that holds only the allowed rows. `GUARD_SEED` repeats a run; `GUARD_SECONDS` makes it
 * longer than its 3 seconds.
 */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { asSet, CANARY, type GuardedEngine, guardFree } from "../../../support/guarded_engine.ts";
import { guardedMariadb } from "../../../support/guarded_mariadb.ts";
import { guardedPostgresql } from "../../../support/guarded_postgresql.ts";
import { guardedSqlite } from "../../../support/guarded_sqlite.ts";
import { hasMariadb } from "../../../support/mariadb.ts";
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
  let failed = 0;
  while (performance.now() < end) {
    const sql = randomQuery(random);
    const guarded = guardedSql(engine, sql);
    if (guarded === null) continue;
    const told = `GUARD_SEED=${SEED}\n${sql}\n${guarded}`;
    const [expected, rows] = await Promise.all([
      rowsOf(engine.allowed(sql)),
      rowsOf(engine.full(guarded)),
    ]);
    if (expected instanceof Error || rows instanceof Error) {
      assert.ok(engine.failsWhere !== null, `${expected} ${rows}\n${told}`);
      failed++;
      continue;
    }
    assert.deepEqual(rows, expected, told);
    assert.ok(!rows.some((row) => row.includes(CANARY)), told);
    compared++;
    if (rows.length > 0) withRows++;
  }
  assert.ok(failed < compared / 4, `${failed} queries failed beside ${compared}`);
  assert.ok(withRows > compared / 4, `Only ${withRows} of ${compared} queries gave rows`);
  return compared;
}

/** @returns null for what this engine alone refuses */
function guardedSql(engine: GuardedEngine, sql: string): string | null {
  try {
    return guardFree(engine, sql).sql;
  } catch (fault) {
    const construct = fault instanceof ServiceError ? fault.details?.construct : undefined;
    if (construct === undefined || construct !== engine.refuses) throw fault;
    return null;
  }
}

function rowsOf(asked: Promise<unknown[][]>): Promise<string[] | Error> {
  return asked.then(asSet, (fault) => fault instanceof Error ? fault : new Error(String(fault)));
}

onEngine("postgresql", postgresqlPrograms !== null, guardedPostgresql);
onEngine("sqlite", true, guardedSqlite);
onEngine("mysql", hasMariadb, guardedMariadb);
