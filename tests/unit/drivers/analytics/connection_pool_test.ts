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
  queueOfOne: 3,
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
    const connection = await shop.acquire(String(at));
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
  const taken = await Promise.all([shop.acquire("a"), shop.acquire("b")]);
  const waiting = ["c", "d", "e"].map((asker) => shop.acquire(asker));
  await assert.rejects(shop.acquire("f"), {
    type: "rate_limited",
    message: "Too many queries wait for the database 'shop'.",
  });
  for (const connection of taken) shop.release(connection);
  for (const connection of await Promise.all(waiting.slice(0, 2))) shop.release(connection);
  shop.release(await waiting[2]!);
  await shop.drain();
});

Deno.test("tells whoever waited too long", async () => {
  const shop = pool(new FakeServer(), { limits: { size: 1, waitMs: 20 } });
  const taken = await shop.acquire("a");
  await assert.rejects(shop.acquire("a"), /came free within 0.02 s/);
  shop.release(taken);
  await shop.drain();
});

Deno.test("forgets whoever leaves, while waiting and while a connection is made", async () => {
  const server = new FakeServer();
  const shop = pool(server, { limits: { size: 1 } });
  server.slow = 30;
  const early = new AbortController();
  const connecting = shop.acquire("a", early.signal);
  early.abort(new Error("left"));
  await assert.rejects(connecting, /left/);
  const taken = await shop.acquire("a");
  assert.equal(server.made, 1);
  const late = new AbortController();
  const waiting = shop.acquire("a", late.signal);
  late.abort(new Error("left too"));
  await assert.rejects(waiting, /left too/);
  shop.release(taken);
  assert.deepEqual([shop.active, shop.idle, shop.waiting], [0, 1, 0]);
  await shop.drain();
});

