/** One database over its pool, with a pool and connections that do as they are told. */
import assert from "node:assert/strict";
import {
  analyticsDatabase,
  type AnalyticsDatabaseParts,
} from "../../../../src/drivers/analytics/analytics_database.ts";
import { ResultBudget } from "../../../../src/drivers/analytics/result_budget.ts";
import { GUARD_TOKEN, GuardedPlan } from "../../../../src/query/guard/guarded_plan.ts";
import { GuardedWrite, WRITE_TOKEN } from "../../../../src/query/guard/guarded_write.ts";
import type { RunLimits } from "../../../../src/drivers/analytics/engine.ts";

const MB = 1024 * 1024;

const PLAN = new GuardedPlan(GUARD_TOKEN, {
  ...{ sql: "SELECT 1", parameters: [], columns: null, rules: [], policyKey: "" },
});
const SCRIPT = new GuardedWrite(WRITE_TOKEN, [{ sql: "DELETE FROM t", writes: "DELETE" }]);

function limits(asker: string) {
  const { signal } = new AbortController();
  return { asker, signal, timeoutMs: 1000, maxRows: 10, maxBytes: MB, schema: null };
}

/** @param held told the limits with which a connection is used */
function database(
  acquire: (asker: string) => Promise<void>,
  held: (limits: RunLimits) => void,
) {
  const use = (_: unknown, within: RunLimits) => {
    held(within);
    return Promise.resolve([]);
  };
  const connection = { query: use, write: use };
  return analyticsDatabase({
    engine: { name: "postgresql", introspection: () => ({}) },
    connector: { timeoutMs: null },
    pool: {
      acquire: async (asker: string) => {
        await acquire(asker);
        return connection;
      },
      release: () => {},
    },
    now: () => 0,
    results: new ResultBudget(0),
    metadataSchema: () => Promise.resolve(null),
  } as unknown as AnalyticsDatabaseParts);
}

Deno.test("an answer is held back by none that still waits for a connection", async () => {
  const connected = Promise.withResolvers<void>();
  const waits: unknown[] = [];
  const one = database(
    (asker) => asker === "first" ? connected.promise : Promise.resolve(),
    ({ onHeld }) => waits.push(onHeld!(90 * MB)),
  );
  const first = one.run(PLAN, limits("first"));
  await one.run(PLAN, limits("second"));
  assert.deepEqual(waits, [null]);
  connected.resolve();
  await first;
  assert.deepEqual(waits, [null, null]);
});

Deno.test("a write is never held back: it may hold locks that another waits for", async () => {
  const holds: unknown[] = [];
  const one = database(() => Promise.resolve(), ({ onHeld }) => holds.push(onHeld));
  await one.write(SCRIPT, limits("writer"));
  assert.deepEqual(holds, [undefined]);
});
