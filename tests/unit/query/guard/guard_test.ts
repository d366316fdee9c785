import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import {
  guard,
  type GuardContext,
  guardCount,
  guardSql,
} from "../../../../src/query/guard/guard.ts";
import { GuardedPlan } from "../../../../src/query/guard/guarded_plan.ts";
import {
  foldAscii,
  foldCase,
  foldPostgresql,
  tableKey,
} from "../../../../src/query/guard/table_key.ts";
import type { ViewsOver } from "../../../../src/query/guard/underneath.ts";
import type { RowPolicy, RowRule } from "../../../../src/query/policy.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";

const parser = await postgresqlParser();
const naming = { catalog: "db", schema: "public", fold: foldPostgresql };

function rule(name: string, clause: string, groupKey: string | null = null): RowRule {
  return { id: name.length, name, groupKey, clause };
}

function policy(table: string | RowPolicy["table"], ...rules: RowRule[]): RowPolicy {
  const name = typeof table === "string" ? { catalog: null, schema: null, table } : table;
  return { datasetId: 1, table: name, virtual: false, rules };
}

function context(options: Partial<GuardContext> = {}): GuardContext {
  return { parser, naming, dataset: null, policies: [], ...options };
}

function condition(policies: RowPolicy[], options: Partial<GuardContext> = {}): string {
  const { sql } = guardSql("SELECT a FROM t", context({ policies, ...options }));
  return /WHERE (.*) OFFSET 0/.exec(sql)?.[1] ?? "";
}

function refused(work: () => unknown): ServiceError {
  try {
    work();
  } catch (fault) {
    if (fault instanceof ServiceError) return fault;
    throw fault;
  }
  throw new assert.AssertionError({ message: "It was not refused" });
}

Deno.test("rules of one key are alternatives; keys and rules without one all bind", () => {
  const rules = [
    rule("a", "x = 1", "k"),
    rule("b", "y = 2"),
    rule("c", "x = 3 OR z", "k"),
    rule("d", "x = 4", "j"),
  ];
  assert.equal(
    condition([policy("t", ...rules)]),
    "(t.x = 1 OR (t.x = 3 OR t.z)) AND t.y = 2 AND t.x = 4",
  );
});

Deno.test("a rule's own OR, comment or parentheses reach nothing beside it", () => {
  assert.equal(
    condition([policy("t", rule("a", "x OR y -- ) OR true"), rule("b", "z"))]),
    "(t.x OR t.y) AND t.z",
  );
  for (const clause of ["x) OR (true", "x; SELECT 1", "x UNION SELECT 1", "x LIMIT 1", ""]) {
    const fault = refused(() => condition([policy("t", rule("a", clause))]));
    assert.equal(fault.type, "forbidden_sql", clause);
  }
});

Deno.test("every dataset that names a table binds it in SQL, by defaults and folding", () => {
  const binds = (table: RowPolicy["table"]) => condition([policy(table, rule("a", "x"))]) !== "";
  assert.ok(binds({ catalog: null, schema: null, table: "t" }));
  assert.ok(binds({ catalog: null, schema: "public", table: "t" }));
  assert.ok(binds({ catalog: "db", schema: "public", table: "t" }));
  assert.ok(!binds({ catalog: "other", schema: "public", table: "t" }));
  assert.ok(!binds({ catalog: null, schema: "s", table: "t" }));
  assert.ok(!binds({ catalog: null, schema: null, table: "T" }));
  assert.equal(
    condition([policy("t", rule("a", "x")), policy("t", rule("b", "y"))]),
    "t.x AND t.y",
  );
});

Deno.test("a virtual dataset of a table's name does not bind the table", () => {
  assert.equal(condition([{ ...policy("t", rule("a", "x")), virtual: true }]), "");
});

Deno.test("names are cut as PostgreSQL cuts them, never within a character", () => {
  assert.equal(foldPostgresql("a".repeat(80)), "a".repeat(63));
  assert.equal(foldPostgresql("ü".repeat(40)), "ü".repeat(31));
  assert.equal(foldPostgresql("Sales"), "Sales");
  assert.equal(foldAscii("SÄLES"), "sÄles");
  const long = "t".repeat(70);
  const policies = [policy(long, rule("a", "x"))];
  const { rules } = guardSql(`SELECT 1 FROM ${long}`, context({ policies }));
  assert.deepEqual(rules, ["a"]);
});

