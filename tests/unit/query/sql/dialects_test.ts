/** Values and names in an engine's quotes are read back as themselves, whatever stands in them. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { createConnection } from "mysql2";
import type { SqlSpelling } from "../../../../src/query/sql/dialect.ts";
import { MYSQL } from "../../../../src/query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { SQLITE } from "../../../../src/query/sql/sqlite/dialect.ts";
import { hasMariadb, startMariadb } from "../../../support/mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "../../../support/postgresql.ts";
import { openAnalytics } from "../../../support/recorded_charts.ts";

const DIALECTS: readonly SqlSpelling[] = [POSTGRESQL, MYSQL, SQLITE];

/** Text with more quotes, backslashes and comments in it than people write. */
const TEXT = fc.array(
  fc.oneof(
    fc.constantFrom("'", '"', "`", "\\", "--", "/*", ";", "%", "$1", "?", "\n", "E'", "{{"),
    fc.string({ unit: "grapheme", maxLength: 5 }),
  ),
  { maxLength: 8 },
).map((parts) => parts.join("").replaceAll("\0", "").toWellFormed());

type ReadBack = (sql: string) => Promise<{ readonly name: string; readonly value: unknown }>;

async function assertReadBack(dialect: SqlSpelling, readBack: ReadBack): Promise<void> {
  await fc.assert(
    fc.asyncProperty(TEXT, TEXT, async (text, label) => {
      // MySQL drops spaces in front of a name and takes none behind, and no engine an empty one.
      const name = `.${label}.`;
      const sql = `SELECT ${dialect.literal(text)} AS ${dialect.quote(dialect.label(name))}`;
      const read = await readBack(sql);
      assert.equal(read.value, text, sql);
      assert.equal(read.name, dialect.label(name), sql);
    }),
    { numRuns: 300 },
  );
}

Deno.test("any text is read back as it was on sqlite", async () => {
  const database = new DatabaseSync(":memory:");
  try {
    await assertReadBack(SQLITE, (sql) => {
      const [[name, value] = assert.fail()] = Object.entries(database.prepare(sql).get()!);
      return Promise.resolve({ name, value });
    });
  } finally {
    database.close();
  }
});

for (const conforming of ["on", "off"]) {
  Deno.test({
    name:
      `any text is read back as it was on postgresql, standard_conforming_strings ${conforming}` +
      (postgresqlPrograms === null ? " (skipped: its programs are not installed)" : ""),
    ignore: postgresqlPrograms === null,
  }, async () => {
    const cluster = await startPostgresql();
    const sql = openAnalytics(cluster.url("postgres"));
    try {
      await sql.unsafe(`SET standard_conforming_strings = ${conforming}`);
      await assertReadBack(POSTGRESQL, async (text) => {
        const rows = await sql.unsafe(text).values();
        return { name: rows.columns[0]!.name, value: rows[0]![0] };
      });
    } finally {
      await sql.end();
      await cluster.stop();
    }
  });
}

Deno.test({
  name: "any text is read back as it was on mysql, and none ends its quotes in any mode" +
    (hasMariadb ? "" : " (skipped: MariaDB's server is not installed)"),
  ignore: !hasMariadb,
}, async () => {
  const server = await startMariadb();
  const url = new URL(server.url(""));
  const connection = createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    password: decodeURIComponent(url.password),
  });
  const client = connection.promise();
  const readBack: ReadBack = async (text) => {
    const [rows, fields] = await client.query({ sql: text, rowsAsArray: true });
    return { name: fields[0]!.name, value: (rows as unknown[][])[0]![0] };
  };
  try {
    await assertReadBack(MYSQL, readBack);
    await client.query("SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'");
    await assertReadBack(MYSQL, async (text) => {
      const { name, value } = await readBack(text);
      return { name, value: String(value).replaceAll("\\\\", "\\") };
    });
  } finally {
    await client.end();
    await server.stop();
  }
});

for (const dialect of DIALECTS) {
  Deno.test(`${dialect.name} spells values as literals, or refuses them`, () => {
    assert.equal(dialect.literal(null), "NULL");
    assert.equal(dialect.literal(12345678901234567890n), "12345678901234567890");
    assert.equal(dialect.literal(-0.5), "-0.5");
    for (const refused of [NaN, Infinity, "a\0b"]) {
      assert.throws(() => dialect.literal(refused), { type: "invalid_argument" });
    }
    assert.throws(() => dialect.quote("a\0b"), { type: "invalid_argument" });
  });
}

/** By Superset's own mappings, `int` before `interval` among them. */
const TYPES: readonly (readonly [string | null, number | null])[] = [
  ["VARCHAR(255)", 1],
  ["NVARCHAR", 1],
  ["text", 1],
  ["LONGTEXT", 1],
  ["LONGINTEGER", 0],
  ["BIGINT", 0],
  ["DOUBLE PRECISION", 0],
  ["numeric(20, 4)", 0],
  ["INTERVAL", 0],
  ["TIMESTAMP WITH TIME ZONE", 2],
  ["DATETIME", 2],
  ["DATE", 2],
  ["TIME", 2],
  ["BOOLEAN", 3],
  ["UUID", null],
  ["", null],
  [null, null],
];

for (const dialect of DIALECTS) {
  Deno.test(`${dialect.name} takes database types for what Superset does`, () => {
    const taken = TYPES.map(([type]) => [type, dialect.genericType(type)]);
    assert.deepEqual(taken, TYPES);
  });
}

Deno.test("types of one engine are known there", () => {
  assert.equal(POSTGRESQL.genericType("JSONB"), 1);
  assert.equal(MYSQL.genericType("TINYINT(1)"), 0);
  assert.equal(SQLITE.genericType("TINYINT"), null);
});
