import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type {
  AnalyticsDatabase,
  AskedLimits,
} from "../../src/drivers/analytics/analytics_database.ts";
import type { QueryResult } from "../../src/drivers/analytics/engine.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "../support/postgresql.ts";

const ROWS = 200_000;
const MANY: AskedLimits = { ...LIMITS, timeoutMs: 60_000, maxRows: ROWS + 5, maxBytes: 2 ** 40 };

Deno.test({
  name: `postgresql: hands rows on in batches${
    postgresqlPrograms === null ? " (its server is not installed)" : ""
  }`,
  ignore: postgresqlPrograms === null,
  async fn(t) {
    const server = await startPostgresql();
    const databases = analytics({ metadataUri: server.url("superset") });
    try {
      const database = databases.open(databaseRow(server.url("postgres")));
      const sql = (rows: number) => `select n, repeat('x', 500) from generate_series(1, ${rows}) n`;
      await handsOn(t, database, sql);
      await t.step("leaves no statement running on the server once one was given up", async () => {
        const running =
          "select count(*) from pg_stat_activity where query like '%generate_series%'" +
          " and state = 'active' and pid <> pg_backend_pid()";
        for (let tries = 0; tries < 50; tries++) {
          const { frame } = await database.run(planOf(running), LIMITS);
          if (frame.columns[0]!.values.at(0) === 0) return;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assert.fail("it still runs");
      });
    } finally {
      await databases.close();
      await server.stop();
    }
  },
});

Deno.test({
  name: `mysql: hands rows on in batches${hasMariadb ? "" : " (its server is not installed)"}`,
  ignore: !hasMariadb,
  async fn(t) {
    const server = await startMariadb();
    await server.execute("create database if not exists shop");
    const databases = analytics({ metadataUri: server.url("superset") });
    try {
      const database = databases.open(databaseRow(server.url("shop")));
      const sql = (rows: number) => `select seq, repeat('x', 500) from seq_1_to_${rows}`;
      await handsOn(t, database, sql);
    } finally {
      await databases.close();
      await server.stop();
    }
  },
});

Deno.test("sqlite: hands rows on in batches", async (t) => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  new DatabaseSync(path).close();
  const databases = analytics();
  try {
    const database = databases.open(databaseRow(`sqlite:///${path}`));
    const sql = (rows: number) =>
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${rows})
         select n, replace(hex(zeroblob(250)), '0', 'x') as text from numbers`;
    await handsOn(t, database, sql);
  } finally {
    await databases.close();
    await Deno.remove(path);
  }
});

/** What every engine promises of `stream`. @param sql gives so many rows: numbers from 1, and 500 letters */
async function handsOn(
  t: Deno.TestContext,
  database: AnalyticsDatabase,
  sql: (rows: number) => string,
): Promise<void> {
  const numbers = ({ frame }: QueryResult) => [...frame.columns[0]?.values ?? []].map(Number);

  await t.step("all rows come once, in order, in batches", async () => {
    let next = 1;
    let batches = 0;
    await database.stream(planOf(sql(20_500)), MANY, async (batch) => {
      batches++;
      assert.ok(batch.frame.rowCount <= 1000);
      assert.equal(batch.frame.columns.length, 2);
      for (const number of numbers(batch)) assert.equal(number, next++);
      assert.equal(batch.frame.columns[1]!.values.at(0)?.toString().length, 500);
      if (batches % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    assert.equal(next, 20_501);
    assert.ok(batches > 20);
  });

  await t.step("few rows, or none, are one batch", async () => {
    for (const rows of [1, 0]) {
      const batches: QueryResult[] = [];
      const plan = planOf(`select * from (${sql(1)}) as one where 1 = ${rows}`);
      await database.stream(plan, MANY, (batch) => {
        batches.push(batch);
        return Promise.resolve();
      });
      assert.deepEqual(batches.map(({ frame }) => frame.rowCount), [rows]);
      assert.equal(batches[0]!.columns.length, 2);
    }
  });

  await t.step("the row cap ends it, and the last batch says so", async () => {
    let rows = 0;
    let truncated = false;
    await database.stream(planOf(sql(5000)), { ...MANY, maxRows: 2500 }, (batch) => {
      rows += batch.frame.rowCount;
      truncated = batch.truncated;
      return Promise.resolve();
    });
    assert.deepEqual([rows, truncated], [2500, true]);
  });

  await t.step("while nobody takes them, no more are read", async () => {
    let read = 0;
    const offered = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const done = database.stream(
      planOf(sql(ROWS)),
      { ...MANY, onRows: (rows) => read = rows },
      () => {
        offered.resolve();
        return taken.promise;
      },
    );
    await offered.promise;
    // Long enough for all of them to come.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.ok(read < ROWS / 10, `${read} rows were read ahead`);
    taken.resolve();
    await done;
    assert.equal(read, ROWS);
  });

  await t.step("what the taker throws ends the statement, and is thrown", async () => {
    const fault = new Error("no room");
    let calls = 0;
    const stream = database.stream(planOf(sql(ROWS)), MANY, () => {
      calls++;
      return Promise.reject(fault);
    });
    await assert.rejects(stream, fault);
    assert.equal(calls, 1);
    assert.equal((await database.run(planOf("select 1"), LIMITS)).frame.rowCount, 1);
  });

  await t.step("who goes away while the rows are held ends the statement", async () => {
    const gone = new AbortController();
    const stream = database.stream(
      planOf(sql(ROWS)),
      { ...MANY, signal: gone.signal },
      () => new Promise(() => {}),
    );
    setTimeout(() => gone.abort(new Error("gone")), 100);
    await assert.rejects(stream, /gone/);
    assert.equal((await database.run(planOf("select 1"), LIMITS)).frame.rowCount, 1);
  });
}