Deno.test("a dataset's table is bound by its own rules, other tables by all that name them", () => {
  const own = policy("t", rule("own", "x"));
  const policies = [own, policy("t", rule("other", "y")), policy("u", rule("u", "z"))];
  assert.equal(condition(policies, { dataset: own }), "t.x");
  const plan = guardSql("SELECT a FROM t, u", context({ dataset: own, policies }));
  assert.deepEqual(plan.rules, ["own", "u"]);
});

Deno.test("a virtual dataset is bound around its SQL, and the tables inside by theirs", () => {
  const virtualSql = "SELECT a, b FROM t -- all\n";
  const dataset = { ...policy("v", rule("outer", "b = 1 OR b = 2")), virtual: true };
  const policies = [policy("t", rule("inner", "x")), dataset];
  const plan = guardSql(
    `SELECT a, $1::text FROM (${virtualSql}) AS virtual_table WHERE a > 1 LIMIT 10`,
    context({ dataset, policies }),
    { parameters: ["v"], virtualSql },
  );
  assert.equal(
    plan.sql,
    "SELECT a, CAST($1 AS text) FROM ( SELECT * FROM ( SELECT a, b FROM ( SELECT * FROM public.t " +
      "WHERE t.x OFFSET 0 ) AS t ) AS virtual_table WHERE virtual_table.b = 1 OR " +
      "virtual_table.b = 2 OFFSET 0 ) AS virtual_table WHERE a > 1 LIMIT 10",
  );
  assert.deepEqual(plan.rules, ["inner", "outer"]);
  assert.deepEqual(plan.parameters, ["v"]);
});

Deno.test("a virtual dataset that is not in its query is not run", () => {
  const dataset = { ...policy("v", rule("a", "x")), virtual: true };
  const virtualSql = "SELECT 1 AS x";
  for (const sql of ["SELECT x FROM (SELECT 2 AS x) AS virtual_table", "SELECT 1 AS x"]) {
    assert.equal(
      refused(() => guardSql(sql, context({ dataset }), { virtualSql })).type,
      "internal",
    );
    assert.equal(refused(() => guardSql(sql, context({ dataset }))).type, "internal");
  }
});

Deno.test("a virtual dataset's SQL can't reach out of its parentheses", () => {
  const virtualSql = "SELECT 1 AS x) AS virtual_table, (SELECT 2 AS y";
  const dataset = { ...policy("v", rule("a", "x")), virtual: true };
  const sql = `SELECT x FROM (${virtualSql}) AS other`;
  assert.equal(
    refused(() => guardSql(sql, context({ dataset }), { virtualSql })).type,
    "invalid_sql",
  );
});

Deno.test("a rule that can't be read refuses the query, and is named to who may read rules", () => {
  const policies = [policy("t", rule("secret rule", "x = 'SECRET' AND"))];
  const hidden = refused(() => condition(policies));
  assert.equal(hidden.type, "forbidden_sql");
  assert.doesNotMatch(JSON.stringify(hidden.body()), /secret/i);
  const shown = refused(() => condition(policies, { mayReadRules: true }));
  assert.match(shown.message, /secret rule/);
});

Deno.test("a rule about another table's columns is refused without telling what it says", () => {
  const policies = [policy("t", rule("a", "other.x = 'SECRET'"))];
  const fault = refused(() => condition(policies));
  assert.equal(fault.type, "forbidden_sql");
  assert.doesNotMatch(JSON.stringify(fault.body()), /other\.|SECRET/);
});

Deno.test("a rule may name its table, in full too", () => {
  assert.equal(condition([policy("t", rule("a", "t.x = 1"))]), "t.x = 1");
  assert.equal(condition([policy("t", rule("a", "public.t.x = 1"))]), "public.t.x = 1");
});

Deno.test("tables that a rule reads are found where the connection would find them", () => {
  assert.equal(
    condition([policy("t", rule("a", "x IN (SELECT y FROM u WHERE u.z = t.z)"))]),
    "t.x IN (SELECT y FROM public.u WHERE u.z = t.z)",
  );
});

Deno.test("a table that the engine can't name refuses the query", () => {
  const fault = refused(() => guardSql("SELECT 1 FROM t", context({ resolve: () => null })));
  assert.equal(fault.type, "forbidden_sql");
});

Deno.test("a table is written as it was found, so that no other can be", () => {
  const resolve = ({ table }: { table: string }) => ({ catalog: "db", schema: "second", table });
  const policies = [policy({ catalog: null, schema: "second", table: "t" }, rule("a", "x"))];
  const { sql } = guardSql("SELECT a FROM t, u", context({ resolve, policies }));
  assert.match(sql, /FROM second\.t WHERE t\.x OFFSET 0 \) AS t, second\.u$/);
});

