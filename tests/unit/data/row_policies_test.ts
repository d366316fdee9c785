import assert from "node:assert/strict";
import type { BindingRule } from "../../../src/dao/bound_database.ts";
import { rowPolicies } from "../../../src/data/row_policies.ts";
import { guardSql } from "../../../src/query/guard/guard.ts";
import { foldPostgresql } from "../../../src/query/guard/table_key.ts";
import { postgresqlParser } from "../../../src/query/sql/postgresql/parser.ts";

const rule = (id: number, table: string, schema: string | null, clause: string): BindingRule => ({
  id,
  name: `rule ${id}`,
  groupKey: null,
  clause,
  dataset: { id, catalog: null, schema, table, virtual: false, templateParams: {} },
});

const RENDERED = {
  renderRule: ({ clause }: BindingRule) => {
    if (clause.includes("{{")) throw new Error("It is not asked for");
    return clause;
  },
};

Deno.test("a rule on a dataset without a schema binds its table in queries of any schema", async () => {
  const parser = await postgresqlParser();
  const policies = rowPolicies([rule(1, "sales", null, "year = 2004")], RENDERED, {
    ...{ catalog: "db", schemas: ["public"] },
  });
  const asked = (sql: string, schema: string) =>
    guardSql(sql, {
      parser,
      dataset: null,
      policies,
      naming: { catalog: "db", schema, fold: foldPostgresql },
    });
  assert.deepEqual(asked("SELECT 1 FROM public.sales", "other").rules, ["rule 1"]);
  assert.deepEqual(asked("SELECT 1 FROM sales", "public").rules, ["rule 1"]);
  // Another table of that name has no rule of its own.
  assert.deepEqual(asked("SELECT 1 FROM sales", "other").rules, []);
});

Deno.test("rules are gathered by dataset, and rendered only when they are read", () => {
  const rules = [rule(1, "a", "s", "x"), rule(2, "b", null, "{{ y }}"), rule(1, "a", "s", "z")];
  const [first, second] = rowPolicies(rules, RENDERED, { catalog: null, schemas: [null] });
  assert.deepEqual(first!.rules.map(({ clause }) => clause), ["x", "z"]);
  assert.deepEqual(second!.table, { catalog: null, schema: null, table: "b" });
  assert.throws(() => second!.rules[0]!.clause, /not asked for/);
});

Deno.test("a rule on a dataset without a schema binds its table on the whole search path, in its own catalog", async () => {
  const parser = await postgresqlParser();
  const home = { catalog: "db", schemas: ["app", "public"] };
  const policies = rowPolicies([rule(1, "sales", null, "year = 2004")], RENDERED, home);
  const asked = (sql: string, catalog: string) =>
    guardSql(sql, {
      ...{ parser, dataset: null, policies },
      naming: { catalog, schema: "app", fold: foldPostgresql },
    }).rules;
  assert.deepEqual(asked("SELECT 1 FROM sales", "db"), ["rule 1"]);
  assert.deepEqual(asked("SELECT 1 FROM public.sales", "db"), ["rule 1"]);
  assert.deepEqual(asked("SELECT 1 FROM other.sales", "db"), []);
  assert.deepEqual(asked("SELECT 1 FROM sales", "another_db"), []);
});

Deno.test("where an engine has no catalogs, one that a dataset names keeps no rule from its table", () => {
  const stray = rule(1, "a", "s", "x");
  const rules = [{ ...stray, dataset: { ...stray.dataset, catalog: "stray" } }];
  const catalogIn = (catalog: string | null) =>
    rowPolicies(rules, RENDERED, { catalog, schemas: [null] })[0]!.table.catalog;
  assert.equal(catalogIn(null), null);
  assert.equal(catalogIn("db"), "stray");
});
