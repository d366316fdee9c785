/** What an operator lets SQL call reaches the grammar of the engine it is named for, and no other. */
import assert from "node:assert/strict";
import { queryDialects } from "../../../src/data/dialects.ts";
import { ServiceError } from "../../../src/errors.ts";

const allowing = queryDialects({ postgresql: ["app.fiscal_year"], sqlite: ["fiscal_year"] });

const CALLS: readonly (readonly [backend: string, sql: string, allowed: boolean])[] = [
  ["postgresql", "SELECT app.fiscal_year(1)", true],
  ["postgresql", "SELECT App.Fiscal_Year(1)", true],
  ["postgresql", "SELECT fiscal_year(1)", false],
  ["postgresql", 'SELECT app."Fiscal_Year"(1)', false],
  ["postgresql", "SELECT other.fiscal_year(1)", false],
  ["sqlite", "SELECT FISCAL_YEAR(1)", true],
  ["mysql", "SELECT fiscal_year(1)", false],
];

for (const [backend, sql, allowed] of CALLS) {
  Deno.test(`${backend} ${allowed ? "may" : "may not"} run ${sql}`, async () => {
    const parser = await allowing(backend).parser();
    if (allowed) return void parser.statement(sql);
    assert.throws(
      () => parser.statement(sql),
      (fault) => fault instanceof ServiceError && fault.type === "forbidden_sql",
    );
  });
}

Deno.test("without further functions none of them is allowed", async () => {
  const parser = await queryDialects()("postgresql").parser();
  assert.throws(() => parser.statement("SELECT app.fiscal_year(1)"), /app\.fiscal_year/);
});

Deno.test("a grammar is made once for all who ask it", async () => {
  const dialect = allowing("postgresql");
  assert.equal(await dialect.parser(), await allowing("postgresql").parser());
});

Deno.test("an engine without grammar is refused by name", () => {
  assert.throws(() => allowing("oracle"), /oracle.*not served/);
});
