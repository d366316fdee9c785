/**
 * What a query meets while its server or the way to it breaks: it is answered in good time, by rows
 * or by an error that has a name, and the pool is as good as before.
 */
import assert from "node:assert/strict";
import type { AnalyticsDatabases } from "../../src/drivers/analytics/connections.ts";
import { ServiceError } from "../../src/errors.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";
import { hasMariadb } from "../support/mariadb.ts";
import { postgresqlPrograms } from "../support/postgresql.ts";
import { slowMariadb, slowPostgresql, type SlowServer } from "../support/slow_servers.ts";
import { startProxy, type TcpProxy } from "../support/tcp_proxy.ts";

interface Place {
  readonly name: string;
  readonly missing: string | null;
  start(): Promise<SlowServer>;
}

const PLACES: readonly Place[] = [
  {
    name: "PostgreSQL",
    missing: postgresqlPrograms === null ? "PostgreSQL's programs are not installed" : null,
    start: slowPostgresql,
  },
  {
    name: "MariaDB",
    missing: hasMariadb ? null : "MariaDB's programs are not installed",
    start: slowMariadb,
  },
];

/** Rows that come one by one for the better part of a minute. */
const TRICKLE = planOf("select * from trickle");
const SLOW = planOf("select * from slow");
const QUICK = planOf("select shop_name from quick");
const LONG = { ...LIMITS, timeoutMs: 60_000, maxRows: 100_000 };
/** A bound for what hangs. */
const NEVER_MS = 15_000;

interface Scene {
  readonly server: SlowServer;
  readonly proxy: TcpProxy;
  readonly databases: AnalyticsDatabases;
  readonly shop: ReturnType<AnalyticsDatabases["open"]>;
}

type Step = readonly [string, (scene: Scene) => Promise<void>];

