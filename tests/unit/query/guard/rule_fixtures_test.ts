/**
 * Every rule over PostgreSQL's tree has fixtures of its own, of what it refuses and of what it lets
 * through. Those of statements are run by guard_fixtures_test.ts, those of expressions are read here.
 */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import {
  EXPRESSION_RULES,
  NODE_RULES,
  STATEMENT_RULES,
} from "../../../../src/query/sql/postgresql/rules/rules.ts";
import { readSqlFixtures } from "../../../support/sql_fixtures.ts";

const FOLDER = new URL("../../../fixtures/guard/postgresql/", import.meta.url);
const SOURCES = new URL("../../../../src/query/sql/postgresql/rules/", import.meta.url);

/** Rules that are no look at a node: the parser's, the grammar's list, and that on tables' names. */
const ELSEWHERE = ["constructs", "no_system_catalog", "statement_kinds"];

const OF_STATEMENTS = [...Object.keys({ ...NODE_RULES, ...STATEMENT_RULES }), ...ELSEWHERE];

for (
  const [folder, rules] of [
    ["rules/", OF_STATEMENTS],
    ["expressions/", Object.keys(EXPRESSION_RULES)],
  ] as const
) {
  const fixtures = Map.groupBy(
    readSqlFixtures(new URL(folder, FOLDER)),
    ({ file }) => file.replace(/\.sql$/, ""),
  );
  Deno.test(`the fixtures in ${folder} are those of the rules, each of both outcomes`, () => {
    assert.deepEqual([...fixtures.keys()].sort(), [...rules].sort());
    for (const [rule, ones] of fixtures) {
      assert.ok(ones.some(({ refused }) => refused !== null), `${rule} refuses nothing`);
      assert.ok(ones.some(({ refused }) => refused === null), `${rule} lets nothing through`);
    }
  });
}

Deno.test("a rule over the tree has a file of its name", () => {
  const files = [...Deno.readDirSync(SOURCES)].map(({ name }) => name);
  for (const rule of Object.keys({ ...NODE_RULES, ...STATEMENT_RULES, ...EXPRESSION_RULES })) {
    assert.ok(files.includes(`${rule}.ts`), rule);
  }
});

for (
  const { file, title, sql, becomes, refused } of readSqlFixtures(new URL("expressions/", FOLDER))
) {
  Deno.test(`${file}: ${title}`, async () => {
    const parser = await postgresqlParser();
    if (refused === null) return assert.equal(parser.expression(sql), becomes);
    assert.throws(
      () => parser.expression(sql),
      (fault) => fault instanceof ServiceError && fault.details?.construct === refused,
    );
  });
}
