import assert from "node:assert/strict";
import postgres from "postgres";
import type { AnalyticsDatabase } from "../../src/drivers/analytics/analytics_database.ts";
import type { ConnectionRow } from "../../src/drivers/analytics/engine.ts";
import type { ServiceError } from "../../src/errors.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from "../support/postgresql.ts";
import { isInstalled, run } from "../support/programs.ts";

const ignore = postgresqlPrograms === null;
const name = (title: string) =>
  `postgresql: ${title}${ignore ? " (its server is not installed)" : ""}`;

/** Expression, database type, generic type, value. */
const VALUES: readonly (readonly [string, string, number, unknown])[] = [
  ["true", "boolean", 3, true],
  ["1::smallint", "smallint", 0, 1],
  ["-5", "integer", 0, -5],
  ["9007199254740991", "bigint", 0, 9007199254740991],
  ["9007199254740993", "bigint", 0, "9007199254740993"],
  ["1.50::numeric", "numeric", 0, 1.5],
  ["avg(x) from generate_series(1, 2) x", "numeric", 0, 1.5],
  ["1234567890.123456789", "numeric", 0, "1234567890.123456789"],
  ["100000000000000000000::numeric", "numeric", 0, 1e20],
  ["'NaN'::numeric", "numeric", 0, NaN],
  ["'NaN'::float8", "double precision", 0, NaN],
  ["'-Infinity'::float8", "double precision", 0, -Infinity],
  ["0.1::float8 + 0.2", "double precision", 0, 0.30000000000000004],
  ["0.5::real", "real", 0, 0.5],
  ["'é'::text", "text", 1, "é"],
  ["'ab'::char(4)", "character", 1, "ab  "],
  ["'x'::varchar(9)", "character varying", 1, "x"],
  ["date '2024-02-29'", "date", 2, "2024-02-29"],
  ["date 'infinity'", "date", 2, null],
  ["timestamp '2024-01-02 03:04:05'", "timestamp without time zone", 2, new Date(1704164645000)],
  [
    "timestamp '2024-01-02 03:04:05.678912'",
    "timestamp without time zone",
    2,
    new Date(1704164645678),
  ],
  [
    "timestamp '0044-03-15 12:00:00 BC'",
    "timestamp without time zone",
    2,
    new Date("-000043-03-15T12:00:00Z"),
  ],
  [
    "timestamptz '2024-01-02 03:04:05+05:30'",
    "timestamp with time zone",
    2,
    new Date(1704144845000),
  ],
  ["timestamptz '-infinity'", "timestamp with time zone", 2, null],
  ["time '12:34:56.7'", "time without time zone", 1, "12:34:56.7"],
  ["interval '1 day 2 hours'", "interval", 1, "1 day 02:00:00"],
  ["12.3::money", "money", 1, "$12.30"],
  ["'10.0.0.1/8'::inet", "inet", 1, "10.0.0.1/8"],
  ["int4range(1, 5)", "int4range", 1, "[1,5)"],
  [
    "'6f9619ff-8b86-d011-b42d-00c04fc964ff'::uuid",
    "uuid",
    1,
    "6f9619ff-8b86-d011-b42d-00c04fc964ff",
  ],
  ["B'101'", "bit", 1, "101"],
  [`'{"a": [1, 12345678901234567890]}'::jsonb`, "jsonb", 1, { a: [1, "12345678901234567890"] }],
  ["'null'::json", "json", 1, null],
  [`array['a,b', 'c"d', null, 'NULL', '']`, "text[]", 1, ["a,b", 'c"d', null, "NULL", ""]],
  ["array[[1, 2], [3, 4]]", "integer[]", 1, [[1, 2], [3, 4]]],
  ["'{}'::int[]", "integer[]", 1, []],
  ["'\\x68c3a9'::bytea", "bytea", 1, "hé"],
  ["'\\xff0041'::bytea", "bytea", 1, "[bytes]"],
  ["'happy'::mood", "mood", 1, "happy"],
  ["array['happy', 'sad']::mood[]", "mood[]", 1, ["happy", "sad"]],
  ["null::text", "text", 1, null],
];

