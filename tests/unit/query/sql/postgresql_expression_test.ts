import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";

const parser = await postgresqlParser();

const PRINTED: Readonly<Record<string, string>> = {
  "SUM(births)": "sum(births)",
  "COUNT(*)": "count(*)",
  "/* a /* b */ */ sum(a) -- c": "sum(a)",
  "sum(a);": "sum(a)",
  "COUNT(DISTINCT a) FILTER (WHERE b > 1)": "count(DISTINCT a) FILTER (WHERE b > 1)",
  "sum(x) over (partition by a order by b)": "sum(x) OVER (PARTITION BY a ORDER BY b)",
  "CASE WHEN a IN ('x','y') THEN 1 ELSE 0 END": "CASE WHEN a IN ('x', 'y') THEN 1 ELSE 0 END",
  "extract(epoch from ds)": "EXTRACT(EPOCH FROM ds)",
  "date_trunc('month', ds) at time zone 'UTC'": "date_trunc('month', ds) AT TIME ZONE 'UTC'",
  "a between 1 and 2": "a BETWEEN 1 AND 2",
  "interval '1 day'": "'1 day'::interval",
  "d->'a'->>'b'": "(d -> 'a') ->> 'b'",
  "arr[1]": "(arr)[1]",
  "array[1,2] && b": "ARRAY[1, 2] && b",
  "(json_each(a)).key": "(json_each(a)).key",
  "a COLLATE \"C\" < 'x'": "a COLLATE \"C\" < 'x'",
  "percentile_cont(0.5) within group (order by x)":
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY x)",
  "U&\"\\0061\" || U&'\\0041' || $$x'y$$": "(a || 'A') || 'x''y'",
  // A backslash means itself in plain quotes; written so that no server setting changes that.
  "'a\\'": "E'a\\\\'",
  "- -1": "1",
  "a - -1": "a - -1",
};

Deno.test("an expression is printed anew, without comments, and means the same", async (test) => {
  for (const [text, printed] of Object.entries(PRINTED)) {
    await test.step(text, () => {
      assert.equal(parser.expression(text), printed);
      assert.equal(parser.expression(printed), printed);
    });
  }
});

const REFUSED: Readonly<Record<string, string>> = {
  "(SELECT 1)": "a subquery",
  "EXISTS (SELECT 1)": "a subquery",
  "ARRAY(SELECT 1)": "a subquery",
  "a IN (TABLE t)": "a subquery",
  "a = ANY (SELECT 1)": "a subquery",
  "CASE WHEN (SELECT true) THEN 1 END": "a subquery",
  "sum(a) FILTER (WHERE EXISTS (SELECT 1))": "a subquery",
  "sum(a) OVER (ORDER BY (SELECT 1))": "a subquery",
  "a UNION SELECT 1": "a set operation in an expression",
  "a FROM t": "FROM after an expression",
  "a INTO t": "SELECT INTO after an expression",
  "a WHERE b": "WHERE after an expression",
  "a ORDER BY b": "ORDER BY after an expression",
  "a LIMIT 1": "LIMIT after an expression",
  "a FOR UPDATE": "FOR UPDATE or FOR SHARE after an expression",
  "DISTINCT a": "DISTINCT after an expression",
  "a, b": "more than one value in an expression",
  "a AS b": "a label after an expression",
  "1; DROP TABLE t": "a statement beside an expression",
  "*": "a star outside of count(*)",
  "count(t.*)": "a star outside of count(*)",
  "(t).*": "a star outside of count(*)",
  "ctid": "the system column ctid",
  'max(t."xmin")': "the system column xmin",
  "$1": "the parameter $1",
  "pg_sleep(1)": "the function pg_sleep",
  "a || pg_read_file('x')": "the function pg_read_file",
  "('x'::text).pg_read_file": "(…).pg_read_file, which could call a function",
  "'x'::regclass": "the type regclass",
  "CAST('x' AS s.t)": "the type s.t",
  "session_user": "SESSION_USER",
};

Deno.test("an expression that is more than that is refused by name", async (test) => {
  for (const [text, construct] of Object.entries(REFUSED)) {
    await test.step(text, () => {
      const fault = thrownBy(() => parser.expression(text));
      assert.equal(fault.type, "forbidden_sql");
      assert.equal(fault.details?.construct, construct);
    });
  }
});

const UNREADABLE: readonly (readonly [text: string, line?: number, column?: number])[] = [
  ["a +", 1, 4],
  ["a\n  + )", 2, 5],
  ["ü ü ü", 1, 5],
  ["'x", 1, 1],
  ["/* x", 1, 1],
  ["a\0b", 1, 2],
  ["a) FROM t WHERE (b", 1, 2],
  ["", undefined, undefined],
  ["-- nothing", undefined, undefined],
  ["a \ud800", undefined, undefined],
  ["ｓｅｌｅｃｔ 1", 1, 8],
];

Deno.test("what the grammar refuses is told with line and column, without values", async (test) => {
  for (const [text, line, column] of UNREADABLE) {
    await test.step(JSON.stringify(text), () => {
      const fault = thrownBy(() => parser.expression(text));
      assert.equal(fault.type, "invalid_sql");
      assert.equal(fault.details?.line, line);
      assert.equal(fault.details?.column, column);
    });
  }
  assert.doesNotMatch(thrownBy(() => parser.expression("a 'SECRET'")).message, /SECRET/);
});

Deno.test("an operator adds functions and types by name", async () => {
  const extended = await postgresqlParser({
    functions: new Set(["app.fiscal_year", "st_area"]),
    types: new Set(["app.mood"]),
  });
  assert.equal(extended.expression("app.fiscal_year(a)"), "app.fiscal_year(a)");
  assert.equal(extended.expression("ST_Area(g)"), "st_area(g)");
  assert.equal(extended.expression("a::app.mood"), "CAST(a AS app.mood)");
  assert.throws(() => extended.expression("fiscal_year(a)"), ServiceError);
});

Deno.test("a clause may hold subqueries, and neither parameters nor catalogs", () => {
  assert.equal(parser.clause("a IN (SELECT b FROM u)"), "a IN (SELECT b FROM u)");
  for (const text of ["a = $1", "a IN (SELECT relname FROM pg_class)", "pg_sleep(1) IS NULL"]) {
    assert.equal(thrownBy(() => parser.clause(text)).type, "forbidden_sql");
  }
});

Deno.test("text nested without end is refused, and the parser goes on", async (test) => {
  for (const [open, close] of [["(", ")"], ["abs(", ")"], ["not ", ""], ["- ", ""], ["a+", ""]]) {
    await test.step(open!, async () => {
      const text = open!.repeat(19_900) + "a" + close!.repeat(19_900);
      const fault = thrownBy(() => parser.expression(text));
      assert.equal(fault.type, "invalid_sql");
      await new Promise((resolve) => setTimeout(resolve));
      assert.equal(parser.expression("1"), "1");
    });
  }
});

Deno.test("text that is nested deeply is printed or refused, and never a fault", () => {
  for (const depth of [500, 1000, 1500, 2000, 2500, 3000]) {
    const text = "abs(".repeat(depth) + "a" + ")".repeat(depth);
    try {
      assert.equal(parser.expression(text), text);
    } catch (fault) {
      assert.ok(fault instanceof ServiceError, String(fault));
      assert.match(fault.type, /^(invalid|forbidden)_sql$/);
    }
  }
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
