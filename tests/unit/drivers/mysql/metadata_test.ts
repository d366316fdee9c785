/** The metadata database in MariaDB, on a real server: values, pool, dropped and refused connections. */
import assert from "node:assert/strict";
import type { MetadataDatabase } from "../../../../src/drivers/metadata_database.ts";
import { MysqlMetadata } from "../../../../src/drivers/mysql/metadata.ts";
import { openMetadataDatabase } from "../../../../src/drivers/open_metadata.ts";
import { ServiceError } from "../../../../src/errors.ts";
import { hasMariadb, type MariadbServer, startMariadb } from "../../../support/mariadb.ts";

interface Scene {
  readonly server: MariadbServer;
  open(pool?: Partial<Pool>, uri?: string): MetadataDatabase;
}

interface Pool {
  readonly size: number;
  readonly maxOverflow: number;
  readonly timeoutSeconds: number;
  readonly recycleSeconds: number;
}

const missing = hasMariadb ? "" : " (skipped: MariaDB's programs are not installed)";

const steps: (readonly [name: string, use: (scene: Scene) => Promise<void>])[] = [];

/** A step on the one server there is, with the table anew. */
function onServer(name: string, use: (scene: Scene) => Promise<void>): void {
  steps.push([name, use]);
}

const statement = (sql: string, parameters: readonly unknown[] = [], prepared = true) => ({
  sql,
  parameters,
  prepared,
});
const ONE = statement("select id from things");
const OTHER = statement("select 1 as one");

/** The service's own connections, beside the server's threads. */
const connections = async ({ execute }: MariadbServer): Promise<string[]> =>
  (await execute("select id from information_schema.processlist where user = 'tester'"))
    .split("\n").filter((line) => line !== "");

async function endConnections(server: MariadbServer): Promise<void> {
  for (const id of await connections(server)) await server.execute(`kill ${id}`).catch(() => "");
}

/** Holds the table for as long as it is told, in another session. */
async function lock(server: MariadbServer, seconds: number): Promise<() => Promise<string>> {
  const held = server.execute(`lock tables superset.things write; select sleep(${seconds})`);
  await waitFor(async () =>
    (await server.execute("select info from information_schema.processlist")).includes(
      `select sleep(${seconds})`,
    )
  );
  return () => held;
}

/** How it ended: `answered`, or the error's type; a read that never ends fails its test. */
function typeOf(asked: Promise<unknown>): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("not answered within 8 s")), 8000);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer)).then(
    () => "answered",
    (error) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.doesNotMatch(JSON.stringify(error.body()), /select|things|tester/i);
      return error.type;
    },
  );
}

onServer("values come as the DAO takes them, whatever the session's mode", async ({ open }) => {
  const database = open();
  const uuid = Uint8Array.fromHex("08aff161f60c4cb3a225dc9b1140d2e3");
  const [row] = await database.read(statement(
    `select cast('2026-01-02 03:04:05.6' as datetime(6)) as moment, cast('[1]' as json) as list,
            cast(? as binary(16)) as uuid, 1 = 1 as flag, 'a' || 'b' as joined, 'back\\slash' as text,
            ? as words, ? as yes, ? as nothing, @@session.time_zone as zone`
      .replace("cast('[1]' as json)", "json_array(1)"),
    [uuid, "Zoë \\ ' \" 東京", true, null],
  ));
  assert.equal(row!.moment, "2026-01-02 03:04:05.600000");
  assert.equal(row!.list, "[1]");
  assert.deepEqual(new Uint8Array(row!.uuid as Uint8Array), uuid);
  assert.equal(row!.flag, 1);
  assert.equal(row!.joined, "ab");
  assert.equal(row!.text, "back\\slash");
  assert.equal(row!.words, "Zoë \\ ' \" 東京");
  assert.equal(Number(row!.yes), 1);
  assert.equal(row!.nothing, null);
  assert.equal(row!.zone, "+00:00");
});

onServer("joined ids are whole, however many there are", async ({ open }) => {
  const [row] = await open().read(
    statement(
      "select group_concat(seq order by seq desc separator ',') as ids from seq_1_to_100000",
    ),
  );
  const ids = String(row!.ids).split(",");
  assert.equal(ids.length, 100_000);
  assert.equal(ids[0], "100000");
});