for (
  const [engine, read, schema, table] of [
    ["PostgreSQL", parser, "information_schema", "tables"],
    ["PostgreSQL", parser, "pg_temp_3", "t"],
    ["MySQL", await mysqlParser(), "mysql", "user"],
    ["MySQL", await mysqlParser(), "Information_Schema", "tables"],
    ["SQLite", await sqliteParser(), "temp", "t"],
  ] as const
) {
  Deno.test(`a bare name that ${engine} would find in ${schema} is refused`, () => {
    const found = context({
      ...{ parser: read, naming: { catalog: null, schema, fold: foldCase } },
      resolve: (name) => ({ catalog: null, schema, table: name.table }),
    });
    for (const at of [found, { ...found, resolve: undefined }]) {
      const fault = refused(() => guardSql(`SELECT 1 FROM ${table}`, at));
      assert.equal(fault.details?.construct, `the system catalog ${schema}.${table}`);
    }
  });
}

Deno.test("a table that the caller may not read refuses the query", () => {
  const mayRead = ({ table }: { table: string }) => table === "t";
  assert.match(guardSql("SELECT 1 FROM t", context({ mayRead })).sql, /public\.t/);
  const fault = refused(() =>
    guardSql("SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u)", context({ mayRead }))
  );
  assert.equal(fault.type, "permission_denied");
});

Deno.test("a view over a table with rules is refused to who is bound, however deep", () => {
  const at = (table: string) => ({ catalog: null, schema: null, table });
  const viewsOver: ViewsOver = new Map([
    [tableKey(at("v"), naming), [at("w")]],
    [tableKey(at("w"), naming), [at("v"), at("t")]],
    [tableKey(at("free"), naming), [at("u")]],
    [tableKey(at("over"), naming), [at("unknown")]],
    [tableKey(at("unknown"), naming), [null]],
  ]);
  const ask = (table: string, ...rules: RowRule[]) =>
    guardSql(
      `SELECT 1 FROM ${table}`,
      context({ viewsOver, policies: [policy("t", ...rules)] }),
    );
  for (const view of ["v", "w", "over", "unknown"]) {
    assert.equal(refused(() => ask(view, rule("a", "x"))).type, "forbidden_sql");
    assert.match(ask(view).sql, /public/);
  }
  assert.match(ask("free", rule("a", "x")).sql, /public\.free/);
});

Deno.test("the key of what was applied changes with any clause, and only then", () => {
  const key = (...rules: RowRule[]) =>
    guardSql("SELECT 1 FROM t", context({ policies: [policy("t", ...rules)] })).policyKey;
  assert.equal(key(), "");
  assert.equal(key(rule("a", "x = 1")), key(rule("b", "x  =  1 -- the same")));
  assert.notEqual(key(rule("a", "x = 1")), key(rule("a", "x = 2")));
  assert.notEqual(
    key(rule("a", "x"), rule("b", "y")),
    key(rule("a", "x", "k"), rule("b", "y", "k")),
  );
});

Deno.test("the plan carries columns and parameters, and the count is guarded as well", () => {
  const planned = {
    sql: "SELECT a FROM t WHERE a = $1",
    parameters: [5],
    columns: [{ name: "a", type: null }],
    countSql: "SELECT count(*) FROM t WHERE a = $1",
    virtualSql: null,
    rejectedFilters: [],
  };
  const policies = [policy("t", rule("a", "x"))];
  const plan = guard(planned, context({ policies }));
  assert.deepEqual(plan.columns, planned.columns);
  assert.deepEqual(plan.parameters, [5]);
  assert.match(guardCount(planned, context({ policies }))!.sql, /WHERE t\.x OFFSET 0/);
  assert.equal(guardCount({ ...planned, countSql: null }, context()), null);
});

Deno.test("only the guard makes a guarded plan", () => {
  const plan = { sql: "", parameters: [], columns: null, rules: [], policyKey: "" };
  assert.throws(() => Reflect.construct(GuardedPlan, [Symbol("guarded"), plan]), TypeError);
});

Deno.test("a statement that names tables without end is not fenced", () => {
  const context = { parser, naming, dataset: null, policies: [] };
  const joined = (tables: number) =>
    `SELECT 1 FROM ${Array.from({ length: tables }, (_, at) => `t AS t${at}`).join(", ")}`;
  assert.throws(() => guardSql(joined(501), context), { type: "too_large" });
  assert.match(guardSql(joined(500), context).sql, /t499$/);
});