Deno.test("closes what has been idle for a while, and what broke at once", async () => {
  const server = new FakeServer();
  const shop = pool(server, { limits: { idleMs: 20 } });
  shop.release(await shop.acquire("a"));
  assert.equal(shop.idle, 1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.deepEqual([shop.idle, server.open.size], [0, 0]);
  const broken = await shop.acquire("a") as FakeConnection;
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
    const connection = await one.acquire(String(at));
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
    await assert.rejects(shop.acquire("a"), /can't be reached/);
  }
  await assert.rejects(shop.acquire("a"), /failed 3 times in a row/);
  now = 30_000;
  await assert.rejects(shop.acquire("a"), /can't be reached/);
  await assert.rejects(shop.acquire("a"), /failed 4 times in a row/);
  now = 60_000;
  server.down = false;
  shop.release(await shop.acquire("a"));
  shop.release(await shop.acquire("a"));
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
  const taken = await shop.acquire("a");
  await shop.drain();
  await assert.rejects(shop.acquire("a"), /was changed/);
  shop.release(taken);
  await Promise.resolve();
  assert.equal(server.open.size, 0);
});

Deno.test("leaves one connection to others, however many one asker wants", async () => {
  const server = new FakeServer();
  const shop = pool(server, { limits: { size: 3, queue: 10, queueOfOne: 10 } });
  const greedy = Array.from({ length: 5 }, () => shop.acquire("greedy"));
  const held = await Promise.all(greedy.slice(0, 2));
  assert.deepEqual([shop.active, shop.waiting], [2, 3]);
  const other = await shop.acquire("other");
  shop.release(other);
  assert.deepEqual([shop.active, shop.idle, shop.waiting], [2, 1, 3]);
  // The idle one is theirs as soon as they hold less, also where the one they gave back broke.
  (held[0] as FakeConnection).usable = false;
  shop.release(held[0]!);
  assert.equal(await greedy[2], other);
  shop.release(held[1]!);
  shop.release(other);
  for (const one of greedy.slice(3)) shop.release(await one);
  await shop.drain();
  assert.equal(server.open.size, 0);
});

Deno.test("gives the next connection to whoever holds the fewest, and takes turns", async () => {
  const shop = pool(new FakeServer(), { limits: { size: 2, queue: 20, queueOfOne: 20 } });
  const [first, second] = await Promise.all([shop.acquire("a"), shop.acquire("b")]);
  const order: string[] = [];
  const asked = [..."aaabbc"].map(async (asker) => {
    const connection = await shop.acquire(asker);
    order.push(asker);
    await new Promise((resolve) => setTimeout(resolve, 1));
    shop.release(connection);
  });
  shop.release(first!);
  shop.release(second!);
  await Promise.all(asked);
  assert.equal(order.slice(0, 3).sort().join(""), "abc");
  assert.equal(order.join("").length, 6);
  await shop.drain();
});

Deno.test("bounds how many of one asker wait", async () => {
  const shop = pool(new FakeServer(), { limits: { queue: 10, queueOfOne: 2 } });
  const taken = await shop.acquire("a");
  const waiting = [shop.acquire("a"), shop.acquire("a")];
  await assert.rejects(shop.acquire("a"), {
    type: "rate_limited",
    message: "Too many of your queries wait for the database 'shop'.",
  });
  shop.release(await shop.acquire("b"));
  shop.release(taken);
  for (const one of waiting) shop.release(await one);
  await shop.drain();
});

Deno.test("where the line is full, the last of whoever has the most in it must leave", async () => {
  const shop = pool(new FakeServer(), { limits: { size: 1, queue: 3, queueOfOne: 3 } });
  const taken = await shop.acquire("a");
  const waiting = ["b", "b", "b"].map((asker) => shop.acquire(asker));
  const refused = assert.rejects(waiting[2]!, { type: "rate_limited" });
  const other = shop.acquire("c");
  await refused;
  shop.release(taken);
  for (const one of [waiting[0]!, other, waiting[1]!]) shop.release(await one);
  await shop.drain();
});

Deno.test("the service's own short questions go first, on one connection more", async () => {
  const server = new FakeServer();
  const shop = pool(server);
  const taken = await Promise.all([shop.acquire("a"), shop.acquire("b")]);
  const waiting = shop.acquire("c");
  const own = await shop.acquire(null);
  assert.equal(server.most, 3);
  const ownToo = shop.acquire(null);
  shop.release(own);
  assert.equal(await ownToo, own);
  shop.release(own);
  await Promise.resolve();
  assert.deepEqual([server.open.size, shop.waiting], [2, 1]);
  for (const connection of taken) shop.release(connection);
  shop.release(await waiting);
  assert.equal(shop.idle, 2);
  await shop.drain();
});

Deno.test("leaves half of all connections to others, also to one who asks many databases", async () => {
  const budget = new ConnectionBudget(4);
  const pools = Array.from({ length: 4 }, () => pool(new FakeServer(), { budget }));
  const greedy = pools.map((one) => one.acquire("greedy"));
  const held = await Promise.all(greedy.slice(0, 2));
  assert.deepEqual(pools.map(({ waiting }) => waiting), [0, 0, 1, 1]);
  const others = await Promise.all([pools[2]!.acquire("a"), pools[3]!.acquire("b")]);
  pools[0]!.release(held[0]!);
  pools[2]!.release(await greedy[2]!);
  pools[3]!.release(await greedy[3]!);
  pools[1]!.release(held[1]!);
  others.forEach((connection, at) => pools[2 + at]!.release(connection));
  await Promise.all(pools.map((one) => one.drain()));
  assert.equal(budget.used, 0);
});

Deno.test("no connection is lost or kept, whatever comes of many who ask at once", async () => {
  const server = new FakeServer();
  const budget = new ConnectionBudget(4);
  const limits = { size: 3, queue: 20, queueOfOne: 8 };
  const pools = [pool(server, { budget, limits }), pool(server, { budget, limits })];
  const outcomes = await Promise.allSettled(Array.from({ length: 200 }, async (_, at) => {
    const one = pools[at % 2]!;
    await new Promise((resolve) => setTimeout(resolve, at % 13));
    const leaves = AbortSignal.timeout(at % 5 === 0 ? 3 : 500);
    const connection = await one.acquire(at % 7 === 0 ? null : `asker ${at % 3}`, leaves);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (at % 4 === 0) (connection as FakeConnection).usable = false;
    one.release(connection);
  }));
  assert.ok(outcomes.some(({ status }) => status === "fulfilled"));
  assert.ok(server.most <= 4);
  for (const one of pools) assert.deepEqual([one.active, one.waiting], [0, 0]);
  await Promise.all(pools.map((one) => one.drain()));
  assert.deepEqual([server.open.size, budget.used], [0, 0]);
});
