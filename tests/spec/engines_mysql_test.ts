import assert from "node:assert/strict";
import type { ServiceError } from "../../src/errors.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";
import { hasMariadb, startMariadb } from "../support/mariadb.ts";

const ignore = !hasMariadb;

/** Expression or column, database type, generic type, value. */
const VALUES: readonly (readonly [string, string, number, unknown])[] = [
  ["flag", "tinyint", 0, 1],
  ["small", "smallint", 0, -3],
  ["big", "bigint", 0, "18446744073709551615"],
  ["exact", "decimal", 0, 1.5],
  ["cast(1234567890.123456789 as decimal(30, 9))", "decimal", 0, "1234567890.123456789"],
  ["floating", "double", 0, 0.1],
  ["single", "float", 0, 0.5],
  ["at", "datetime", 2, new Date(1704164645678)],
  ["since", "timestamp", 2, new Date(1704164645000)],
  ["day", "date", 2, "2024-02-29"],
  ["nothing", "date", 2, null],
  ["clock", "time", 1, "12:34:56"],
  ["made", "year", 0, 2024],
  ["bits", "bit", 0, 5],
  ["mood", "char", 1, "happy"],
  ["doc", "text", 1, '{"a": 1}'],
  ["raw", "blob", 1, "hé"],
  ["cast(x'ff0041' as binary)", "varbinary", 1, "[bytes]"],
  ["words", "text", 1, "é"],
  ["null", "null", 1, null],
  ["'a\\\\b'", "varchar", 1, "a\\b"],
  ["1 or 0", "int", 0, 1],
];

