/** SQL as a person reads it: over several lines, and still the same statement. */
import assert from "node:assert/strict";
import type { SqlParser } from "../../../../src/query/sql/dialect.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";

const PARSERS: readonly (readonly [string, () => Promise<SqlParser>])[] = [
  ["PostgreSQL", postgresqlParser],
  ["MySQL", mysqlParser],
  ["SQLite", sqliteParser],
];

const QUERY = `with big as (select a, sum(b) as b from t where c in (1, 2) group by a)
  select a, case when b > 1 then 'x' else 'y' end as kind from big
  left join u on u.id = big.a where (a = 1 or b = 2) and exists (select 1 from v)
  union all select a, 'z' from w order by 1 limit 5`;

const SAME = [
  QUERY,
  "select 'two\nlines', '  indented'",
  "select 1",
  "select a from (select a from (select a from t) x) y",
  "select a from t where a = 'it''s -- no comment' and b <> '/* nor this */'",
  "select a, b from t cross join u where (a, b) in (select 1, 2)",
  "select row_number() over (partition by a order by b) as n from t",
];

for (const [engine, load] of PARSERS) {
  for (const sql of SAME) {
    Deno.test(`${engine}: ${JSON.stringify(sql.slice(0, 60))} is the same statement to a person`, async () => {
      const parser = await load();
      const { sql: plain, readable } = parser.statement(sql);
      assert.equal(parser.statement(readable).sql, plain);
    });
  }
  Deno.test(`${engine}: each clause of a long statement begins a line`, async () => {
    const lines = (await load()).statement(QUERY).readable.split("\n").map((line) => line.trim());
    for (const clause of ["WITH", "SELECT", "FROM", "LEFT JOIN", "WHERE", "UNION", "ORDER BY"]) {
      assert.ok(lines.some((line) => line.startsWith(clause)), `${clause} in\n${lines.join("\n")}`);
    }
    assert.ok(lines.every((line) => line.length < 80), lines.join("\n"));
  });
}

Deno.test("the own grammar sets what is inside a step further in", async () => {
  assert.equal(
    (await sqliteParser()).statement(
      "with x as (select a, b from t where a = 1 and b in (select 2)) select * from x, y where 1",
    ).readable,
    [
      "WITH `x` AS (",
      "  SELECT",
      "    `a`,",
      "    `b`",
      "  FROM `t`",
      "  WHERE (`a` = 1)",
      "    AND (`b` IN (",
      "      SELECT 2",
      "    ))",
      ")",
      "SELECT *",
      "FROM `x`, `y`",
      "WHERE 1",
    ].join("\n"),
  );
});
