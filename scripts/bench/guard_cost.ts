/** What the guard costs on PostgreSQL: a query of fifty columns whose text is new each time, and one it knows. */
import { queryDialects } from "../../src/data/dialects.ts";
import { type GuardContext, guardSql } from "../../src/query/guard/guard.ts";
import { median } from "./measure.ts";

export interface GuardCost {
  /** Medians in milliseconds; read, printed and read again. */
  readonly newMs: number;
  /** The same under a rule, with the table put inside of it and that verified. */
  readonly newUnderRuleMs: number;
  /** The same text under the same rule once more. */
  readonly knownMs: number;
}

const WARM_UP = 200;

export async function measureGuard(times: number): Promise<GuardCost> {
  const dialect = queryDialects()("postgresql");
  const parser = await dialect.parser();
  const free: GuardContext = {
    parser,
    naming: { catalog: "", schema: "public", fold: dialect.fold({ ignoresCase: false }) },
    dataset: null,
    policies: [],
  };
  const orders = { catalog: null, schema: "public", table: "orders" };
  const rule = { id: 1, name: "rule", groupKey: null, clause: "region = 'north' OR amount < 100" };
  const bound = {
    ...free,
    policies: [{ datasetId: 1, table: orders, virtual: false, rules: [rule] }],
  };
  const known = query("known");
  const taken: [number, number, number][] = [];
  for (let turn = -WARM_UP; turn < times; turn++) {
    const three: [number, number, number] = [
      timed(() => guardSql(query(`free ${turn}`), free)),
      timed(() => guardSql(query(`bound ${turn}`), bound)),
      timed(() => guardSql(known, bound)),
    ];
    if (turn >= 0) taken.push(three);
  }
  const of = (at: 0 | 1 | 2) => median(taken.map((three) => three[at]));
  return { newMs: of(0), newUnderRuleMs: of(1), knownMs: of(2) };
}

function query(which: string): string {
  const columns = Array.from({ length: 50 }, (_, n) => `sum(t.column_${n}) AS "column ${n}"`);
  return `SELECT t.region, ${columns.join(", ")} FROM public.orders AS t ` +
    `WHERE t.which = '${which}' GROUP BY t.region ORDER BY 2 DESC LIMIT 1000`;
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
