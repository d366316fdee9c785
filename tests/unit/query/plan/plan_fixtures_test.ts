/**
 * Every query of tests/fixtures/plan/cases.json: its SQL on each engine, and on each engine that is
 * installed the rows which that SQL gives.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createConnection } from "mysql2";
import { planQuery } from "../../../../src/query/plan/plan_query.ts";
import type { QueryObject } from "../../../../src/query/query_object.ts";
import type { SqlSpelling } from "../../../../src/query/sql/dialect.ts";
import { MYSQL } from "../../../../src/query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { SQLITE } from "../../../../src/query/sql/sqlite/dialect.ts";
import { comparable } from "../../../support/compare_rows.ts";
import { hasMariadb, startMariadb } from "../../../support/mariadb.ts";
import { createOrders, PLAN_DATASETS, TRUSTING_PARSER } from "../../../support/plan_orders.ts";
import { postgresqlPrograms, startPostgresql } from "../../../support/postgresql.ts";
import { openAnalytics } from "../../../support/recorded_charts.ts";

const FIXTURES = new URL("../../../fixtures/plan/", import.meta.url);

interface Case {
  readonly name: string;
  /** A key of `PLAN_DATASETS`. */
  readonly dataset: string;
  readonly query: QueryObject;
  /** Where Superset's SQL has this meaning; every engine unless said. */
  readonly engines?: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether the order of rows is told by the query, nulls left out. */
  readonly ordered?: boolean;
}

type Run = (sql: string) => Promise<readonly (readonly unknown[])[]>;

interface Engine {
  readonly dialect: SqlSpelling;
  /** Null where it is installed. */
  readonly missing: string | null;
  with(test: (run: Run) => Promise<void>): Promise<void>;
}

const ENGINES: readonly Engine[] = [
  {
    dialect: POSTGRESQL,
    missing: postgresqlPrograms === null ? "PostgreSQL's programs are not installed" : null,
    async with(test) {
      const cluster = await startPostgresql();
      const sql = openAnalytics(cluster.url("postgres"));
      try {
        for (const statement of createOrders(POSTGRESQL.quote)) await sql.unsafe(statement);
        await test(async (text) => [...await sql.unsafe(text).values()]);
      } finally {
        await sql.end();
        await cluster.stop();
      }
    },
  },
  {
    dialect: MYSQL,
    missing: hasMariadb ? null : "MariaDB's server is not installed",
    async with(test) {
      const server = await startMariadb();
      await server.execute("CREATE DATABASE plans");
      const url = new URL(server.url("plans"));
      const connection = createConnection({
        host: url.hostname,
        port: Number(url.port),
        user: url.username,
        password: decodeURIComponent(url.password),
        database: "plans",
        dateStrings: true,
        rowsAsArray: true,
      });
      const client = connection.promise();
      try {
        await client.query("SET time_zone = '+00:00'");
        for (const statement of createOrders(MYSQL.quote)) await client.query(statement);
        await test(async (text) => (await client.query(text))[0] as unknown[][]);
      } finally {
        await client.end();
        await server.stop();
      }
    },
  },
  {
    dialect: SQLITE,
    missing: null,
    async with(test) {
      const database = new DatabaseSync(":memory:");
      try {
        for (const statement of createOrders(SQLITE.quote)) database.exec(statement);
        await test((text) => {
          const rows = database.prepare(text).all();
          return Promise.resolve(rows.map((row) => Object.values(row)));
        });
      } finally {
        database.close();
      }
    },
  },
];

const CASES: readonly Case[] = JSON.parse(
  await Deno.readTextFile(new URL("cases.json", FIXTURES)),
);

for (const { dialect, missing, with: withEngine } of ENGINES) {
  const cases = CASES.filter(({ engines }) => engines?.includes(dialect.name) ?? true);
  const plan = ({ query, dataset }: Case) =>
    planQuery(query, PLAN_DATASETS[dataset]!, {
      dialect,
      parser: TRUSTING_PARSER,
      render: (text) => text,
      now: new Date("2024-06-01T00:00:00Z"),
    });

  Deno.test(`each query is planned as the fixture's SQL of ${dialect.name}`, async () => {
    const path = new URL(`${dialect.name}/sql.json`, FIXTURES);
    const expected = JSON.parse(await Deno.readTextFile(path));
    assert.deepEqual(Object.fromEntries(cases.map((one) => [one.name, plan(one).sql])), expected);
  });

  Deno.test({
    name: `each query gives the fixture's rows on ${dialect.name}` +
      (missing === null ? "" : ` (skipped: ${missing})`),
    ignore: missing !== null,
    fn: (t) =>
      withEngine(async (run) => {
        for (const one of cases) {
          await t.step(one.name, () => assertRows(one, plan(one), run));
        }
      }),
  });
}

async function assertRows(
  { rows, ordered, query }: Case,
  { sql, countSql }: ReturnType<typeof planQuery>,
  run: Run,
): Promise<void> {
  const [actual, expected] = [plain(await run(sql)), plain(rows)];
  if (ordered) assert.deepEqual(actual, expected);
  assert.deepEqual(actual.toSorted(), expected.toSorted());
  if (countSql === null) return;
  const [[counted] = []] = await run(countSql);
  if (!query.row_limit) assert.equal(Number(counted), rows.length, "the count of rows");
  else assert.ok(Number(counted) >= rows.length, "the count of rows");
}

/** Engines keep booleans and midnights in ways of their own. */
function plain(rows: readonly (readonly unknown[])[]): readonly string[] {
  return rows.map((row) =>
    JSON.stringify(row.map((value) => {
      if (value === true || value === "t") return 1;
      if (value === false || value === "f") return 0;
      return comparable(typeof value === "string" ? value.replace(/ 00:00:00$/, "") : value);
    }))
  );
}
