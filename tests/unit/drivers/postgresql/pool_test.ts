/** The pool of the metadata database on a real server: busy, dropped, slow and refused connections. */
import assert from "node:assert/strict";
import postgres from "postgres";
import type { MetadataDatabase } from "../../../../src/drivers/metadata_database.ts";
import { openMetadataDatabase } from "../../../../src/drivers/open_metadata.ts";
import { ServiceError } from "../../../../src/errors.ts";
import {
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from "../../../support/postgresql.ts";

interface Server {
  readonly cluster: PostgresqlCluster;
  readonly admin: postgres.Sql;
  open(pool?: { size?: number; maxOverflow?: number; timeoutSeconds?: number }): MetadataDatabase;
}

const missing = postgresqlPrograms === null
  ? " (skipped: PostgreSQL's programs are not installed)"
  : "";

function onServer(name: string, use: (server: Server) => Promise<void>): void {
  Deno.test({
    name: `${name}${missing}`,
    ignore: postgresqlPrograms === null,
    fn: async () => {
      const cluster = await startPostgresql();
      const admin = postgres(cluster.url("postgres"), { max: 2, onnotice: () => {} });
      const opened: MetadataDatabase[] = [];
      try {
        await admin.unsafe("CREATE TABLE things AS SELECT 1 AS id");
        await use({
          cluster,
          admin,
          open: (pool) => {
            const database = openMetadataDatabase(cluster.url("postgres"), {
              pool: { size: 2, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 600, ...pool },
              resolve: () => Promise.resolve("127.0.0.1"),
            });
            opened.push(database);
            return database;
          },
        });
      } finally {
        await Promise.all(opened.map((database) => database.close()));
        await admin.end({ timeout: 1 });
        await cluster.stop();
      }
    },
  });
}

const statement = (sql: string) => ({ sql, parameters: [], prepared: true });
const ONE = statement("select id from things");

/** Ends every connection of the service, as a fail-over does. */
const endConnections = (admin: postgres.Sql) =>
  admin.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'superset-mcp'`);

/** Holds the table until it is released. */
async function lock(admin: postgres.Sql): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let held: Promise<unknown> = Promise.resolve();
  await new Promise<void>((locked) => {
    held = admin.begin(async (transaction) => {
      await transaction.unsafe("lock table things in access exclusive mode");
      locked();
      await released;
    });
  });
  return async () => {
    release();
    await held;
  };
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
      assert.doesNotMatch(JSON.stringify(error.body()), /select|things/i);
      return error.type;
    },
  );
}

onServer("reads again where connections were ended in the meantime", async ({ admin, open }) => {
  const database = open();
  for (let round = 0; round < 5; round++) {
    await Promise.all([database.read(ONE), database.read(ONE)]);
    await endConnections(admin);
    assert.deepEqual(await Promise.all([typeOf(database.read(ONE)), typeOf(database.read(ONE))]), [
      "answered",
      "answered",
    ]);
  }
});

onServer("reads again where the connection is ended in the middle", async ({ admin, open }) => {
  const database = open();
  const release = await lock(admin);
  const asked = typeOf(database.read(ONE));
  await waitFor(async () =>
    (await admin.unsafe("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length > 0
  );
  await endConnections(admin);
  await release();
  assert.equal(await asked, "answered");
});

onServer(
  "gives up in time where every connection is busy, and goes on after",
  async ({ admin, open }) => {
    const database = open({ size: 1, timeoutSeconds: 0.3 });
    await database.read(ONE);
    const release = await lock(admin);
    const first = typeOf(database.read(ONE));
    const began = performance.now();
    assert.deepEqual(
      await Promise.all([typeOf(database.read(ONE)), typeOf(database.read(ONE))]),
      ["unavailable", "unavailable"],
    );
    const waited = performance.now() - began;
    assert.ok(waited >= 290 && waited < 2000, `${waited} ms`);
    assert.equal(database.stats().active, 1);
    await release();
    assert.equal(await first, "answered");
    assert.equal(await typeOf(database.read(ONE)), "answered");
    assert.equal(database.stats().active, 0);
  },
);

onServer(
  "others overflow the pool while it is busy, and no more than it may",
  async ({ admin, open }) => {
    const database = open({ size: 1, maxOverflow: 1, timeoutSeconds: 0.3 });
    const release = await lock(admin);
    const held = typeOf(database.read(ONE));
    const other = statement("select 1 as one");
    assert.equal(await typeOf(database.read(other)), "answered");
    const second = typeOf(database.read(ONE));
    assert.equal(await typeOf(database.read(other)), "unavailable");
    await release();
    assert.deepEqual([await held, await second], ["answered", "answered"]);
  },
);

onServer("a burst runs on no more connections than the pool has", async ({ admin, open }) => {
  const database = open({ size: 2, maxOverflow: 2, timeoutSeconds: 20 });
  const burst = Array.from(
    { length: 60 },
    () => database.read(statement("select pg_sleep(0.005)")),
  );
  await Promise.all(burst);
  const [count] = await admin.unsafe(
    "select count(*)::int as n from pg_stat_activity where application_name = 'superset-mcp'",
  );
  assert.ok(count!.n <= 4, `${count!.n} connections`);
});

onServer(
  "a server that goes away is unavailable, and served again when it is back",
  async ({ cluster, open }) => {
    const database = open();
    assert.equal(await typeOf(database.read(ONE)), "answered");
    await cluster.halt();
    for (let time = 0; time < 6; time++) {
      assert.equal(await typeOf(database.read(ONE)), "unavailable");
    }
    await cluster.resume();
    await waitFor(async () => await typeOf(database.read(ONE)) === "answered");
    assert.deepEqual(
      await Promise.all(Array.from({ length: 4 }, () => typeOf(database.read(ONE)))),
      Array(4).fill("answered"),
    );
  },
);

onServer("writing is refused by the server itself", async ({ admin, open }) => {
  const database = open();
  for (const sql of ["insert into things values (2)", "drop table things", "create table x ()"]) {
    assert.equal(await typeOf(database.read(statement(sql))), "internal");
  }
  assert.equal((await admin.unsafe("select id from things")).length, 1);
});

onServer("a statement that the server refuses tells nothing of its text", async ({ open }) => {
  const database = open();
  assert.equal(await typeOf(database.read(statement("select secret from things"))), "internal");
  assert.equal(await typeOf(database.read(statement("selec"))), "internal");
  assert.equal(await typeOf(database.read(ONE)), "answered");
});

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error("It did not come within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
