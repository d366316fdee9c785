import assert from "node:assert/strict";
import { CircuitBreaker } from "../../../../src/drivers/analytics/circuit_breaker.ts";
import { ConnectionBudget } from "../../../../src/drivers/analytics/connection_budget.ts";
import {
  ConnectionPool,
  type PoolLimits,
} from "../../../../src/drivers/analytics/connection_pool.ts";
import type { AnalyticsConnection } from "../../../../src/drivers/analytics/engine.ts";

const LIMITS: PoolLimits = {
  size: 2,
  queue: 3,
  waitMs: 1000,
  idleMs: 1000,
  failures: 3,
  restMs: 30_000,
};

class FakeServer {
  readonly open = new Set<FakeConnection>();
  made = 0;
  most = 0;
  down = false;
  /** Milliseconds that a connect takes. */
  slow = 0;

  connect = async (): Promise<AnalyticsConnection> => {
    await new Promise((resolve) => setTimeout(resolve, this.slow));
    if (this.down) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    this.made += 1;
    const connection = new FakeConnection(this);
    this.open.add(connection);
    this.most = Math.max(this.most, this.open.size);
    return connection;
  };
}

class FakeConnection implements AnalyticsConnection {
  usable = true;
  readonly #server: FakeServer;
  constructor(server: FakeServer) {
    this.#server = server;
  }
  query = () => Promise.reject(new Error("not asked"));
  read = () => Promise.resolve([]);
  close() {
    this.#server.open.delete(this);
    return Promise.resolve();
  }
}

function pool(
  server: FakeServer,
  more: { limits?: Partial<PoolLimits>; budget?: ConnectionBudget; now?: () => number } = {},
): ConnectionPool {
  return new ConnectionPool({
    name: "shop",
    connect: server.connect,
    limits: { ...LIMITS, ...more.limits },
    budget: more.budget ?? new ConnectionBudget(30),
    now: more.now ?? (() => 0),
  });
}

Deno.test("uses idle connections again, opens no more than its size, and lets others wait in order", async () => {
  const server = new FakeServer();
  const shop = pool(server);
  const order: number[] = [];
  await Promise.all(Array.from({ length: 5 }, async (_, at) => {
    const connection = await shop.acquire();
    order.push(at);
    await new Promise((resolve) => setTimeout(resolve, 5));
    shop.release(connection);
  }));
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  assert.deepEqual([server.made, server.most], [2, 2]);
  await shop.drain();
  assert.equal(server.open.size, 0);
});

Deno.test("refuses whoever comes when too many wait", async () => {
  const shop = pool(new FakeServer());
  const taken = await Promise.all([shop.acquire(), shop.acquire()]);
  const waiting = Array.from({ length: 3 }, () => shop.acquire());
  await assert.rejects(shop.acquire(), { type: "rate_limited" });
  for (const connection of taken) shop.release(connection);
  for (const connection of await Promise.all(waiting.slice(0, 2))) shop.release(connection);
  shop.release(await waiting[2]!);
  await shop.drain();
});

Deno.test("tells whoever waited too long", async () => {
  const shop = pool(new FakeServer(), { limits: { size: 1, waitMs: 20 } });
  const taken = await shop.acquire();
  await assert.rejects(shop.acquire(), /came free within 0.02 s/);
  shop.release(taken);
  await shop.drain();
});

Deno.test("forgets whoever leaves, while waiting and while a connection is made", async () => {
  const server = new FakeServer();
  const shop = pool(server, { limits: { size: 1 } });
  server.slow = 30;
  const early = new AbortController();
  const connecting = shop.acquire(early.signal);
  early.abort(new Error("left"));
  await assert.rejects(connecting, /left/);
  const taken = await shop.acquire();
  assert.equal(server.made, 1);
  const late = new AbortController();
  const waiting = shop.acquire(late.signal);
  late.abort(new Error("left too"));
  await assert.rejects(waiting, /left too/);
  shop.release(taken);
  assert.deepEqual([shop.active, shop.idle, shop.waiting], [0, 1, 0]);
  await shop.drain();
});

Deno.test("closes what has been idle for a while, and what broke at once", async () => {
  const server = new FakeServer();
  const shop = pool(server, { limits: { idleMs: 20 } });
  shop.release(await shop.acquire());
  assert.equal(shop.idle, 1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual([shop.idle, server.open.size], [0, 0]);
  const broken = await shop.acquire() as FakeConnection;
  broken.usable = false;
  shop.release(broken);
  await Promise.resolve();
  assert.deepEqual([shop.idle, server.open.size], [0, 0]);
  await shop.drain();
});

Deno.test("takes turns with other databases under the bound over all", async () => {
  const budget = new ConnectionBudget(2);
  const servers = [new FakeServer(), new FakeServer(), new FakeServer()];
  const pools = servers.map((server) => pool(server, { budget, limits: { queue: 50 } }));
  let open = 0;
  await Promise.all(Array.from({ length: 30 }, async (_, at) => {
    const one = pools[at % 3]!;
    const connection = await one.acquire();
    open = Math.max(open, servers.reduce((sum, server) => sum + server.open.size, 0));
    await new Promise((resolve) => setTimeout(resolve, 1));
    one.release(connection);
  }));
  assert.equal(open, 2);
  assert.ok(servers.every(({ made }) => made > 0));
  await Promise.all(pools.map((one) => one.drain()));
  assert.equal(budget.used, 0);
});

Deno.test("leaves a database alone after failures in a row, and tries once after a rest", async () => {
  const server = new FakeServer();
  let now = 0;
  const shop = pool(server, { now: () => now });
  server.down = true;
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(shop.acquire(), /can't be reached/);
  }
  await assert.rejects(shop.acquire(), /failed 3 times in a row/);
  now = 30_000;
  await assert.rejects(shop.acquire(), /can't be reached/);
  await assert.rejects(shop.acquire(), /failed 4 times in a row/);
  now = 60_000;
  server.down = false;
  shop.release(await shop.acquire());
  shop.release(await shop.acquire());
  await shop.drain();
});

Deno.test("lets one attempt through after the rest while others are told to wait", () => {
  let now = 0;
  const breaker = new CircuitBreaker(() => now, 2, 100);
  for (let at = 0; at < 2; at++) {
    assert.equal(breaker.waitMs(), 0);
    breaker.failed();
  }
  assert.equal(breaker.waitMs(), 100);
  now = 100;
  assert.equal(breaker.waitMs(), 0);
  assert.ok(breaker.waitMs() > 0);
  breaker.succeeded();
  assert.equal(breaker.waitMs(), 0);
  assert.equal(breaker.waitMs(), 0);
});

Deno.test("a drained pool gives out nothing and closes what comes back", async () => {
  const server = new FakeServer();
  const shop = pool(server);
  const taken = await shop.acquire();
  await shop.drain();
  await assert.rejects(shop.acquire(), /was changed/);
  shop.release(taken);
  await Promise.resolve();
  assert.equal(server.open.size, 0);
});
