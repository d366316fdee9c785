import assert from "node:assert/strict";
import type { Rewrite, SqlParser } from "../../../../src/query/sql/dialect.ts";
import { RememberingParser } from "../../../../src/query/sql/remembering_parser.ts";

/** Counts what it is asked, and says what it was asked. */
function countingParser(): { parser: SqlParser; asked: string[] } {
  const asked: string[] = [];
  const ask = (what: string) => {
    asked.push(what);
    if (what.includes("wrong")) throw new TypeError("wrong");
    return what;
  };
  const parser: SqlParser = {
    expression: (text) => ask(`expression ${text}`),
    clause: (text) => ask(`clause ${text}`),
    split: (text) => [ask(`split ${text}`)],
    statement(text, options) {
      ask(`statement ${text} ${options?.parameters}`);
      return {
        tables: [{ catalog: null, schema: null, table: text }],
        get sql() {
          return ask(`sql ${text}`);
        },
        get readable() {
          return ask(`readable ${text}`);
        },
        rewrite: (changes: Rewrite) => ask(`rewrite ${text} ${[...changes.filters!.values()]}`),
      };
    },
  };
  return { parser, asked };
}

Deno.test("the same text is read once, as an expression and as a clause apart", () => {
  const { parser, asked } = countingParser();
  const remembering = new RememberingParser(parser);
  for (let time = 0; time < 3; time++) {
    assert.equal(remembering.expression("a"), "expression a");
    assert.equal(remembering.clause("a"), "clause a");
  }
  assert.deepEqual(asked, ["expression a", "clause a"]);
});

Deno.test("a statement is rewritten once for the same changes, and anew for others", () => {
  const { parser, asked } = countingParser();
  const remembering = new RememberingParser(parser);
  const rewrite = (filter: string, parameters = 0) =>
    remembering.statement("s", { parameters }).rewrite({ filters: new Map([[0, filter]]) });
  assert.equal(rewrite("x"), "rewrite s x");
  assert.equal(rewrite("x"), "rewrite s x");
  assert.equal(rewrite("y"), "rewrite s y");
  assert.equal(rewrite("y"), "rewrite s y");
  assert.equal(asked.filter((what) => what.startsWith("rewrite")).length, 2);
  rewrite("x", 1);
  assert.equal(asked.filter((what) => what === "rewrite s x").length, 2);
  assert.deepEqual(remembering.statement("s").tables[0]?.table, "s");
});

Deno.test("what fails is asked again", () => {
  const { parser, asked } = countingParser();
  const remembering = new RememberingParser(parser);
  for (let time = 0; time < 2; time++) {
    assert.throws(() => remembering.expression("wrong"), TypeError);
    assert.throws(() => remembering.statement("wrong"), TypeError);
  }
  assert.equal(asked.length, 4);
});

Deno.test("the oldest texts are forgotten when many were asked", () => {
  const { parser, asked } = countingParser();
  const remembering = new RememberingParser(parser);
  const text = (index: number) => `${index}`.padEnd(100_000);
  for (let index = 0; index < 11; index++) remembering.expression(text(index));
  remembering.expression(text(10));
  assert.equal(asked.length, 11);
  remembering.expression(text(0));
  assert.equal(asked.length, 12);
});

Deno.test("what a text became under many rules counts as much as many texts", () => {
  const { parser, asked } = countingParser();
  const remembering = new RememberingParser(parser);
  const rewrite = (text: string, filter: string) =>
    remembering.statement(text).rewrite({ filters: new Map([[0, filter]]) });
  remembering.statement("first");
  for (let index = 0; index < 12; index++) rewrite("second", `${index}`.padEnd(100_000));
  const before = asked.length;
  remembering.statement("first");
  assert.equal(asked.length, before + 1);
});

Deno.test("an expression that a template made long is not read", () => {
  const { parser, asked } = countingParser();
  const long = "1+".repeat(50_000) + "1";
  assert.throws(() => new RememberingParser(parser).expression(long), { type: "too_large" });
  assert.deepEqual(asked, []);
});
