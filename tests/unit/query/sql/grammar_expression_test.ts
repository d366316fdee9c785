/** Expressions of SQLite and MySQL, by the grammar that both share. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { GrammarParser } from "../../../../src/query/sql/grammar/parser.ts";
import { MYSQL_GRAMMAR } from "../../../../src/query/sql/mysql/grammar.ts";
import { SQLITE_GRAMMAR } from "../../../../src/query/sql/sqlite/grammar.ts";

const PARSERS = {
  sqlite: new GrammarParser(SQLITE_GRAMMAR),
  mysql: new GrammarParser(MYSQL_GRAMMAR),
};

type Engine = keyof typeof PARSERS;

const PRINTED: readonly (readonly [engines: string, text: string, printed: string])[] = [
  ["sqlite mysql", "SUM(births)", "sum(`births`)"],
  ["sqlite mysql", "COUNT(*)", "count(*)"],
  ["sqlite mysql", "count(DISTINCT a);", "count(DISTINCT `a`)"],
  ["sqlite mysql", "/* a */ sum(a) -- c", "sum(`a`)"],
  ["sqlite mysql", "a + b * c", "`a` + (`b` * `c`)"],
  ["sqlite mysql", "a - b - c", "(`a` - `b`) - `c`"],
  ["sqlite mysql", "a OR b AND NOT c", "`a` OR (`b` AND (NOT `c`))"],
  ["sqlite mysql", "a AND b AND c", "`a` AND `b` AND `c`"],
  ["sqlite mysql", "NOT a = 1", "NOT (`a` = 1)"],
  ["sqlite mysql", "a IS NOT NULL", "`a` IS NOT NULL"],
  ["sqlite mysql", "a NOT IN (1, 'x')", "`a` NOT IN (1, 'x')"],
  ["sqlite mysql", "a BETWEEN 1 AND 2 AND b", "(`a` BETWEEN 1 AND 2) AND `b`"],
  ["sqlite mysql", "a LIKE 'x%' ESCAPE '!'", "`a` LIKE 'x%' ESCAPE '!'"],
  ["sqlite mysql", "CASE a WHEN 1 THEN 2 ELSE 3 END", "CASE `a` WHEN 1 THEN 2 ELSE 3 END"],
  ["sqlite mysql", "CAST(a AS DECIMAL(10, 2))", "CAST(`a` AS DECIMAL(10, 2))"],
  ["sqlite mysql", "-a", "- `a`"],
  ["sqlite mysql", "a - -1", "`a` - (- 1)"],
  ["sqlite mysql", "'it''s'", "'it''s'"],
  ["sqlite mysql", "x'FF'", "x'ff'"],
  ["sqlite mysql", "t.`a``b`", "`t`.`a``b`"],
  [
    "sqlite mysql",
    "sum(x) OVER (PARTITION BY a ORDER BY b DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
    "sum(`x`) OVER (PARTITION BY `a` ORDER BY `b` DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
  ],
  ["sqlite", '"a b" || [c d]', "`a b` || `c d`"],
  ["sqlite", "'a\\'", "'a\\'"],
  ["sqlite", "a == b", "`a` == `b`"],
  ["sqlite", "a GLOB 'x*'", "`a` GLOB 'x*'"],
  ["sqlite", "a IS NOT b", "`a` IS NOT `b`"],
  ["sqlite", "json_extract(a, '$.b') ->> 'c'", "json_extract(`a`, '$.b') ->> 'c'"],
  ["sqlite", "count(*) FILTER (WHERE a > 1)", "count(*) FILTER (WHERE `a` > 1)"],
  ["sqlite", "a COLLATE NOCASE = 'x'", "(`a` COLLATE `NOCASE`) = 'x'"],
  ["mysql", "'a\\'b'", "'a''b'"],
  ["mysql", '"a\\\\"', "'a\\\\'"],
  ["mysql", "5--3", "5 - (- 3)"],
  ["mysql", "a <=> b", "`a` <=> `b`"],
  ["mysql", "a DIV 2 MOD 3", "(`a` DIV 2) MOD 3"],
  ["mysql", "d + INTERVAL 1 DAY", "`d` + INTERVAL 1 DAY"],
  ["mysql", "DATE_SUB(d, INTERVAL n - 1 DAY)", "date_sub(`d`, INTERVAL (`n` - 1) DAY)"],
  ["mysql", "TIMESTAMPDIFF(DAY, a, b)", "timestampdiff(DAY, `a`, `b`)"],
  ["mysql", "EXTRACT(YEAR FROM d)", "EXTRACT(YEAR FROM `d`)"],
  ["mysql", "CONVERT(a USING utf8mb4)", "CONVERT(`a` USING `utf8mb4`)"],
  [
    "mysql",
    "GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ';')",
    "group_concat(DISTINCT `a` ORDER BY `b` SEPARATOR ';')",
  ],
];