const STEPS: readonly Step[] = [
  ["a server that is killed in the middle of a result", async ({ server, shop }) => {
    const started = Promise.withResolvers<void>();
    const running = shop.run(TRICKLE, { ...LONG, onRows: () => started.resolve() });
    await soon(Promise.race([started.promise, running]));
    await server.kill();
    await assert.rejects(soon(running), named("unavailable"));
    assert.match(await outcome(shop.run(QUICK, LONG)), /unavailable/);
    await server.resume();
    await comesBack(shop);
  }],
  ["a network that is cut ends the statement on the server too", async (scene) => {
    const { server, proxy, shop } = scene;
    const running = shop.run(SLOW, LONG);
    running.catch(() => {});
    await until(async () => await server.running() === 1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    proxy.cut();
    await assert.rejects(soon(running), named("unavailable"));
    await until(async () => await server.running() === 0);
    await comesBack(shop);
  }],
  ["connections that broke while they were idle are not noticed by anyone", async (scene) => {
    const { proxy, shop } = scene;
    for (let round = 0; round < 3; round++) {
      proxy.cut();
      const asked = Array.from({ length: 4 }, () => shop.run(QUICK, LONG));
      for (const { frame } of await soon(Promise.all(asked))) assert.equal(frame.rowCount, 1);
    }
  }],
  ["a network that goes silent costs no more than the query's time", async (scene) => {
    const { server, proxy, databases, shop } = scene;
    const running = shop.run(SLOW, { ...LONG, timeoutMs: 500 });
    running.catch(() => {});
    await until(async () => await server.running() === 1);
    proxy.freeze();
    await assert.rejects(soon(running), named("timeout"));
    await until(() => Promise.resolve(databases.stats().active === 0));
    proxy.freeze(false);
    proxy.cut();
    await comesBack(shop);
    await until(async () => await server.running() === 0);
  }],
  ["a statement that takes too long is ended by the server", async ({ server, shop }) => {
    await assert.rejects(soon(shop.run(SLOW, { ...LONG, timeoutMs: 200 })), named("timeout"));
    await until(async () => await server.running() === 0);
    await comesBack(shop);
  }],
  ["where all connections are busy, one more waits as long as it may", async (scene) => {
    const { server, databases, shop } = scene;
    const gone = new AbortController();
    const busy = Array.from(
      { length: 5 },
      (_, at) => outcome(shop.run(SLOW, { ...LONG, asker: String(at), signal: gone.signal })),
    );
    await until(async () => await server.running() === 5);
    const waits = new AbortController();
    const waiting = shop.run(QUICK, { ...LONG, asker: "late", signal: waits.signal });
    waiting.catch(() => {});
    // What the service itself must know is told meanwhile.
    assert.ok((await soon(shop.introspection.schemas())).length > 0);
    assert.equal(databases.stats().waiting, 1);
    waits.abort(new Error("it left"));
    await assert.rejects(waiting, /it left/);
    gone.abort(new Error("they left"));
    await soon(Promise.all(busy));
    await until(async () => await server.running() === 0);
    await comesBack(shop);
  }],
  ["200 callers at once on five connections", async ({ server, databases, shop }) => {
    let most = 0;
    const answers = Array.from({ length: 200 }, async (_, at) => {
      const answer = await outcome(shop.run(QUICK, { ...LONG, asker: `caller ${at}` }));
      most = Math.max(most, databases.stats().active);
      return answer;
    });
    const counted = Map.groupBy(await soon(Promise.all(answers)), (answer) => answer);
    assert.deepEqual([...counted.keys()], ["rows"]);
    assert.ok(most <= 5);
    // Those that were cut before are gone when the server has noticed.
    await until(async () => await server.connections() <= 6);
  }],
  ["400 queries of 200 callers: each gets rows or is told that too many wait", async (scene) => {
    const { databases, shop } = scene;
    const answers = await soon(Promise.all(Array.from(
      { length: 400 },
      (_, at) => outcome(shop.run(QUICK, { ...LONG, asker: `caller ${at % 200}` })),
    )));
    assert.deepEqual([...new Set(answers)].sort(), ["rate_limited", "rows"]);
    assert.ok(answers.filter((answer) => answer === "rows").length >= 300);
    assert.deepEqual([databases.stats().active, databases.stats().waiting], [0, 0]);
    await comesBack(shop);
  }],
];

for (const { name, missing, start } of PLACES) {
  Deno.test({
    name: `${name} and the way to it break${missing === null ? "" : ` (skipped: ${missing})`}`,
    ignore: missing !== null,
    fn: async (t) => {
      const server = await start();
      const proxy = startProxy(server.address);
      const databases = analytics();
      try {
        const shop = databases.open(databaseRow(server.uri(`127.0.0.1:${proxy.port}`)));
        await shop.run(QUICK, LONG);
        for (const [title, run] of STEPS) {
          await t.step(title, () => run({ server, proxy, databases, shop }));
        }
        await databases.close();
        assert.deepEqual(databases.stats(), { active: 0, idle: 0, waiting: 0 });
        await until(async () => await server.connections() === 0);
      } finally {
        await databases.close();
        await proxy.close();
        await server.stop();
      }
    },
  });
}

/** `rows`, or the name of the error. */
async function outcome(running: Promise<unknown>): Promise<string> {
  try {
    await running;
    return "rows";
  } catch (error) {
    return error instanceof ServiceError ? error.type : String(error);
  }
}

function named(type: string): (error: unknown) => boolean {
  return (error) => error instanceof ServiceError && error.type === type;
}

/** The database answers again, within the time that its circuit breaker may rest. */
async function comesBack(shop: Scene["shop"]): Promise<void> {
  await until(async () => await outcome(shop.run(QUICK, LONG)) === "rows", 40_000);
}

/** What must not hang. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It hung for ${NEVER_MS} ms.`)), NEVER_MS);
  });
  return await Promise.race([promise, never]).finally(() => clearTimeout(timer));
}

async function until(holds: () => Promise<boolean>, ms = NEVER_MS): Promise<void> {
  const deadline = Date.now() + ms;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come within ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
