/** What the guard does to SQL of SQLite and MySQL beyond what the fixtures show. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { type GuardContext, guardSql } from "../../../../src/query/guard/guard.ts";
import { foldCase } from "../../../../src/query/guard/table_key.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";
import { policy } from "../../../support/guarded_engine.ts";

const ENGINES = {
  sqlite: { parser: await sqliteParser(), schema: "main", all: "LIMIT - 1 OFFSET 0" },
  mysql: { parser: await mysqlParser(), schema: "db", all: "LIMIT 18446744073709551615" },
};

for (const [engine, { parser, schema, all }] of Object.entries(ENGINES)) {
  const rule = (clause: string) => ({ id: 1, name: "rule", groupKey: null, clause });
  const context = (options: Partial<GuardContext>): GuardContext => ({
    ...{ parser, dataset: null, policies: [] },
    naming: { catalog: null, schema, fold: foldCase },
    ...options,
  });

  Deno.test(`a virtual dataset of ${engine} is bound around its SQL, its tables by theirs`, () => {
    const virtualSql = "SELECT a, b FROM t -- all";
    const dataset = policy(1, "v", [rule("b = 1 OR b = 2")], true);
    const plan = guardSql(
      `SELECT a FROM (${virtualSql}\n) AS virtual_table WHERE a > 1 LIMIT 10`,
      context({ dataset, policies: [policy(2, "T", [rule("x")]), dataset] }),
      { virtualSql },
    );
    assert.equal(
      plan.sql,
      "SELECT `a` FROM (SELECT * FROM (SELECT `a`, `b` FROM (SELECT * FROM " +
        `\`${schema}\`.\`t\` WHERE \`t\`.\`x\` ${all}) AS \`t\`) AS \`virtual_table\` WHERE ` +
        "(`virtual_table`.`b` = 1) OR (`virtual_table`.`b` = 2) " +
        `${all}) AS \`virtual_table\` WHERE \`a\` > 1 LIMIT 10`,
    );
  });

  Deno.test(`a virtual dataset of ${engine} that is not in its query is not run`, () => {
    const dataset = policy(1, "v", [rule("x")], true);
    const sql = "SELECT x FROM (SELECT 2 AS x) AS virtual_table";
    const fault = refused(() =>
      guardSql(sql, context({ dataset }), { virtualSql: "SELECT 1 AS x" })
    );
    assert.equal(fault.type, "internal");
  });

  Deno.test(`a virtual dataset's SQL of ${engine} can't reach out of its parentheses`, () => {
    const virtualSql = "SELECT 1 AS x) AS virtual_table, (SELECT 2 AS y";
    const dataset = policy(1, "v", [rule("x")], true);
    const fault = refused(() =>
      guardSql(`SELECT x FROM (${virtualSql}) AS other`, context({ dataset }), { virtualSql })
    );
    assert.equal(fault.type, "invalid_sql");
  });

  Deno.test(`a rule of ${engine} that names another table's columns is refused in silence`, () => {
    const policies = [policy(1, "t", [rule("secret.x = 'SECRET'")])];
    const fault = refused(() => guardSql("SELECT 1 FROM t", context({ policies })));
    assert.equal(fault.type, "forbidden_sql");
    assert.doesNotMatch(JSON.stringify(fault.body()), /secret/i);
  });

  Deno.test(`a rule of ${engine} can't reach out of its parentheses`, () => {
    for (
      const clause of ["x) OR (1 = 1", "x; SELECT 1", "x UNION SELECT 1", "x -- )\n) OR (1", ""]
    ) {
      const policies = [policy(1, "t", [rule(clause)])];
      const fault = refused(() => guardSql("SELECT 1 FROM t", context({ policies })));
      assert.equal(fault.type, "forbidden_sql", clause);
    }
  });

  Deno.test(`values of ${engine} come beside the text only as many as there are`, () => {
    const sql = "SELECT a FROM t WHERE a = ? AND b = ?";
    const { parameters } = guardSql(sql, context({}), { parameters: [1, "x"] });
    assert.deepEqual(parameters, [1, "x"]);
    assert.equal(
      refused(() => guardSql(sql, context({}), { parameters: [1] })).type,
      "forbidden_sql",
    );
  });
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