Deno.test({
  name: name("runs plans as the engine that charts need"),
  ignore,
  async fn(t) {
    const cluster = await startPostgresql();
    const admin = postgres(cluster.url("postgres"), { max: 1, onnotice: () => {} });
    try {
      await admin.unsafe(SCHEMA);
      await admin.unsafe("create database other");
      const databases = analytics({ metadataUri: cluster.url("superset") });
      const open = (more?: Partial<ConnectionRow>, catalog?: string) =>
        databases.open(databaseRow(cluster.url("postgres"), more), catalog ?? null);
      const shop = open();
      const value = async (sql: string, database = shop) =>
        (await database.run(planOf(sql), LIMITS)).frame.columns[0]!.values.at(0);

      for (const [expression, databaseType, type, expected] of VALUES) {
        await t.step(`reads ${expression} as ${databaseType}`, async () => {
          const { frame, columns } = await shop.run(planOf(`select ${expression}`), LIMITS);
          assert.deepEqual(frame.columns[0]!.values, [expected]);
          const { databaseType: told, type: kind } = columns[0]!;
          assert.deepEqual([told, kind], [databaseType, type]);
        });
      }

      await t.step(
        "tells instants from clock times, and floating numbers from exact ones",
        async () => {
          const { columns, frame } = await shop.run(
            planOf("select now(), localtimestamp, 1::float8, 1::numeric"),
            LIMITS,
          );
          assert.deepEqual(columns.map(({ hasZone }) => hasZone), [true, false, false, false]);
          assert.deepEqual(
            frame.columns.map(({ floating }) => floating ?? false),
            [false, false, true, false],
          );
        },
      );

      await t.step(
        "keeps the columns of an answer without rows, and gives equal names apart",
        async () => {
          const { frame } = await shop.run(
            planOf("select 1 as a, '' as a, now() as b where false"),
            LIMITS,
          );
          assert.deepEqual(
            frame.columns.map(({ name, type, values }) => [name, type, values]),
            [["a", 0, []], ["a__1", 1, []], ["b", 2, []]],
          );
        },
      );

      await t.step("sends parameters as values", async () => {
        const nasty = `'; drop table sales; -- \\`;
        const plan = planOf("select $1::text, $2::int + 1, $3::timestamp, $4::text, $5::bool", {
          parameters: [nasty, 41, new Date(0), null, true],
        });
        const { frame } = await shop.run(plan, LIMITS);
        assert.deepEqual(frame.columns.map(({ values }) => values.at(0)), [
          nasty,
          42,
          new Date(0),
          null,
          true,
        ]);
      });

      const REFUSED: readonly (readonly [string, string, RegExp])[] = [
        ["select 1; select 2", "invalid_sql", /multiple commands/],
        ["insert into sales values (9, 'x')", "forbidden_sql", /read-only/],
        ["create table more (a int)", "forbidden_sql", /read-only/],
        ["select nextval('numbers')", "forbidden_sql", /read-only/],
        ["select nope from sales", "invalid_sql", /"nope" does not exist/],
        ["select 1 / 0", "invalid_sql", /division by zero/],
        ["select * from pg_authid", "permission_denied", /permission denied/],
      ];
      const asReader = open({
        id: 2,
        sqlalchemyUri: cluster.url("postgres").replace("postgres@", "reader@"),
      });
      for (const [sql, type, words] of REFUSED) {
        await t.step(`refuses ${sql}, and goes on`, async () => {
          const refused = (error: ServiceError) => error.type === type && words.test(error.message);
          await assert.rejects(asReader.run(planOf(sql), LIMITS), refused);
          assert.equal(await value("select 1", asReader), 1);
        });
      }

      await t.step(
        "keeps the server's words to itself where a rule narrowed the rows",
        async () => {
          const plan = planOf("select item::int from sales", { rules: ["by shop"] });
          await assert.rejects(
            shop.run(plan, LIMITS),
            (error: ServiceError) =>
              error.message === "The query failed on a value." && error.details?.code === "22P02",
          );
        },
      );

      await t.step("takes only what the guard made", async () => {
        const forged = { ...planOf("select 1") } as unknown as ReturnType<typeof planOf>;
        await assert.rejects(shop.run(forged, LIMITS), TypeError);
      });

      await t.step("has the server end a query after its time", async () => {
        const started = performance.now();
        await assert.rejects(
          shop.run(planOf("select pg_sleep(20)"), { ...LIMITS, timeoutMs: 200 }),
          (error: ServiceError) => error.type === "timeout" && /0\.2 s/.test(error.message),
        );
        assert.ok(performance.now() - started < 1500);
      });

      await t.step("ends a query on the server when its caller goes", async () => {
        const gone = new AbortController();
        const running = shop.run(planOf("select pg_sleep(30) as nap"), {
          ...LIMITS,
          signal: gone.signal,
        });
        await until(async () => await activity(admin, "pg_sleep(30)") === 1);
        gone.abort(new Error("the caller went"));
        await assert.rejects(running, /the caller went/);
        await until(async () => await activity(admin, "pg_sleep(30)") === 0, 1000);
        assert.equal(await value("select 1"), 1);
      });

      await t.step("stops at the rows and bytes it may read, and says so", async () => {
        const all = "select g, md5(g::text) from generate_series(1, 3000) g";
        const rows = await shop.run(planOf(all), { ...LIMITS, maxRows: 1000 });
        assert.deepEqual([rows.frame.rowCount, rows.truncated], [1000, true]);
        const exact = await shop.run(planOf(all), { ...LIMITS, maxRows: 3000 });
        assert.deepEqual([exact.frame.rowCount, exact.truncated], [3000, false]);
        const bytes = await shop.run(planOf(all), { ...LIMITS, maxRows: 3000, maxBytes: 10_000 });
        assert.ok(bytes.truncated && bytes.bytes <= 10_000 && bytes.frame.rowCount > 200);
      });

      await t.step(
        "does not gather a value that is larger than the whole answer may be",
        async () => {
          const before = Deno.memoryUsage().rss;
          const plan = planOf("select repeat('x', 500000000)");
          const { frame, truncated } = await shop.run(plan, { ...LIMITS, maxBytes: 1_000_000 });
          assert.deepEqual([frame.rowCount, truncated], [0, true]);
          assert.ok(Deno.memoryUsage().rss - before < 100e6);
        },
      );

      await t.step(
        "reads five million rows to the cap for 8 callers in little memory",
        async () => {
          const before = Deno.memoryUsage().rss;
          const plan = planOf(
            "select s.g, md5(s.g::text) from (select unnest(array(select generate_series(1, 1000))) g) s, generate_series(1, 5000)",
          );
          const answers = await Promise.all(
            Array.from({ length: 8 }, () => shop.run(plan, { ...LIMITS, maxRows: 50_000 })),
          );
          assert.ok(
            answers.every(({ frame, truncated }) => truncated && frame.rowCount === 50_000),
          );
          assert.ok(Deno.memoryUsage().rss - before < 150e6);
        },
      );

      await t.step(
        "looks bare names up in the schema that is asked for, one query long",
        async () => {
          const inSchema = await shop.run(planOf("select place from sales"), {
            ...LIMITS,
            schema: 'we"st',
          });
          assert.deepEqual(inSchema.frame.columns[0]!.values, ["west"]);
          await assert.rejects(
            shop.run(planOf("select place from sales"), LIMITS),
            /does not exist/,
          );
        },
      );

      await t.step("connects to the catalog that is asked for", async () => {
        assert.equal(await value("select current_database()", open({}, "other")), "other");
      });

      await t.step("honours what the connection's extra settings say", async () => {
        const extra = {
          engine_params: {
            connect_args: {
              options: `-csearch_path=we\\"st,public -c statement_timeout=150ms`.replaceAll(
                '\\"',
                "",
              ),
              application_name: "charts",
            },
            pool_pre_ping: true,
          },
        };
        const settings = open({ id: 3, extra });
        assert.equal(await value("select current_setting('application_name')", settings), "charts");
        assert.equal(await value("show search_path", settings), "west,public");
        await assert.rejects(settings.run(planOf("select pg_sleep(5)"), LIMITS), /0\.15 s/);
      });

      await t.step("takes another connection where an idle one was lost", async () => {
        const lonely = open({ id: 4 });
        const pid = await value("select pg_backend_pid()", lonely);
        await admin.unsafe(`select pg_terminate_backend(${pid})`);
        assert.notEqual(await value("select pg_backend_pid()", lonely), pid);
      });

      await t.step("drops its connections when the row changes", async () => {
        const pid = await value("select pg_backend_pid()", open({ id: 5 }));
        const changed = open({ id: 5, changedOn: "2024-02-02T00:00:00" });
        assert.notEqual(await value("select pg_backend_pid()", changed), pid);
        await until(async () =>
          (await admin.unsafe(`select 1 from pg_stat_activity where pid = ${pid}`)).length === 0
        );
      });

      await t.step(
        "opens five connections at most, four for one asker, and lets the rest wait",
        async () => {
          for (const [id, askers, most] of [[6, 3, 5], [7, 1, 4]] as const) {
            const busy = open({ id });
            const nap = planOf("select pg_backend_pid() from pg_sleep(0.1)");
            const naps = Array.from({ length: 12 }, async (_, at) => {
              const answer = await busy.run(nap, { ...LIMITS, asker: String(at % askers) });
              return answer.frame.columns[0]!.values.at(0);
            });
            assert.equal(new Set(await Promise.all(naps)).size, most);
          }
        },
      );

      await t.step("tells what the database holds", async () => {
        const { introspection } = shop;
        const session = await introspection.session();
        assert.deepEqual(
          [session.database, session.defaultSchema, session.searchPath],
          ["postgres", "public", ["public"]],
        );
        assert.deepEqual(await introspection.schemas(), ["public", 'we"st']);
        assert.deepEqual(
          (await introspection.tables("public")).map(({ name, kind }) => `${name} ${kind}`),
          ["parts table", "parts_1 table", "sales table", "v view"],
        );
        assert.deepEqual(await introspection.columns("public", "sales"), [
          { name: "id", databaseType: "integer", type: 0, nullable: false },
          { name: "item", databaseType: "character varying(20)", type: 1, nullable: true },
        ]);
        assert.deepEqual(
          (await introspection.dependencies()).map(({ name, reads }) => [name, reads]),
          [
            ["parts", { schema: "public", name: "parts_1" }],
            ["parts_1", { schema: "public", name: "parts" }],
            ["v", { schema: "public", name: "sales" }],
          ],
        );
      });

      await t.step("never connects to Superset's own metadata", async () => {
        const refused = /own metadata database/;
        const uris = ["superset", "superset?host=localhost"].map((end) => cluster.url(end));
        for (const [at, sqlalchemyUri] of uris.entries()) {
          const own = open({ id: 20 + at, sqlalchemyUri });
          await assert.rejects(own.run(planOf("select 1"), LIMITS), refused);
          await assert.rejects(own.introspection.session(), refused);
        }
        await assert.rejects(open({ id: 30 }, "superset").run(planOf("select 1"), LIMITS), refused);
      });

      await databases.close();
      await t.step("closes every connection in the end", async () => {
        await until(async () => await connections(admin) === 0);
      });
    } finally {
      await admin.end();
      await cluster.stop();
    }
  },
});

