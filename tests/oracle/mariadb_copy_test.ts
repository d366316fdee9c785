import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import mysql from "mysql2/promise";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";
import { copyToMariadb } from "../support/mariadb_copy.ts";
import { postgresqlPrograms, startPostgresql } from "../support/postgresql.ts";
import { psql } from "../support/workspace.ts";

const missing = postgresqlPrograms === null
  ? " (skipped: PostgreSQL's programs are not installed)"
  : hasMariadb
  ? ""
  : " (skipped: MariaDB's programs are not installed)";

Deno.test({
  name:
    `a copy in MariaDB holds each value in the type that Superset's models have there${missing}`,
  ignore: missing !== "",
}, async () => {
  const cluster = await startPostgresql();
  const server = await startMariadb();
  try {
    await psql(
      cluster.url("postgres"),
      `CREATE TYPE mood AS ENUM ('calm', 'cross');
       CREATE TABLE "Every \`type\`" (
         id serial PRIMARY KEY, big bigint, real double precision, exact numeric(20, 6), yes boolean,
         no boolean, moment timestamp, zoned timestamptz, day date, clock time, uuid uuid UNIQUE,
         bytes bytea, doc json, feeling mood, words text NOT NULL, short varchar(30) UNIQUE,
         nothing text, lost double precision);
       INSERT INTO "Every \`type\`" VALUES (1, 9007199254740993, 0.1, 1234.5, true, false,
         '2026-01-02 03:04:05.6', '2026-01-02 03:04:05.000007+02', '2026-01-02', '03:04:05',
         '08aff161-f60c-4cb3-a225-dc9b1140d2e3', '\\x00ff41', '{"b": 1,  "a": null}', 'cross',
         'Zoë "O''Neil" \\ 東京', 'a', NULL, 'NaN'),
         (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', 'A',
         NULL, NULL);
       CREATE VIEW seen AS SELECT id, words FROM "Every \`type\`";`,
    );
    const counts = await copyToMariadb(cluster.url("postgres"), server.url("copy"));
    assert.deepEqual(Object.fromEntries(counts), { "Every `type`": 2, seen: 2 });

    const connection = await mysql.createConnection({
      uri: server.url("copy"),
      dateStrings: true,
      supportBigNumbers: true,
      jsonStrings: true,
    });
    const [rows] = await connection.query("select * from `Every ``type``` order by id limit 1");
    assert.deepEqual({ ...(rows as object[])[0] }, {
      id: 1,
      big: "9007199254740993",
      real: 0.1,
      exact: "1234.5000000000",
      yes: 1,
      no: 0,
      moment: "2026-01-02 03:04:05.600000",
      zoned: "2026-01-02 01:04:05.000007",
      day: "2026-01-02",
      clock: "03:04:05",
      uuid: Buffer.from("08aff161f60c4cb3a225dc9b1140d2e3", "hex"),
      bytes: Buffer.from([0, 255, 65]),
      doc: '{"b": 1,  "a": null}',
      feeling: "cross",
      words: 'Zoë "O\'Neil" \\ 東京',
      short: "a",
      nothing: null,
      lost: null,
    });
    await connection.end();
    await assert.rejects(copyToMariadb(cluster.url("postgres"), server.url("copy")), /exists/);
  } finally {
    await server.stop();
    await cluster.stop();
  }
});
