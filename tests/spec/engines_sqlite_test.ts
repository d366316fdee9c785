import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { memoryDatabase } from "../../src/drivers/analytics/sqlite/memory_database.ts";
import { openDemo } from "../../src/demo/demo.ts";
import { DEMO_ANALYTICS_URI } from "../../src/demo/settings.ts";
import type { ServiceError } from "../../src/errors.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";

/** Expression, what the plan knows of it, declared type, generic type, value. */
const VALUES: readonly (readonly [string, 2 | null, string, number, unknown])[] = [
  ["whole", null, "INTEGER", 0, 7],
  ["large", null, "BIGINT", 0, "9223372036854775807"],
  ["real", null, "REAL", 0, 1.5],
  ["exact", null, "DECIMAL(10, 2)", 0, 2.25],
  ["words", null, "VARCHAR(9)", 1, "é"],
  ["at", null, "DATETIME", 2, new Date(1704164645678)],
  ["day", null, "DATE", 2, "2024-02-29"],
  ["flag", null, "BOOLEAN", 3, true],
  ["raw", null, "BLOB", 1, "hé"],
  ["datetime(at, 'start of day')", 2, "TEXT", 2, new Date(1704153600000)],
  ["datetime(at, 'start of day')", null, "TEXT", 1, "2024-01-02 00:00:00"],
  ["count(*)", null, "INTEGER", 0, 1],
  ["avg(real)", null, "REAL", 0, 1.5],
  ["zeroblob(0)", null, "BLOB", 1, ""],
  ["null", null, "", 1, null],
];

Deno.test("sqlite: runs plans on a file", async (t) => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  database.close();
  const metadata = await Deno.makeTempFile({ suffix: ".db" });
  const databases = analytics({ metadataUri: `sqlite:///${metadata}` });
  try {
    const shop = databases.open(databaseRow(`sqlite:///${path}`));

    for (const [expression, planned, declared, type, expected] of VALUES) {
      await t.step(
        `reads ${expression} as ${declared || "of no type"}${planned ? ", a time" : ""}`,
        async () => {
          const plan = planOf(`select ${expression} as v from kinds`, { types: [planned] });
          const { frame, columns } = await shop.run(plan, LIMITS);
          assert.deepEqual(frame.columns[0]!.values, [expected]);
          assert.deepEqual([columns[0]!.databaseType, columns[0]!.type], [declared, type]);
        },
      );
    }

    await t.step("sends parameters as values", async () => {
      const nasty = `'; drop table kinds; --`;
      const plan = planOf("select ?1 as a, ?2 + 1 as b, ?3 as c, ?1 as d", {
        parameters: [nasty, 41, null],
      });
      const { frame } = await shop.run(plan, LIMITS);
      assert.deepEqual(frame.columns.map(({ values }) => values.at(0)), [nasty, 42, null, nasty]);
    });

    const REFUSED: readonly (readonly [string, string, RegExp])[] = [
      ["select 1; select 2", "invalid_sql", /one statement/],
      ["select * from sqlite_master", "forbidden_sql", /prohibited/],
      ["select * from pragma_table_info('kinds')", "forbidden_sql", /./],
      ["pragma table_info(kinds)", "forbidden_sql", /./],
      ["pragma query_only = off", "forbidden_sql", /./],
      ["attach 'more.db' as more", "forbidden_sql", /./],
      ["insert into numbers values (1)", "forbidden_sql", /./],
      ["create temp table more (a)", "forbidden_sql", /./],
      ["select load_extension('more')", "invalid_sql", /not authorized/],
      ["select nope from kinds", "invalid_sql", /no such column: nope/],
    ];
    for (const [sql, type, words] of REFUSED) {
      await t.step(`refuses ${sql}, and goes on`, async () => {
        const refused = (error: ServiceError) => error.type === type && words.test(error.message);
        await assert.rejects(shop.run(planOf(sql), LIMITS), refused);
        assert.equal((await shop.run(planOf("select 1 as a"), LIMITS)).frame.rowCount, 1);
      });
    }

    await t.step("keeps SQLite's words to itself where a rule narrowed the rows", async () => {
      const plan = planOf("select nope from kinds", { rules: ["by shop"] });
      await assert.rejects(shop.run(plan, LIMITS), {
        message: "The query names a column that does not exist.",
      });
    });

    await t.step("ends an answer without end after its time and when its caller goes", async () => {
      const plan = planOf(ALIVE);
      const started = performance.now();
      await assert.rejects(
        shop.run(plan, { ...LIMITS, timeoutMs: 200 }),
        (error: ServiceError) => error.type === "timeout",
      );
      const signal = AbortSignal.timeout(200);
      await assert.rejects(shop.run(plan, { ...LIMITS, signal }), { name: "TimeoutError" });
      assert.ok(performance.now() - started < 2000);
    });

    await t.step("answers meanwhile, and ends what still runs when it is closed", async () => {
      const others = analytics();
      const other = others.open(databaseRow(`sqlite:///${path}`));
      const gone = new AbortController();
      const running = other.run(planOf(ALIVE), { ...LIMITS, signal: gone.signal });
      assert.equal((await other.run(planOf("select 1 as a"), LIMITS)).frame.rowCount, 1);
      gone.abort(new Error("the caller went"));
      await assert.rejects(running, /the caller went/);
      await others.close();
      assert.deepEqual(others.stats(), { active: 0, idle: 0, waiting: 0 });
    });

    await t.step("stops at the rows and bytes it may read, and says so", async () => {
      const all = "select a.a as a from numbers a, numbers b";
      const rows = await shop.run(planOf(all), { ...LIMITS, maxRows: 5000 });
      assert.deepEqual([rows.frame.rowCount, rows.truncated], [5000, true]);
      const bytes = await shop.run(planOf(all), { ...LIMITS, maxRows: 1e9, maxBytes: 10_000 });
      assert.ok(bytes.truncated && bytes.bytes <= 10_000);
      const few = await shop.run(planOf("select a from numbers limit 5"), {
        ...LIMITS,
        maxRows: 5,
      });
      assert.deepEqual([few.frame.rowCount, few.truncated], [5, false]);
    });

    await t.step("tells a failure at a row, and gives no rows before it for all", async () => {
      const failing = "select abs(case a when 700 then -9223372036854775807 - 1 else a end) as v ";
      for (const sql of [`${failing} from numbers`, `${failing} from numbers where a = 700`]) {
        await assert.rejects(shop.run(planOf(sql), LIMITS), /integer overflow/);
      }
      const sorted = "select a from numbers where a < 5 order by -a";
      const { frame } = await shop.run(planOf(sorted), LIMITS);
      assert.deepEqual(frame.columns[0]!.values, [4, 3, 2, 1]);
      const named = await shop.run(planOf("select a, a, 1 as a from numbers limit 1"), LIMITS);
      assert.deepEqual(named.columns.map(({ name }) => name), ["a", "a__1", "a__2"]);
    });

    await t.step("tells what the database holds", async () => {
      const { introspection } = shop;
      assert.equal((await introspection.session()).defaultSchema, "main");
      assert.deepEqual(
        (await introspection.tables("main")).map(({ name, kind }) => `${name} ${kind}`),
        ["kinds table", "numbers table", "v view", "words foreign table"],
      );
      assert.deepEqual(await introspection.columns("main", "numbers"), [
        { name: "a", databaseType: "INTEGER", type: 0, nullable: true },
      ]);
      const [view, words] = await introspection.dependencies();
      assert.equal(view!.name, "v");
      assert.match(JSON.stringify(view!.reads), /select a from numbers/);
      assert.deepEqual(words, { schema: "main", name: "words", reads: null });
    });

    await t.step("never opens Superset's own metadata, under whatever path", async () => {
      const link = `${metadata}.link`;
      await Deno.symlink(metadata, link);
      for (const [id, uri] of [`sqlite:///${metadata}`, `sqlite:///${link}`].entries()) {
        const own = databases.open(databaseRow(uri, { id: 10 + id }));
        await assert.rejects(own.run(planOf("select 1"), LIMITS), /own metadata database/);
      }
      await Deno.remove(link);
    });

    await t.step("says that a file is none of SQLite's", async () => {
      const text = await Deno.makeTempFile();
      await Deno.writeTextFile(text, "hello, this is no database at all\n".repeat(100));
      const none = databases.open(databaseRow(`sqlite:///${text}`, { id: 20 }));
      await assert.rejects(none.run(planOf("select 1"), LIMITS), /can't be reached/);
      await Deno.remove(text);
    });
  } finally {
    await databases.close();
    await Deno.remove(path);
    await Deno.remove(metadata);
  }
});