onServer("the server keeps plans of the fixed statements only", async ({ server, open }) => {
  const database = open({ size: 1 });
  for (let time = 0; time < 20; time++) {
    await database.read(statement(`select ${time} as n`, [], false));
    await database.read(ONE);
  }
  await waitFor(async () =>
    /\s1$/.test((await server.execute("show global status like 'Prepared_stmt_count'")).trim())
  );
});

onServer("the tables are those of the database that is named", async ({ server, open }) => {
  await server.execute("create database other; create table other.strange (x int)");
  const tables = await open().describe();
  assert.deepEqual([...tables], [["things", new Set(["id"])]]);
});

onServer("reads again where connections were ended in the meantime", async ({ server, open }) => {
  const database = open();
  for (let round = 0; round < 3; round++) {
    await Promise.all([database.read(ONE), database.read(ONE)]);
    await endConnections(server);
    assert.deepEqual(await Promise.all([typeOf(database.read(ONE)), typeOf(database.read(ONE))]), [
      "answered",
      "answered",
    ]);
  }
});

onServer("reads again where the connection is ended in the middle", async ({ server, open }) => {
  const database = open();
  await database.read(OTHER);
  const held = await lock(server, 1.5);
  const asked = typeOf(database.read(ONE));
  await waitFor(async () =>
    /select id from things/.test(
      await server.execute(
        "select info from information_schema.processlist where user = 'tester'",
      ),
    )
  );
  await endConnections(server);
  assert.equal(await asked, "answered");
  await held();
});

onServer(
  "gives up in time where every connection is busy, and goes on after",
  async ({ server, open }) => {
    const database = open({ size: 1, timeoutSeconds: 0.3 });
    await database.read(ONE);
    const held = await lock(server, 1.5);
    const first = typeOf(database.read(ONE));
    const began = performance.now();
    assert.deepEqual(
      await Promise.all([typeOf(database.read(ONE)), typeOf(database.read(ONE))]),
      ["unavailable", "unavailable"],
    );
    const waited = performance.now() - began;
    assert.ok(waited >= 290 && waited < 1400, `${waited} ms`);
    assert.deepEqual(database.stats(), { active: 1, idle: 0 });
    await held();
    assert.equal(await first, "answered");
    assert.deepEqual(database.stats(), { active: 0, idle: 1 });
  },
);

onServer("others overflow the pool while it is busy", async ({ server, open }) => {
  const database = open({ size: 1, maxOverflow: 1, timeoutSeconds: 0.3 });
  const held = await lock(server, 1.5);
  const first = typeOf(database.read(ONE));
  assert.equal(await typeOf(database.read(OTHER)), "answered");
  const second = typeOf(database.read(ONE));
  assert.equal(await typeOf(database.read(OTHER)), "unavailable");
  await held();
  assert.deepEqual([await first, await second], ["answered", "answered"]);
});

onServer("a burst runs on no more connections than the pool has", async ({ server, open }) => {
  const database = open({ size: 2, maxOverflow: 2, timeoutSeconds: 20 });
  await Promise.all(
    Array.from({ length: 60 }, () => database.read(statement("select sleep(0.005) as s"))),
  );
  const count = (await connections(server)).length;
  assert.ok(count <= 4, `${count} connections`);
});

onServer("a connection that is too old is replaced", async ({ server, open }) => {
  const database = open({ size: 1, recycleSeconds: 0.2 });
  await database.read(ONE);
  const before = await connections(server);
  await new Promise((resolve) => setTimeout(resolve, 250));
  await database.read(ONE);
  await waitFor(async () => (await connections(server)).length === 1);
  assert.notDeepEqual(await connections(server), before);
});

onServer(
  "a server that goes away is unavailable, and served again when it is back",
  async ({ server, open }) => {
    const database = open();
    assert.equal(await typeOf(database.read(ONE)), "answered");
    await server.halt();
    for (let time = 0; time < 4; time++) {
      assert.equal(await typeOf(database.read(ONE)), "unavailable");
    }
    await server.resume();
    assert.deepEqual(
      await Promise.all(Array.from({ length: 4 }, () => typeOf(database.read(ONE)))),
      Array(4).fill("answered"),
    );
  },
);

