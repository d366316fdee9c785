/**
 * Texts made at random of what breaks out of things: whatever is taken as an expression reads, put
 * where a plan puts it, no table but the one it is asked of.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ServiceError } from "../../../../src/errors.ts";
import type { SqlParser } from "../../../../src/query/sql/dialect.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";

const PARSERS: Readonly<Record<string, () => Promise<SqlParser>>> = {
  postgresql: () => postgresqlParser(),
  mysql: () => mysqlParser(),
  sqlite: () => sqliteParser(),
};

const PIECES = [
  ...[
    "a",
    "b",
    "t.a",
    "secret",
    "1",
    "'x'",
    "'",
    '"',
    "`",
    "$$",
    "$x$",
    "\\",
    "E'",
    "U&'",
    "--",
    "#",
  ],
  ...[
    "/*",
    "*/",
    "/*!",
    "(",
    ")",
    ",",
    ";",
    "*",
    "+",
    "=",
    "||",
    "::",
    "->",
    ".",
    "?",
    "$1",
    "@",
    "[",
  ],
  ...[
    "]",
    " ",
    " ",
    " ",
    "\n",
    "\0",
    "\ufeff",
    "＇",
    "SELECT",
    "FROM",
    "WHERE",
    "UNION",
    "IN",
    "AND",
    "OR",
  ],
  ...[
    "NOT",
    "NULL",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "EXISTS",
    "AS",
    "TABLE",
    "VALUES",
    "WITH",
    "INTO",
  ],
  ...[
    "sum",
    "count",
    "lower",
    "pg_sleep",
    "OVER",
    "FILTER",
    "ORDER BY",
    "LIMIT",
    "text",
    "regclass",
  ],
];

const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join("")),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(" ")),
  // What is often an expression, so that not all is refused.
  fc.tuple(
    fc.constantFrom("sum(a)", "a + 1", "CASE WHEN a THEN 'x' END", "a IN (1)", "lower(b)"),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }),
    fc.constantFrom("", "a", ")", "'x'", "-- x", "/* x */"),
  ).map(([start, pieces, end]) => [start, ...pieces, end].join(" ")),
);

for (const [engine, load] of Object.entries(PARSERS)) {
  Deno.test(`no text that is taken as an expression of ${engine} reads another table`, async () => {
    const parser = await load();
    let taken = 0;
    fc.assert(
      fc.property(text, (written) => {
        const printed = expressionOf(parser, written);
        if (printed === null) return;
        taken++;
        for (
          const sql of [
            `SELECT ${printed} AS label FROM t WHERE ${printed} ORDER BY ${printed} LIMIT 5`,
            `SELECT (${printed}) FROM t WHERE (${printed}) AND 1 = 1 GROUP BY (${printed})`,
          ]
        ) {
          const { tables } = parser.statement(sql);
          assert.deepEqual(tables.map(({ table }) => table), ["t"], sql);
        }
        assert.equal(parser.expression(printed), printed);
      }),
      { numRuns: 3_000 },
    );
    assert.ok(taken > 50, `Only ${taken} texts were taken`);
  });

  Deno.test(`a literal of ${engine} is read as the text it was made of, and as nothing else`, async () => {
    const parser = await load();
    const string = fc.string({
      unit: fc.constantFrom("'", '"', "\\", "`", "a", "%", "\n", "--", ";"),
    });
    fc.assert(fc.property(string, (value) => {
      const literal = engine === "sqlite"
        ? `'${value.replaceAll("'", "''")}'`
        : engine === "mysql"
        ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
        : `E'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
      assert.equal(parser.expression(literal), parser.expression(parser.expression(literal)));
      assert.throws(() => parser.expression(`${literal} 'x`), ServiceError);
    }));
  });
}

/** @returns null for what is refused, as most of it is */
function expressionOf(parser: SqlParser, written: string): string | null {
  try {
    return parser.expression(written);
  } catch (fault) {
    if (!(fault instanceof ServiceError)) throw fault;
    assert.ok(fault.type === "forbidden_sql" || fault.type === "invalid_sql", fault.type);
    return null;
  }
}
