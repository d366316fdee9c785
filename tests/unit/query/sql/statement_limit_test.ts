/** The limit of a whole statement is set in its tree, and scripts fall into their statements. */
import assert from "node:assert/strict";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";

const LIMITED: readonly (readonly [sql: string, becomes: string])[] = [
  ["SELECT 1", "SELECT 1 LIMIT 10"],
  ["SELECT 1 LIMIT 3", "SELECT 1 LIMIT 3"],
  ["SELECT 1 LIMIT 0", "SELECT 1 LIMIT 0"],
  ["SELECT 1 LIMIT 50 OFFSET 2", "SELECT 1 LIMIT 10 OFFSET 2"],
  ["SELECT 1 OFFSET 2", "SELECT 1 LIMIT 10 OFFSET 2"],
  ["SELECT 1 LIMIT ALL", "SELECT 1 LIMIT 10"],
  ["SELECT 1 AS a ORDER BY a -- LIMIT 2", "SELECT 1 AS a ORDER BY a LIMIT 10"],
  ["SELECT 1 UNION SELECT 2 LIMIT 50", "SELECT 1 UNION SELECT 2 LIMIT 10"],
  ["SELECT * FROM (SELECT 1 LIMIT 5) x", "SELECT * FROM ( SELECT 1 LIMIT 5 ) AS x LIMIT 10"],
];

for (const [sql, becomes] of LIMITED) {
  Deno.test(`a limit of 10 makes \`${sql}\` \`${becomes}\``, async () => {
    const parser = await postgresqlParser();
    assert.equal(parser.statement(sql).rewrite({ limit: 10 }), becomes);
  });
}

Deno.test("a limit that is worked out is compared on the server", async () => {
  const parser = await postgresqlParser();
  const sql = parser.statement("SELECT 1 LIMIT 1 + 1").rewrite({ limit: 10 });
  assert.match(sql, /LIMIT LEAST\(1 \+ 1, 10\)/);
});

Deno.test("the grammar's engines limit too, and refuse a limit that is no number", async () => {
  const parser = await sqliteParser();
  assert.match(parser.statement("SELECT 1 LIMIT 50").rewrite({ limit: 10 }), /LIMIT 10$/);
  assert.match(parser.statement("SELECT 1 LIMIT 5").rewrite({ limit: 10 }), /LIMIT 5$/);
  const statement = parser.statement("SELECT 1 LIMIT 1 + 1");
  assert.throws(() => statement.rewrite({ limit: 10 }), /LIMIT that is no number/);
});

Deno.test("a script falls into its statements where the grammar says, not where a semicolon is", async () => {
  const parser = await postgresqlParser();
  const script = "SELECT 'é;' AS a; /* ; */ SELECT $$;$$ AS b ;; -- end";
  assert.deepEqual(parser.split!(script), ["SELECT 'é;' AS a", "SELECT $$;$$ AS b"]);
});