onServer("what takes too long is ended on the server", async ({ server }) => {
  const [host, port] = server.address.split(":");
  const database = new MysqlMetadata({
    target: {
      host: host!,
      port: Number(port),
      database: "superset",
      username: "tester",
      password: "tester",
      tls: null,
      connectTimeoutMs: 5000,
      readTimeoutMs: null,
    },
    pool: { size: 1, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 600 },
    resolve: () => Promise.resolve("127.0.0.1"),
    statementTimeoutMs: 300,
  });
  try {
    const held = await lock(server, 1.5);
    assert.equal(await typeOf(database.read(ONE)), "timeout");
    await held();
    assert.equal(await typeOf(database.read(ONE)), "answered");
  } finally {
    await database.close();
  }
});

onServer("writing is refused by the server itself", async ({ server, open }) => {
  const database = open();
  for (
    const sql of ["insert into things values (2)", "drop table things", "create table x (id int)"]
  ) {
    assert.equal(await typeOf(database.read(statement(sql))), "internal");
  }
  assert.equal((await server.execute("select id from superset.things")).trim(), "1");
});

onServer("two statements in one are none", async ({ open }) => {
  const database = open();
  assert.equal(await typeOf(database.read(statement("select 1; select 2", [], false))), "internal");
  assert.equal(await typeOf(database.read(ONE)), "answered");
});

onServer(
  "who is not let in finds it unavailable, and is told no more",
  async ({ server, open }) => {
    const wrong = server.url("superset").replace("tester:tester", "tester:hunter2");
    assert.equal(await typeOf(open({}, wrong).read(ONE)), "unavailable");
    assert.equal(await typeOf(open({}, server.url("nowhere")).read(ONE)), "unavailable");
    const encrypted = `${server.url("superset")}?ssl_mode=VERIFY_IDENTITY`;
    assert.equal(await typeOf(open({}, encrypted).read(ONE)), "unavailable");
  },
);

Deno.test({
  name: `a metadata database in MariaDB${missing}`,
  ignore: !hasMariadb,
  fn: async (t) => {
    const server = await startMariadb();
    try {
      for (const [name, use] of steps) await t.step(name, () => withScene(server, use));
    } finally {
      await server.stop();
    }
  },
});

async function withScene(
  server: MariadbServer,
  use: (scene: Scene) => Promise<void>,
): Promise<void> {
  const opened: MetadataDatabase[] = [];
  await server.execute(
    `drop database if exists superset; create database superset;
     create table superset.things (id int) select 1 as id`,
  );
  try {
    await use({
      server,
      open: (pool, uri = server.url("superset")) => {
        const database = openMetadataDatabase(uri, {
          pool: { size: 2, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 600, ...pool },
          resolve: () => Promise.resolve("127.0.0.1"),
        });
        opened.push(database);
        return database;
      },
    });
  } finally {
    await Promise.all(opened.map((database) => database.close()));
    // The server takes a moment to see them go; the next step counts connections.
    await waitFor(async () => (await connections(server)).length === 0);
  }
}

/** URIs that can't be used, and what the refusal must name. */
const UNUSABLE: readonly (readonly [uri: string, words: RegExp])[] = [
  ["mysql://u:hunter2@h", /names no database/],
  ["mysql://u:hunter2@h/d?unix_socket=/run/mysqld.sock", /unix_socket/],
  ["mysql+mysqldb://u:hunter2@h/d?charset=latin1", /latin1/],
  ["mariadb+mariadbconnector://u:hunter2@h/d?init_command=x", /init_command/],
];

for (const [uri, words] of UNUSABLE) {
  Deno.test(`refuses to open ${uri.replace("hunter2", "…")}, saying why`, () => {
    const open = () =>
      openMetadataDatabase(uri, {
        pool: { size: 1, maxOverflow: 0, timeoutSeconds: 1, recycleSeconds: 1 },
        resolve: () => Promise.reject(new Error("not asked")),
      });
    assert.throws(open, (error: Error) => {
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error("It did not come within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