Deno.test("an expression of SQLite or MySQL is printed so that it has one meaning", async (test) => {
  for (const [engines, text, printed] of PRINTED) {
    for (const engine of engines.split(" ") as Engine[]) {
      await test.step(`${engine}: ${text}`, () => {
        assert.equal(PARSERS[engine].expression(text), printed);
        assert.equal(PARSERS[engine].expression(printed), printed);
      });
    }
  }
});

const REFUSED: readonly (readonly [engines: string, text: string, why: string])[] = [
  ["sqlite mysql", "(SELECT 1)", "a subquery"],
  ["sqlite mysql", "EXISTS (SELECT 1)", "a subquery"],
  ["sqlite mysql", "a IN (SELECT 1)", "a subquery"],
  ["sqlite mysql", "a IN (VALUES (1))", "a subquery"],
  ["sqlite mysql", "sum(a) OVER (ORDER BY (SELECT 1))", "a subquery"],
  ["sqlite mysql", "a UNION SELECT 1", "a set operation in an expression"],
  ["sqlite mysql", "a FROM t", "FROM after an expression"],
  ["sqlite mysql", "a INTO t", "INTO after an expression"],
  ["sqlite mysql", "a ORDER BY b", "ORDER BY after an expression"],
  ["sqlite mysql", "a LIMIT 1", "LIMIT after an expression"],
  ["sqlite mysql", "a, b", "more than one value in an expression"],
  ["sqlite mysql", "1; DROP TABLE t", "a statement beside an expression"],
  ["sqlite mysql", "*", "a star outside of count(*)"],
  ["sqlite mysql", "sum(t.*)", "a star outside of count(*)"],
  ["sqlite mysql", "?", "a parameter"],
  ["sqlite mysql", "sleep(1)", "the function sleep"],
  ["sqlite mysql", "CAST(a AS nothing)", "the type NOTHING"],
  ["sqlite", "a IN t", "IN without parentheses"],
  ["sqlite", "load_extension('x')", "the function load_extension"],
  ["mysql", "LOAD_FILE('x')", "the function load_file"],
  ["mysql", "1 /*! UNION SELECT 2 */", "a comment that the database would run"],
  ["mysql", "/* a /* b */ c */ 1", "a comment within a comment"],
  ["sqlite mysql", "a) FROM t WHERE (b", "invalid_sql"],
  ["sqlite mysql", "a b", "invalid_sql"],
  ["sqlite mysql", "a AS b", "invalid_sql"],
  ["sqlite mysql", "'x", "invalid_sql"],
  ["sqlite mysql", "/* x", "invalid_sql"],
  ["sqlite mysql", "`x", "invalid_sql"],
  ["sqlite mysql", "a\0", "invalid_sql"],
  ["sqlite mysql", "a\ufeff", "invalid_sql"],
  ["sqlite mysql", "'a' 'b'", "invalid_sql"],
  ["sqlite mysql", "1a", "invalid_sql"],
  ["sqlite mysql", "", "invalid_sql"],
  ["sqlite mysql", "-- x", "invalid_sql"],
  ["mysql", "@a", "invalid_sql"],
  ["mysql", "a || b", "invalid_sql"],
  ["mysql", "_utf8'x'", "invalid_sql"],
  ["mysql", 'a AS "x', "invalid_sql"],
];

Deno.test("what is more than an expression is refused in SQLite and MySQL", async (test) => {
  for (const [engines, text, why] of REFUSED) {
    for (const engine of engines.split(" ") as Engine[]) {
      await test.step(`${engine}: ${JSON.stringify(text)}`, () => {
        const fault = thrownBy(() => PARSERS[engine].expression(text));
        assert.equal(fault.type === "invalid_sql" ? fault.type : fault.details?.construct, why);
      });
    }
  }
});

Deno.test("where the grammar stops is told by line and column", () => {
  const fault = thrownBy(() => PARSERS.sqlite.expression("ü +\n  )"));
  assert.deepEqual(fault.details, { line: 2, column: 3 });
  assert.doesNotMatch(thrownBy(() => PARSERS.mysql.expression("a 'SECRET'")).message, /SECRET/);
});

Deno.test("nesting without end is refused in SQLite and MySQL", () => {
  for (const parser of Object.values(PARSERS)) {
    for (const [open, close] of [["(", ")"], ["abs(", ")"], ["- ", ""], ["a + ", ""]]) {
      const text = open!.repeat(100_000) + "a" + close!.repeat(100_000);
      assert.equal(thrownBy(() => parser.expression(text)).type, "invalid_sql");
    }
  }
});

Deno.test("an operator adds functions and types to an engine", () => {
  const extended = new GrammarParser(MYSQL_GRAMMAR, {
    functions: new Set(["st_area"]),
    types: new Set(["geometry"]),
  });
  assert.equal(
    extended.expression("ST_Area(CAST(g AS GEOMETRY))"),
    "st_area(CAST(`g` AS GEOMETRY))",
  );
});

function thrownBy(work: () => unknown): ServiceError {
  try {
    work();
  } catch (fault) {
    if (fault instanceof ServiceError) return fault;
    throw fault;
  }
  throw new assert.AssertionError({ message: "Nothing was thrown" });
}
