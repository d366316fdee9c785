import assert from "node:assert/strict";
import { QueryHistory } from "../../../src/commands/query_history.ts";
import type { QueryRecord } from "../../../src/dao/query_log.ts";
import { ServiceError, unavailable } from "../../../src/errors.ts";
import type { Observation } from "../../../src/observe/observation.ts";

function row(clientId: string, more: Partial<QueryRecord> = {}): QueryRecord {
  return {
    ...{ clientId, userId: 1, databaseId: 1, catalog: null, schema: null, sql: "SELECT 1" },
    ...{ executedSql: null, status: "success", limit: 10, rows: 1, limited: false, columns: null },
    ...{ error: null, startedAt: 1000, endedAt: 2000 },
    ...more,
  };
}

const begun = (clientId: string) => row(clientId, { status: "running", endedAt: null });

/** Remembers what it was given, and fails while it is told to. */
function bench(limits: ConstructorParameters<typeof QueryHistory>[0]["limits"] = {}) {
  const written: string[] = [];
  const facts: Observation[] = [];
  const state = { now: 0, fault: null as ((ids: readonly string[]) => Error | null) | null };
  const check = (ids: readonly string[]) => {
    const fault = state.fault?.(ids) ?? null;
    return fault === null ? Promise.resolve() : Promise.reject(fault);
  };
  const history = new QueryHistory({
    log: {
      add: async (records) => {
        const ids = records.map(({ clientId, status }) => `${clientId} ${status}`);
        await check(ids);
        written.push(ids.join(", "));
      },
      finish: async ({ clientId, status }) => {
        await check([clientId]);
        written.push(`end of ${clientId} ${status}`);
      },
    },
    observe: (fact) => facts.push(fact),
    now: () => state.now,
    limits: { gatherMs: 1, retryMs: 1, tellMs: 0, ...limits },
  });
  const dropped = () =>
    facts.reduce((sum, fact) => sum + (fact.kind === "query_history" ? fact.dropped : 0), 0);
  return { history, written, facts, state, dropped };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error("It did not come to be");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

Deno.test("rows that come at once are written by one statement, in batches", async () => {
  const { history, written } = bench({ batch: 2 });
  for (const id of ["a", "b", "c"]) history.record(row(id));
  assert.deepEqual(written, [], "nothing before the call returns");
  await until(() => written.length === 2);
  assert.deepEqual(written, ["a success, b success", "c success"]);
  await history.close();
});

Deno.test("a query that ends before its first row is written has one row", async () => {
  const { history, written } = bench();
  history.record(begun("a"));
  history.record(row("a"));
  await history.close();
  assert.deepEqual(written, ["a success"]);
});

Deno.test("the end of a query that has its row changes that row", async () => {
  const { history, written } = bench();
  history.record(begun("a"));
  await until(() => written.length === 1);
  history.record(row("a", { status: "timed_out" }));
  await history.close();
  assert.deepEqual(written, ["a running", "end of a timed_out"]);
});

Deno.test("what waits when the service stops is written", async () => {
  const { history, written, dropped } = bench({ gatherMs: 60_000 });
  history.record(row("a"));
  await history.close();
  assert.deepEqual([written, dropped()], [["a success"], 0]);
});

Deno.test("a database that is away loses nothing: the rows go in when it is back", async () => {
  const { history, written, state, facts, dropped } = bench();
  state.fault = () => unavailable("The metadata database can't be reached.");
  history.record(row("a"));
  await until(() => facts.length > 1);
  history.record(row("b"));
  state.fault = null;
  await until(() => written.length > 0);
  assert.deepEqual([written, dropped()], [["a success, b success"], 0]);
  await history.close();
});

Deno.test("a row that the database refuses does not take others with it, and is counted", async () => {
  const { history, written, state, dropped } = bench();
  state.fault = (ids) =>
    ids.some((id) => id.startsWith("bad")) ? new ServiceError("internal", "refused") : null;
  for (const id of ["a", "bad", "c"]) history.record(row(id));
  await history.close();
  assert.deepEqual([written, dropped()], [["a success", "c success"], 1]);
});

Deno.test("a row that is there already, of a try whose answer was lost, is not counted", async () => {
  const { history, state, dropped } = bench();
  state.fault = () => new ServiceError("conflict", "Something with these values is there already.");
  history.record(row("a"));
  await history.close();
  assert.equal(dropped(), 0);
});

Deno.test("what comes when the queue is full is dropped, and told once for each try", async () => {
  const { history, state, facts, dropped } = bench({ queue: 3, gatherMs: 20 });
  state.fault = () => unavailable("away");
  for (let id = 0; id < 50; id++) history.record(row(String(id)));
  assert.equal(facts.length, 0);
  await until(() => facts.length > 0);
  assert.equal(dropped(), 47);
  const told = facts.map((fact) => fact.kind === "query_history" && [fact.dropped, fact.waiting]);
  assert.deepEqual(told[0], [47, 3]);
  await history.close();
  assert.equal(dropped(), 50, "what could not be written at the stop is counted too");
});

Deno.test("a database that stays away is told of now and then", async () => {
  const { history, state, facts } = bench({ tellMs: 60_000 });
  let tries = 0;
  state.fault = () => (tries += 1, unavailable("away"));
  history.record(row("a"));
  await until(() => tries > 3);
  assert.equal(facts.length, 1);
  state.now = 60_000;
  const before = tries;
  await until(() => tries > before + 2);
  assert.equal(facts.length, 2);
  await history.close();
});

Deno.test("the queue is bounded by the size of its SQL too", async () => {
  const { history, written, dropped } = bench({ characters: 1000 });
  for (const id of ["a", "b", "c"]) history.record(row(id, { sql: "x".repeat(600) }));
  await history.close();
  assert.deepEqual([written, dropped()], [["a success, b success"], 1]);
});
