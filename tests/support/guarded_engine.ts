/**
 * Two databases of one engine, to try the guard on: one holds every row, and the other only those
 * that the rules let through. A guarded query of the first has to give what the query itself gives
 * of the second.
 */
import { type GuardContext, guardSql } from "../../src/query/guard/guard.ts";
import type { GuardedPlan } from "../../src/query/guard/guarded_plan.ts";
import type { Naming } from "../../src/query/guard/table_key.ts";
import type { RowPolicy, RowRule } from "../../src/query/policy.ts";
import type { SqlParser } from "../../src/query/sql/dialect.ts";

export interface GuardedEngine {
  readonly name: string;
  readonly parser: SqlParser;
  readonly naming: Naming;
  /** See `GuardContext`. */
  readonly anyColumns?: ReadonlyMap<string, string>;
  /** What it may say of a query that it runs in another form; null where it never does. */
  readonly failsWhere: RegExp | null;
  /** Rows as arrays of values. */
  full(sql: string): Promise<unknown[][]>;
  allowed(sql: string): Promise<unknown[][]>;
  close(): Promise<void>;
}

/** No rule lets it be seen: what begins with it is a leak. */
export const CANARY = "CANARY";

export const TABLES: readonly string[] = [
  "CREATE TABLE sales (id integer, country varchar(40), territory varchar(40), year integer, amount integer, product varchar(40))",
  "CREATE TABLE births (name varchar(40), gender varchar(40), state varchar(40), num integer)",
  "CREATE TABLE notes (id integer, country varchar(40), note varchar(40))",
  "CREATE TABLE permitted (username varchar(40), country varchar(40))",
  "CREATE TABLE plans (id integer, plan varchar(40))",
];

export function insertions(): string[] {
  const statements: string[] = [];
  const countries = ["USA", "France", "Japan", "Spain", null];
  const territories = ["NA", "EMEA", "Japan", "EMEA", null];
  const add = (table: string, ...values: (string | number | null)[]) =>
    statements.push(`INSERT INTO ${table} VALUES (${values.map(literal).join(", ")})`);
  for (let id = 1; id <= 16; id++) {
    const place = id % countries.length;
    const year = id % 7 === 0 ? null : 2002 + id % 4;
    add("sales", id, countries[place]!, territories[place]!, year, id * 10, `p${id % 3}`);
    add("births", `n${id % 9}`, id % 2 ? "boy" : "girl", ["CA", "NY", "TX", null][id % 4]!, id);
    add("notes", id, countries[place]!, `note ${id}`);
  }
  for (const country of ["USA", "Japan"]) add("permitted", "greg", country);
  add("permitted", "grace", "Spain");
  for (let id = 1; id <= 3; id++) add("plans", id, `plan ${id}`);
  add("sales", 999, "Nowhere", "Nowhere", 1999, 777, `${CANARY} product`);
  add("births", `${CANARY} name`, "boy", "TX", 777);
  add("notes", 999, "Nowhere", `${CANARY} note`);
  return statements;
}

/** Leaves in the second database what the rules let through, said without the guard. */
export const DELETIONS: readonly string[] = [
  "DELETE FROM sales WHERE NOT coalesce((country = 'USA' OR territory = 'EMEA') AND year >= 2004, false)",
  "DELETE FROM births WHERE NOT coalesce(state IN ('CA', 'NY'), false)",
  "DELETE FROM notes WHERE NOT coalesce(country IN ('USA', 'Japan'), false)",
];

const rule = (id: number, name: string, groupKey: string | null, clause: string): RowRule => ({
  ...{ id, name, groupKey, clause },
});

export const POLICIES: readonly RowPolicy[] = [
  policy(1, "sales", [
    rule(1, "USA", "geo", "country = 'USA'"),
    rule(2, "EMEA", "geo", "territory = 'EMEA'"),
    rule(3, "from 2004", null, "year >= 2004"),
  ]),
  policy(2, "births", [rule(4, "two states", null, "state = 'CA' OR state = 'NY' -- two")]),
  policy(3, "notes", [
    rule(
      5,
      "permitted",
      null,
      "country IN (SELECT country FROM permitted WHERE username = 'greg')",
    ),
  ]),
];

export function policy(
  datasetId: number,
  table: string,
  rules: readonly RowRule[],
  virtual = false,
): RowPolicy {
  return { datasetId, table: { catalog: null, schema: null, table }, virtual, rules };
}

/** Guards free SQL, as one under `POLICIES`. */
export function guardFree(
  engine: Pick<GuardedEngine, "parser" | "naming"> & Partial<Pick<GuardedEngine, "anyColumns">>,
  sql: string,
  options: Partial<GuardContext> = {},
): GuardedPlan {
  const { parser, naming, anyColumns } = engine;
  const context = { parser, naming, anyColumns, dataset: null, policies: POLICIES };
  return guardSql(sql, { ...context, ...options });
}

/** Rows in an order of their own, to compare what no ORDER BY orders. */
export function asSet(rows: unknown[][]): string[] {
  return rows.map((row) =>
    JSON.stringify(row, (_, value) => typeof value === "bigint" ? Number(value) : value)
  ).sort();
}

function literal(value: string | number | null): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}
