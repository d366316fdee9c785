/** Two services on one metadata database: what each knows of the other's queries. */
import assert from "node:assert/strict";
import type { Caller } from "../../../src/auth/caller.ts";
import { QueryHistory } from "../../../src/commands/query_history.ts";
import { type QueryToRun, RunningQueries } from "../../../src/commands/running_queries.ts";
import { QueryLog } from "../../../src/dao/query_log.ts";
import { Writing } from "../../../src/dao/writing.ts";
import { ServiceError } from "../../../src/errors.ts";
import { openWorkbench, writableDemo } from "../../support/workbench.ts";

const QUERY: QueryToRun = {
  ...{ databaseId: 1, catalog: null, schema: "main", sql: "SELECT 1", limit: 10 },
};

interface Bench {
  /** The services of two processes; the last keeps no history. */
  readonly services: readonly [RunningQueries, RunningQueries, RunningQueries];
  caller(name: string): Promise<Caller>;
  statusOf(clientId: string): Promise<unknown>;
}

async function withServices(use: (bench: Bench) => Promise<void>): Promise<void> {
  const { database, writer } = writableDemo();
  const bench = await openWorkbench(database);
  const log = new QueryLog(new Writing(writer, bench.metadata));
  let made = 0;
  const service = (keepsHistory: boolean) =>
    new RunningQueries({
      history: keepsHistory
        ? {
          log,
          queue: new QueryHistory({
            log,
            observe: () => {},
            now: Date.now,
            limits: { gatherMs: 1 },
          }),
        }
        : null,
      now: Date.now,
      newClientId: () => `query${made += 1}`,
    });
  const services = [service(true), service(true), service(false)] as const;
  try {
    await use({
      services,
      caller: (name) => bench.caller(name),
      statusOf: async (clientId) => {
        const sql = `select status from "query" where client_id = '${clientId}'`;
        return (await database.read({ sql, parameters: [], prepared: false }))[0]?.status;
      },
    });
  } finally {
    for (const one of services) await one.close();
    await bench.close();
  }
}

/** Runs until it is stopped. */
function start(service: RunningQueries, caller: Caller, signal = new AbortController().signal) {
  let clientId = "";
  const done = service.track(caller, QUERY, signal, (handle) => {
    clientId = handle.clientId;
    return new Promise<void>((_, reject) => {
      handle.signal.addEventListener("abort", () => reject(handle.signal.reason), { once: true });
    });
  }).then(() => "answered", (thrown) => thrown as ServiceError);
  return { clientId, done };
}

async function eventually<T>(look: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await look() === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(await look(), expected);
}

Deno.test("a caller stops a query of this process, and its call says so", () =>
  withServices(async ({ services: [service], caller, statusOf }) => {
    const admin = await caller("admin");
    const { clientId, done } = start(service, admin);
    assert.deepEqual((await service.list(admin)).map((one) => one.clientId), [clientId]);
    assert.equal(await service.stop(admin, clientId), "stopped");
    const fault = await done as ServiceError;
    assert.equal(fault.type, "conflict");
    assert.match(fault.message, /stopped by cancel_query/);
    assert.deepEqual(await service.list(admin), []);
    await eventually(() => statusOf(clientId), "stopped");
  }));

Deno.test("a query of another process is stopped through its row", () =>
  withServices(async ({ services: [here, elsewhere], caller, statusOf }) => {
    const admin = await caller("admin");
    const { clientId, done } = start(elsewhere, admin);
    await eventually(() => statusOf(clientId), "running");
    assert.deepEqual((await here.list(admin)).map((one) => one.clientId), [clientId]);
    assert.equal(await here.stop(admin, clientId), "stopping");
    assert.equal((await done as ServiceError).type, "conflict");
    await eventually(() => statusOf(clientId), "stopped");
    assert.deepEqual(await here.list(admin), []);
    assert.equal(await here.stop(admin, clientId), null);
  }));

Deno.test("nobody sees or stops another's query, on this process or the other", () =>
  withServices(async ({ services: [here, elsewhere], caller, statusOf }) => {
    const admin = await caller("admin"), other = await caller("greta");
    const { clientId, done } = start(here, admin);
    await eventually(() => statusOf(clientId), "running");
    for (const service of [here, elsewhere]) {
      assert.deepEqual(await service.list(other), []);
      assert.equal(await service.stop(other, clientId), null);
    }
    assert.equal(await statusOf(clientId), "running");
    await here.stop(admin, clientId);
    await done;
  }));

Deno.test("without a history a query is stopped by its own process alone", () =>
  withServices(async ({ services: [here, , silent], caller, statusOf }) => {
    const admin = await caller("admin");
    const { clientId, done } = start(silent, admin);
    assert.equal(await here.stop(admin, clientId), null);
    assert.equal(await silent.stop(admin, clientId), "stopped");
    await done;
    assert.equal(await statusOf(clientId), undefined);
  }));

Deno.test("a client that goes leaves a stopped query, and its own reason", () =>
  withServices(async ({ services: [service], caller, statusOf }) => {
    const client = new AbortController();
    const { clientId, done } = start(service, await caller("admin"), client.signal);
    client.abort(new ServiceError("timeout", "gone"));
    assert.equal((await done as ServiceError).message, "gone");
    await eventually(() => statusOf(clientId), "stopped");
  }));

for (const [type, status] of [["timeout", "timed_out"], ["invalid_sql", "failed"]] as const) {
  Deno.test(`a query that ends in ${type} is ${status} in the history`, () =>
    withServices(async ({ services: [service], caller, statusOf }) => {
      let clientId = "";
      const { signal } = new AbortController();
      const run = service.track(await caller("admin"), QUERY, signal, (handle) => {
        clientId = handle.clientId;
        return Promise.reject(new ServiceError(type, "words"));
      });
      await assert.rejects(run, { type });
      await eventually(() => statusOf(clientId), status);
    }));
}

Deno.test("a further page of an answer leaves no second row", () =>
  withServices(async ({ services: [service], caller, statusOf }) => {
    const { signal } = new AbortController();
    const id = await service.track(
      await caller("admin"),
      QUERY,
      signal,
      ({ clientId, kept }) => {
        kept();
        return Promise.resolve(clientId);
      },
    );
    await service.close();
    assert.equal(await statusOf(id), undefined);
  }));
