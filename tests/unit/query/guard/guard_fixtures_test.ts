/**
 * Every fixture of the guard, on each engine: what becomes of it, and the rows it gives, which have
 * to be those of the same query on a database that holds only the allowed rows.
 */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { asSet, CANARY, type GuardedEngine, guardFree } from "../../../support/guarded_engine.ts";
import { guardedMariadb } from "../../../support/guarded_mariadb.ts";
import { guardedPostgresql } from "../../../support/guarded_postgresql.ts";
import { guardedSqlite } from "../../../support/guarded_sqlite.ts";
import { hasMariadb } from "../../../support/mariadb.ts";
import { postgresqlPrograms } from "../../../support/postgresql.ts";
import { readSqlFixtures, type SqlFixture } from "../../../support/sql_fixtures.ts";

const FIXTURES = new URL("../../../fixtures/guard/", import.meta.url);

function onEngine(name: string, isThere: boolean, open: () => Promise<GuardedEngine>): void {
  const folders = name === "postgresql" ? [name, `${name}/rules`] : [name];
  const fixtures = ["every_engine", ...folders].flatMap((folder) =>
    readSqlFixtures(new URL(`${folder}/`, FIXTURES))
  );
  Deno.test(`the guard's fixtures on ${name}, which has to be installed`, {
    ignore: !isThere,
  }, async (test) => {
    const engine = await open();
    try {
      for (const fixture of fixtures) {
        await test.step(`${fixture.file}: ${fixture.title}`, () => check(engine, fixture));
      }
    } finally {
      await engine.close();
    }
  });
}

async function check(engine: GuardedEngine, fixture: SqlFixture): Promise<void> {
  if (fixture.refused !== null) {
    assert.equal(refusal(engine, fixture.sql), fixture.refused);
    return;
  }
  // What fails on a hidden row fails without the guard; else it would show nothing here.
  if (fixture.file === "errors.sql") await assert.rejects(engine.full(fixture.sql));
  const { sql, stoppableSql } = guardFree(engine, fixture.sql);
  if (fixture.becomes !== null) assert.equal(sql, fixture.becomes);
  const rows = asSet(await engine.full(stoppableSql));
  assert.doesNotMatch(rows.join("\n"), new RegExp(CANARY));
  // The other database has another name.
  const plain = fixture.sql.replaceAll(/full_rows\s*\.\s*/g, "");
  assert.deepEqual(rows, asSet(await engine.allowed(plain)));
}

/** The construct that a text is refused for, or that it can't be read. */
function refusal(engine: GuardedEngine, sql: string): string {
  try {
    return `not at all: ${guardFree(engine, sql).sql}`;
  } catch (fault) {
    if (!(fault instanceof ServiceError)) throw fault;
    return fault.type === "forbidden_sql" ? String(fault.details?.construct) : fault.type;
  }
}

onEngine("postgresql", postgresqlPrograms !== null, guardedPostgresql);
onEngine("sqlite", true, guardedSqlite);
onEngine("mysql", hasMariadb, guardedMariadb);
