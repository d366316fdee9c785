/** Values of a caller stay inside of what a template puts them into, whatever they are. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { writeSql } from "../../../../src/query/jinja/sql_writer.ts";
import { textOf } from "../../../../src/query/jinja/values.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { MYSQL } from "../../../../src/query/sql/mysql/dialect.ts";
import { POSTGRESQL } from "../../../../src/query/sql/postgresql/dialect.ts";
import { SQLITE } from "../../../../src/query/sql/sqlite/dialect.ts";
import { render } from "./support.ts";

const own = (text: string) => ({ text, foreign: false });
const foreign = (text: string) => ({ text, foreign: true });

function written(backend: string, ...parts: ReturnType<typeof own>[]): string {
  return writeSql(textOf(parts), { backend, words: true });
}

const KEPT: readonly (readonly [string, string, string, string, string])[] = [
  ["postgresql", "a = '", "it's", "'", "a = 'it''s'"],
  ["postgresql", "a = '", "back\\slash", "'", "a = 'back\\slash'"],
  ["postgresql", "a = E'", "back\\", "'", "a = E'back\\\\'"],
  ["postgresql", "a = E'x''", "\\", "'", "a = E'x''\\\\'"],
  ["postgresql", "a = E'x'\n'", "\\", "'", "a = E'x'\n'\\\\'"],
  ["postgresql", "a = typE'", "\\", "'", "a = typE'\\'"],
  ["postgresql", 'SELECT "', 'a"b', '"', 'SELECT "a""b"'],
  ["postgresql", "a = ", "-12.5", "", "a =  -12.5"],
  ["postgresql", "ORDER BY a ", "desc", "", "ORDER BY a desc"],
  ["mysql", "a = '", "\\' OR 1=1", "'", "a = '\\\\'' OR 1=1'"],
  ["mysql", 'a = "', '\\"', '"', 'a = "\\\\"""'],
  ["mysql", "a = `", "a`b\\", "`", "a = `a``b\\`"],
  ["sqlite", "a = '", "\\'", "'", "a = '\\'''"],
];

for (const [backend, before, value, after, expected] of KEPT) {
  Deno.test(`${backend}: ${JSON.stringify(value)} between ${JSON.stringify(before)} and ${after} stays there`, () => {
    assert.equal(written(backend, own(before), foreign(value), own(after)), expected);
  });
}

const REFUSED: readonly (readonly [string, string, string])[] = [
  ["postgresql", "a = ", "1 OR 1=1"],
  ["postgresql", "a = ", "'x'"],
  ["postgresql", "a = ", "b; DROP TABLE c"],
  ["postgresql", "a = 'x' ", "OR 1=1"],
  ["postgresql", "a = 'x'' y' -- '", "\n OR 1=1"],
  ["postgresql", "a /* ' ", "*/ OR 1=1"],
  ["postgresql", "a /* /* */ ' ", "*/ OR 1=1"],
  ["postgresql", "a = $$ ' ", "$$ OR 1=1"],
  ["postgresql", "a = $tag$ ' ", "$tag$ OR 1=1"],
  ["mysql", "a # '\n", "x OR 1=1"],
  ["mysql", "a = 'x\\' -- ' ", "OR 1=1 --"],
  ["sqlite", "a = [it's] = ", "1 OR 1=1"],
  ["postgresql", "FROM ", "other.secrets"],
  ["postgresql", "a = '", "x\0"],
];

for (const [backend, before, value] of REFUSED) {
  Deno.test(`${backend}: refuses ${JSON.stringify(value)} after ${JSON.stringify(before)}`, () => {
    assert.throws(() => written(backend, own(before), foreign(value)), { name: "TemplateFault" });
  });
}

Deno.test("where_in makes literals that no text breaks out of", async () => {
  const parser = await postgresqlParser();
  fc.assert(fc.property(hostile(), (value) => {
    const query = { filters: [{ col: "c", op: "IN", val: [value] }] };
    for (const dialect of [POSTGRESQL, MYSQL, SQLITE]) {
      const sql = render("{{ filter_values('c')|where_in }}", { query, dialect });
      assert.equal(sql, `(${dialect.literal(value)})`);
    }
    const sql = render("a IN {{ filter_values('c')|where_in }}", { query });
    const literal = parser.expression(POSTGRESQL.literal(value));
    assert.equal(parser.expression(sql), `a IN (${literal})`);
  }));
});

const QUOTING = [
  "a = '{{ url_param('v') }}'",
  "a = '{{ url_param('v', escape_result=false) }}'",
  "a = '{{ filter_values('c')[0] }}'",
  "a = {{ \"'\" ~ filter_values('c')[0] ~ \"'\" }}",
  "a = {{ \"'\" + \"','\".join(filter_values('c')) + \"'\" }}",
  "a = {{ \"'%s'\" % url_param('v') }}",
  "a = {{ \"'{}'\".format(url_param('v')) }}",
  "a = '{{ current_username() }}'",
  "a = '{{ current_user.claim }}'",
  "a = '{% for f in get_filters('c') %}{{ f.val[0] }}{% endfor %}'",
  "a = '{% set x = url_param('v') %}{{ x }}'",
  "a = '{% set x %}{{ url_param('v') }}{% endset %}{{ x }}'",
  "a = '{% macro m(x) %}{{ x }}{% endmacro %}{{ m(url_param('v')) }}'",
  "a = '{% filter string %}{{ url_param('v') }}{% endfilter %}'",
  "a = '{{ [url_param('v')]|first }}{{ dict(k=url_param('v')).k[:0] }}'",
  "a = '{{ (url_param('v') or '') | default('x') }}'",
];

for (const template of QUOTING) {
  Deno.test(`${template} is one comparison with the value, whatever it is`, async () => {
    const parser = await postgresqlParser();
    fc.assert(fc.property(hostile(), (value) => {
      const sql = render(template, {
        query: { url_params: { v: value }, filters: [{ col: "c", op: "IN", val: [value] }] },
        caller: { id: 1, username: value, email: "", roles: [], attributes: { claim: value } },
      });
      assert.equal(parser.expression(sql), parser.expression(`a = ${POSTGRESQL.literal(value)}`));
    }));
  });
}

const CHANGED = [
  "upper",
  "lower",
  "trim",
  "tojson",
  "replace('a', 'b')",
  "title",
  "list|join",
  "reverse",
];

for (const filter of CHANGED) {
  Deno.test(`a value stays foreign through ${filter}`, async () => {
    const parser = await postgresqlParser();
    fc.assert(fc.property(hostile(), (value) => {
      const sql = render(`'{{ url_param('v')|${filter} }}'`, {
        query: { url_params: { v: value } },
      });
      assert.match(parser.expression(sql), /^E?'[^]*'$/);
      assert.match(sql, /^'(?:[^']|'')*'$/);
    }));
  });
}

/** Texts of what SQL is made of; not empty, since that is no filter. */
function hostile(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ..."' '' \" ` \\ \\' ; -- /* */ $$ $a$ \n E' U&' ) ( OR 1=1 \u2019 \uff07 % _ {{ }} a \u0000"
      .split(" "),
    "\n",
    " ",
  ).filter((text) => !text.includes("\0"));
  const text = fc.oneof(
    fc.string({ minLength: 1, unit: "binary" }),
    fc.array(piece, { minLength: 1 }).map((all) => all.join("")),
  );
  return text.map((one) => one.replaceAll("\0", "")).filter((one) =>
    one !== "" && one.isWellFormed()
  );
}
