/** A script is cut into its statements where the engine would cut it, and nowhere else. */
import assert from "node:assert/strict";
import { ServiceError } from "../../../../src/errors.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";

const PARSERS = { mysql: await mysqlParser(), sqlite: await sqliteParser() };

type Engine = keyof typeof PARSERS;

const SCRIPTS: readonly (readonly [Engine | "both", string, readonly string[]])[] = [
  ["both", "SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
  ["both", ";; SELECT 1 ;;\n;SELECT 2;", ["SELECT 1", "SELECT 2"]],
  ["both", "SELECT ';' ; SELECT `;`", ["SELECT ';'", "SELECT `;`"]],
  ["both", "SELECT 1 /* ; */; SELECT 2 -- ;\n+ 3", ["SELECT 1 /* ; */", "SELECT 2 -- ;\n+ 3"]],
  ["both", "SELECT 'a''; b'; DROP TABLE t", ["SELECT 'a''; b'", "DROP TABLE t"]],
  ["both", "-- nothing\n;", []],
  ["mysql", "SELECT 'a\\'; b'; SELECT \"c;\"", ["SELECT 'a\\'; b'", 'SELECT "c;"']],
  ["mysql", "SELECT 1 # ;\n; SELECT 2", ["SELECT 1 # ;", "SELECT 2"]],
  ["mysql", "SELECT 5--1;SELECT 2", ["SELECT 5--1", "SELECT 2"]],
  ["sqlite", "SELECT 'a\\'; SELECT [b;c]", ["SELECT 'a\\'", "SELECT [b;c]"]],
  ["sqlite", 'SELECT "a;b"--;\n;SELECT 2', ['SELECT "a;b"--;', "SELECT 2"]],
];

for (const [engines, script, statements] of SCRIPTS) {
  for (const engine of engines === "both" ? ["mysql", "sqlite"] as const : [engines]) {
    Deno.test(`${engine} cuts ${JSON.stringify(script)}`, () => {
      assert.deepEqual(PARSERS[engine].split(script), statements);
    });
  }
}

Deno.test("a script that can't be read is not cut", () => {
  for (const script of ["SELECT '; SELECT 2", "SELECT 1; /* SELECT 2", "SELECT \0; SELECT 2"]) {
    for (const parser of Object.values(PARSERS)) {
      assert.throws(() => parser.split(script), ServiceError, script);
    }
  }
  assert.throws(() => PARSERS.mysql.split("SELECT 1 /*! ; */; SELECT 2"), ServiceError);
});