Deno.test("sqlite: reads the demo's data in a thread as the demo holds it", async () => {
  const demo = openDemo(Date.UTC(2024, 5, 1));
  const databases = analytics({
    demo: { uri: DEMO_ANALYTICS_URI, tables: () => memoryDatabase(demo.analytics) },
  });
  try {
    const database = databases.open(databaseRow(DEMO_ANALYTICS_URI));
    const sql = "select count(*) as n, sum(revenue) as s, max(ordered_at) as m from orders";
    const { frame } = await database.run(planOf(sql), LIMITS);
    const row = Object.fromEntries(frame.columns.map(({ name, values }) => [name, values.at(0)]));
    assert.deepEqual(row, { ...demo.analytics.prepare(sql).get() as object });
    await assert.rejects(database.run(planOf("delete from orders"), LIMITS), /may not do this/);
  } finally {
    await databases.close();
    demo.close();
  }
});

/** Reads a million million rows; ends only where it is told to. */
const ALIVE = `
  select count(*) as n from (select a from numbers where superset_mcp_alive(a)) a,
         (select a from numbers where superset_mcp_alive(a)) b,
         (select a from numbers where superset_mcp_alive(a)) c`;

const SCHEMA = `
  create table kinds (
    whole INTEGER, large BIGINT, real REAL, exact DECIMAL(10, 2), words VARCHAR(9), at DATETIME,
    day DATE, flag BOOLEAN, raw BLOB);
  insert into kinds values (
    7, 9223372036854775807, 1.5, 2.25, 'é', '2024-01-02 03:04:05.678912', '2024-02-29', 1, x'68c3a9');
  create table numbers (a INTEGER);
  with recursive c (n) as (select 1 union all select n + 1 from c where n < 10000)
  insert into numbers select n from c;
  create view v as select a from numbers;
  create virtual table words using fts5(w, content='kinds');`;
