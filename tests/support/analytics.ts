/** Analytics databases for tests: a row of `dbs`, a plan without rules, and what holds them. */
import { makeAddressGuard } from "../../src/drivers/address_guard.ts";
import type { AskedLimits } from "../../src/drivers/analytics/analytics_database.ts";
import {
  AnalyticsDatabases,
  type AnalyticsOptions,
} from "../../src/drivers/analytics/connections.ts";
import type { ConnectionRow } from "../../src/drivers/analytics/engine.ts";
import { hostResolver } from "../../src/drivers/resolve_host.ts";
import { GUARD_TOKEN, GuardedPlan } from "../../src/query/guard/guarded_plan.ts";
import type { GenericType } from "../../src/query/frame.ts";

export const LIMITS: AskedLimits = {
  asker: "tester",
  timeoutMs: 10_000,
  maxRows: 1000,
  maxBytes: 10_000_000,
};

export function databaseRow(uri: string, more: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    id: 1,
    name: "shop",
    sqlalchemyUri: uri,
    password: null,
    encryptedExtra: null,
    serverCert: null,
    extra: {},
    impersonateUser: false,
    hasSshTunnel: false,
    changedOn: "2024-01-01T00:00:00",
    ...more,
  };
}

export function analytics(options: Partial<AnalyticsOptions> = {}): AnalyticsDatabases {
  return new AnalyticsDatabases({
    secretKey: null,
    metadataUri: null,
    resolve: hostResolver(makeAddressGuard()),
    readFile: Deno.readTextFileSync,
    now: () => performance.now(),
    ...options,
  });
}

/** A plan as the guard would make it where nothing binds the caller. */
export function planOf(
  sql: string,
  more: {
    readonly parameters?: readonly unknown[];
    readonly rules?: readonly string[];
    readonly types?: readonly (GenericType | null)[];
  } = {},
): GuardedPlan {
  return new GuardedPlan(GUARD_TOKEN, {
    sql,
    parameters: more.parameters ?? [],
    columns: more.types?.map((type, at) => ({ name: String(at), type })) ?? null,
    rules: more.rules ?? [],
    policyKey: "",
  });
}
