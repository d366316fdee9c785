/** Asks random queries, guarded, and of a database that holds the allowed rows only. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../src/errors.ts";
import { asSet, CANARY, type GuardedEngine, guardFree } from "../guarded_engine.ts";
import type { Feature } from "./grammar.ts";
import { randomQuery } from "./queries.ts";
import { type FuzzRun, seeded } from "./random.ts";

export interface FuzzOptions {
  readonly run: FuzzRun;
  readonly features: ReadonlySet<Feature>;
  /** How many queries, where no time is given. */
  readonly queries: number;
  readonly atOnce: number;
  /** Another guard than the service's, to see that its fault is found. */
  readonly guard?: (engine: GuardedEngine, sql: string) => Guarded;
}

export interface Guarded {
  readonly sql: string;
  /** As it is sent. */
  readonly stoppableSql?: string;
  readonly rules: readonly string[];
}

export interface FuzzCounts {
  queries: number;
  compared: number;
  withRows: number;
  /** Queries under at least one rule. */
  ruled: number;
  failed: number;
  /** By what was refused. */
  readonly refused: Map<string, number>;
}

/** A run that hangs ends; one that is only slow compares fewer. */
const LONGEST_MS = 60_000;

/** @throws AssertionError with the seed and the query, for rows that differ */
export async function compareEngine(
  engine: GuardedEngine,
  { run, features, queries, atOnce, guard = guardFree }: FuzzOptions,
): Promise<FuzzCounts> {
  const random = seeded(run.seed);
  const counts: FuzzCounts = {
    ...{ queries: 0, compared: 0, withRows: 0, ruled: 0, failed: 0 },
    refused: new Map(),
  };
  const end = performance.now() + (run.forMs ?? LONGEST_MS);
  const goesOn = () => performance.now() < end && (run.forMs !== null || counts.queries < queries);
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (goesOn()) {
      counts.queries++;
      const sql = randomQuery(random, features);
      const plan = guarded(() => guard(engine, sql), sql, counts.refused);
      if (plan !== null) await compareOne(engine, { sql, plan }, run, counts);
    }
  }));
  return counts;
}

async function compareOne(
  engine: GuardedEngine,
  { sql, plan }: { readonly sql: string; readonly plan: Guarded },
  { told }: FuzzRun,
  counts: FuzzCounts,
): Promise<void> {
  const about = `${told}\n${sql}\n${plan.sql}`;
  const [expected, rows] = await Promise.all([
    rowsOf(engine.allowed(sql)),
    rowsOf(engine.full(plan.stoppableSql ?? plan.sql)),
  ]);
  if (expected instanceof Error || rows instanceof Error) {
    const mayFail = messageOf(expected) === messageOf(rows) ||
      [expected, rows].every((one) => !(one instanceof Error) || isLimit(one, engine));
    assert.ok(mayFail, `allowed: ${messageOf(expected)}, guarded: ${messageOf(rows)}\n${about}`);
    counts.failed++;
    return;
  }
  assert.deepEqual(rows, expected, about);
  assert.ok(!rows.some((row) => row.includes(CANARY)), about);
  counts.compared++;
  if (rows.length > 0) counts.withRows++;
  if (plan.rules.length > 0) counts.ruled++;
}

/** @returns null for what is refused, which is counted */
function guarded(
  guard: () => Guarded,
  sql: string,
  refused: Map<string, number>,
): Guarded | null {
  try {
    return guard();
  } catch (fault) {
    if (!(fault instanceof ServiceError) || fault.type !== "forbidden_sql") {
      throw new Error(`Cannot guard a query that is right: ${sql}`, { cause: fault });
    }
    const what = String(fault.details?.construct ?? fault.message);
    refused.set(what, (refused.get(what) ?? 0) + 1);
    return null;
  }
}

function rowsOf(asked: Promise<unknown[][]>): Promise<string[] | Error> {
  return asked.then(asSet, (fault) => fault instanceof Error ? fault : new Error(String(fault)));
}

/** Also `query_canceled`: of two plans one took too long. */
function isLimit(error: Error, { failsWhere }: GuardedEngine): boolean {
  return ("code" in error && error.code === "57014") || failsWhere?.test(error.message) === true;
}

function messageOf(outcome: string[] | Error): string {
  return outcome instanceof Error ? outcome.message : `${outcome.length} rows`;
}

/** The counts in one line, and the refusals bounded. */
export function assertWorthIt(name: string, counts: FuzzCounts): void {
  const { queries, compared, withRows, ruled, failed, refused } = counts;
  const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);
  const told = `${name}: ${queries} queries, ${compared} compared, ${withRows} with rows, ` +
    `${ruled} under rules, ${failed} failed, ${refusals} refused ${JSON.stringify([...refused])}`;
  console.log(told);
  assert.ok(refusals < queries / 20, told);
  assert.ok(failed < queries / 10, told);
  assert.ok(withRows > compared / 3, told);
  assert.ok(ruled > compared / 2, told);
}