Deno.test({
  name: name("leaves a database alone that keeps failing, and comes back"),
  ignore,
  async fn() {
    let now = 0;
    const cluster = await startPostgresql();
    const databases = analytics({ now: () => now });
    const fails = async (database: AnalyticsDatabase) =>
      await database.run(planOf("select 1"), LIMITS).then(() => "works", (error) => error.message);
    try {
      const shop = databases.open(databaseRow("postgresql://postgres@127.0.0.1:1/postgres"));
      for (let attempt = 0; attempt < 5; attempt++) {
        assert.match(await fails(shop), /'shop' can't be reached/);
      }
      const started = performance.now();
      assert.match(await fails(shop), /failed 5 times in a row and is left alone/);
      assert.ok(performance.now() - started < 50);
      const other = databases.open(databaseRow(cluster.url("postgres"), { id: 2 }));
      assert.equal(await fails(other), "works");
      now = 30_001;
      assert.match(await fails(shop), /can't be reached/);
      assert.match(await fails(shop), /failed 6 times/);
    } finally {
      await databases.close();
      await cluster.stop();
    }
  },
});

const noTls = ignore || !isInstalled("openssl");
Deno.test({
  name: `postgresql: connects to the server that has the certificate${
    noTls ? " (openssl or its server is not installed)" : ""
  }`,
  ignore: noTls,
  async fn() {
    const cluster = await startPostgresql();
    const [right, wrong] = [await certificate(), await certificate()];
    const databases = analytics();
    try {
      await useCertificate(cluster, right);
      const secured = (id: number, directory: string) =>
        databases.open(databaseRow(cluster.url("postgres").replace("127.0.0.1", "localhost"), {
          id,
          serverCert: Deno.readTextFileSync(`${directory}/cert.pem`),
        })).run(planOf("select ssl from pg_stat_ssl where pid = pg_backend_pid()"), LIMITS);
      assert.deepEqual((await secured(1, right)).frame.columns[0]!.values, [true]);
      await assert.rejects(secured(2, wrong), /can't be reached/);
    } finally {
      await databases.close();
      await cluster.stop();
      for (const directory of [right, wrong]) await Deno.remove(directory, { recursive: true });
    }
  },
});

const SCHEMA = `
  create type mood as enum ('happy', 'sad');
  create role reader login;
  create table sales (id int not null, item varchar(20));
  insert into sales values (1, 'tea');
  grant select on sales to reader;
  create view v as select item from sales;
  create sequence numbers;
  grant usage on numbers to reader;
  create schema "we""st";
  create table "we""st".sales (place text);
  insert into "we""st".sales values ('west');
  create table parts (day int) partition by range (day);
  create table parts_1 partition of parts for values from (0) to (10);`;

async function activity(admin: postgres.Sql, part: string): Promise<number> {
  const rows = await admin.unsafe(
    `select 1 from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()`,
    [`%${part}%`],
  );
  return rows.length;
}

async function connections(admin: postgres.Sql): Promise<number> {
  const rows = await admin.unsafe(
    "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
  );
  return rows.length;
}

async function until(holds: () => Promise<boolean>, withinMs = 5000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!await holds()) {
    assert.ok(performance.now() < giveUpAt, "it did not come to that in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @returns a folder with `cert.pem` and `key.pem` for localhost */
async function certificate(): Promise<string> {
  const directory = await Deno.makeTempDir({ dir: "/tmp", prefix: "certificate-" });
  await run(
    "openssl",
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost", "-keyout", `${directory}/key.pem`],
    ...["-out", `${directory}/cert.pem`],
  );
  await Deno.chmod(`${directory}/key.pem`, 0o600);
  if (Deno.uid() === 0) await run("chown", "-R", "postgres", directory);
  return directory;
}

async function useCertificate(cluster: PostgresqlCluster, directory: string): Promise<void> {
  const admin = postgres(cluster.url("postgres"), { max: 1 });
  await admin.unsafe(`alter system set ssl_cert_file = '${directory}/cert.pem'`);
  await admin.unsafe(`alter system set ssl_key_file = '${directory}/key.pem'`);
  await admin.unsafe("alter system set ssl = on");
  await admin.unsafe("select pg_reload_conf()");
  await admin.end();
}
