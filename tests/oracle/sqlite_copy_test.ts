import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { postgresqlPrograms, startPostgresql } from "../support/postgresql.ts";
import { copyToSqlite } from "../support/sqlite_copy.ts";
import { psql } from "../support/workspace.ts";

const missing = postgresqlPrograms === null
  ? " (skipped: PostgreSQL's programs are not installed)"
  : "";

Deno.test({
  name: `a copy in SQLite holds each value as SQLAlchemy writes it${missing}`,
  ignore: missing !== "",
}, async () => {
  const cluster = await startPostgresql();
  const folder = await Deno.makeTempDir();
  try {
    await psql(
      cluster.url("postgres"),
      `CREATE TYPE mood AS ENUM ('calm', 'cross');
       CREATE TABLE "Every ""type""" (
         id serial PRIMARY KEY, big bigint, real double precision, exact numeric(20, 6), yes boolean,
         no boolean, moment timestamp, zoned timestamptz, day date, clock time, uuid uuid UNIQUE,
         bytes bytea, doc json, packed jsonb, feeling mood, words text NOT NULL, nothing text);
       CREATE INDEX ON "Every ""type""" (day, clock);
       INSERT INTO "Every ""type""" VALUES (1, 9007199254740993, 0.1, 1234.5, true, false,
         '2026-01-02 03:04:05.6', '2026-01-02 03:04:05.000007+02', '2026-01-02', '03:04:05',
         '08aff161-f60c-4cb3-a225-dc9b1140d2e3', '\\x00ff41', '{"b": 1,  "a": null}',
         '{"b": 1, "a": null}', 'cross', 'Zoë "O''Neil" 東京', NULL);
       CREATE VIEW seen AS SELECT id, words FROM "Every ""type""";`,
    );
    const path = `${folder}/copy.db`;
    const counts = await copyToSqlite(cluster.url("postgres"), path);
    assert.deepEqual(Object.fromEntries(counts), { 'Every "type"': 1, seen: 1 });

    const database = new DatabaseSync(path, { readOnly: true });
    const select = database.prepare('SELECT * FROM "Every ""type"""');
    select.setReadBigInts(true);
    assert.deepEqual({ ...select.get() }, {
      id: 1n,
      big: 9007199254740993n,
      real: 0.1,
      exact: 1234.5,
      yes: 1n,
      no: 0n,
      moment: "2026-01-02 03:04:05.600000",
      zoned: "2026-01-02 01:04:05.000007",
      day: "2026-01-02",
      clock: "03:04:05",
      uuid: Uint8Array.fromHex("08aff161f60c4cb3a225dc9b1140d2e3"),
      bytes: new Uint8Array([0, 255, 65]),
      doc: '{"b": 1,  "a": null}',
      packed: '{"a": null, "b": 1}',
      feeling: "cross",
      words: 'Zoë "O\'Neil" 東京',
      nothing: null,
    });
    const indexes = database.prepare('SELECT "unique", origin FROM pragma_index_list(?) ORDER BY 1')
      .all('Every "type"').map((row) => ({ ...row }));
    assert.deepEqual(indexes, [{ unique: 0, origin: "c" }, { unique: 1, origin: "c" }]);
    database.close();
  } finally {
    await cluster.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