Deno.test({
  name: `mysql: runs plans on MariaDB${ignore ? " (its server is not installed)" : ""}`,
  ignore,
  async fn(t) {
    const server = await startMariadb();
    const databases = analytics({ metadataUri: server.url("superset") });
    try {
      await server.execute(SCHEMA);
      // Under these modes quotes and `||` would mean something else than the guard read.
      await server.execute("set global sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'");
      const shop = databases.open(
        databaseRow(server.url("shop").replace("mysql", "mysql+mysqldb")),
      );

      for (const [expression, databaseType, type, expected] of VALUES) {
        await t.step(`reads ${expression} as ${databaseType}`, async () => {
          const plan = planOf(`select ${expression} as v from kinds`);
          const { frame, columns } = await shop.run(plan, LIMITS);
          assert.deepEqual(frame.columns[0]!.values, [expected]);
          assert.deepEqual([columns[0]!.databaseType, columns[0]!.type], [databaseType, type]);
        });
      }

      await t.step("sends parameters as values", async () => {
        const nasty = `'; drop table kinds; -- \\ " é`;
        const plan = planOf("select ? as a, ? + 1 as b, ? as c from kinds where small = ?", {
          parameters: [nasty, 41, null, -3],
        });
        const { frame } = await shop.run(plan, LIMITS);
        assert.deepEqual(frame.columns.map(({ values }) => values.at(0)), [nasty, 42, null]);
      });

      const REFUSED: readonly (readonly [string, string, RegExp])[] = [
        ["select 1; select 2", "invalid_sql", /syntax/],
        ["insert into numbers values (1)", "forbidden_sql", /READ ONLY/],
        ["create table more (a int)", "forbidden_sql", /READ ONLY/],
        ["select nope from kinds", "invalid_sql", /Unknown column 'nope'/],
      ];
      for (const [sql, type, words] of REFUSED) {
        await t.step(`refuses ${sql}, and goes on`, async () => {
          const refused = (error: ServiceError) => error.type === type && words.test(error.message);
          await assert.rejects(shop.run(planOf(sql), LIMITS), refused);
          assert.equal((await shop.run(planOf("select 1"), LIMITS)).frame.rowCount, 1);
        });
      }

      await t.step(
        "keeps the server's words to itself where a rule narrowed the rows",
        async () => {
          const plan = planOf("select nope from kinds", { rules: ["by shop"] });
          await assert.rejects(shop.run(plan, LIMITS), {
            message: "The query names a column that does not exist.",
          });
        },
      );

      await t.step("has the server end a query after its time", async () => {
        const started = performance.now();
        await assert.rejects(
          shop.run(planOf("select sum(a.a + b.a) from numbers a, numbers b"), {
            ...LIMITS,
            timeoutMs: 300,
          }),
          (error: ServiceError) => error.type === "timeout",
        );
        assert.ok(performance.now() - started < 1500);
      });

      await t.step("ends a query on the server when its caller goes", async () => {
        const gone = new AbortController();
        const endless = "select sum(a.a * b.a) as endless from numbers a, numbers b";
        const running = shop.run(planOf(endless), { ...LIMITS, signal: gone.signal });
        const active = async () =>
          Number(
            await server.execute(
              "select count(*) from information_schema.processlist where info like '%as endless%' and id <> connection_id()",
            ),
          );
        await until(async () => await active() === 1);
        gone.abort(new Error("the caller went"));
        await assert.rejects(running, /the caller went/);
        await until(async () => await active() === 0, 1000);
      });

      await t.step("stops at the rows and bytes it may read, and says so", async () => {
        const all = "select a.a from numbers a, numbers b";
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

      await t.step(
        "looks bare names up in the schema that is asked for, one query long",
        async () => {
          const where = async (schema?: string) =>
            (await shop.run(planOf("select database() as d"), { ...LIMITS, schema })).frame
              .columns[0]!
              .values.at(0);
          assert.equal(await where("we`st"), "we`st");
          assert.equal(await where(), "shop");
        },
      );

      await t.step("takes another connection where an idle one was lost", async () => {
        const lonely = databases.open(databaseRow(server.url("shop"), { id: 2 }));
        const id = async () =>
          (await lonely.run(planOf("select connection_id() as id"), LIMITS)).frame.columns[0]!
            .values.at(0);
        const first = await id();
        await server.execute(`kill ${first}`);
        assert.notEqual(await id(), first);
      });

      await t.step("tells what the database holds", async () => {
        const { introspection } = shop;
        const session = await introspection.session();
        assert.deepEqual([session.defaultSchema, session.searchPath], ["shop", ["shop"]]);
        assert.deepEqual(await introspection.schemas(), ["shop", "we`st"]);
        assert.deepEqual(
          (await introspection.tables("shop")).map(({ name, kind }) => `${name} ${kind}`),
          ["kinds table", "merged foreign table", "numbers table", "one table", "v view"],
        );
        assert.deepEqual(await introspection.columns("shop", "numbers"), [
          { name: "a", databaseType: "int(11)", type: 0, nullable: true },
        ]);
        const [view, merged] = await introspection.dependencies();
        assert.deepEqual(merged, { schema: "shop", name: "merged", reads: null });
        assert.deepEqual([view!.schema, view!.name], ["shop", "v"]);
        assert.match(JSON.stringify(view!.reads), /from `shop`.`numbers`/);
        assert.equal(session.ignoresCase, false);
        for (const system of ["mysql", "INFORMATION_SCHEMA", "performance_schema", "sys"]) {
          assert.deepEqual(await introspection.tables(system), [], system);
        }
      });

      await t.step("never connects to Superset's own metadata", async () => {
        const own = databases.open(databaseRow(server.url("superset"), { id: 3 }));
        await assert.rejects(own.run(planOf("select 1"), LIMITS), /own metadata database/);
      });
    } finally {
      await databases.close();
      await server.stop();
    }
  },
});

const SCHEMA = `
  create database shop; create database \`we\`\`st\`; use shop;
  create table kinds (
    flag tinyint(1), small smallint, big bigint unsigned, exact decimal(30, 20), floating double,
    single float, at datetime(6), since timestamp null, day date, nothing date, clock time,
    made year, bits bit(9), mood enum('happy', 'sad'), doc json, raw blob, words text);
  insert into kinds values (
    1, -3, 18446744073709551615, 1.5, 0.1, 0.5, '2024-01-02 03:04:05.678912',
    '2024-01-02 03:04:05', '2024-02-29', '0000-00-00', '12:34:56', 2024, b'101', 'happy',
    '{"a": 1}', x'68c3a9', 'é');
  create table numbers (a int);
  insert into numbers select seq from seq_1_to_100000;
  create view v as select a from numbers;
  create table one (a int) engine = MyISAM;
  create table merged (a int) engine = MERGE union = (one);`.replace(
  "insert into kinds",
  "set sql_mode = ''; insert into kinds",
);

async function until(holds: () => Promise<boolean>, withinMs = 5000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!await holds()) {
    assert.ok(performance.now() < giveUpAt, "it did not come to that in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
