/** What may be written, how it is printed, and what nobody can make of it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ServiceError } from "../../../../src/errors.ts";
import { guardSql } from "../../../../src/query/guard/guard.ts";
import { guardWrite, type WriteContext } from "../../../../src/query/guard/guard_write.ts";
import { GuardedWrite } from "../../../../src/query/guard/guarded_write.ts";
import { foldPostgresql } from "../../../../src/query/guard/table_key.ts";
import { mysqlParser } from "../../../../src/query/sql/mysql/parser.ts";
import { postgresqlParser } from "../../../../src/query/sql/postgresql/parser.ts";
import { sqliteParser } from "../../../../src/query/sql/sqlite/parser.ts";
import { policy } from "../../../support/guarded_engine.ts";
import { readSqlFixtures } from "../../../support/sql_fixtures.ts";

const parser = await postgresqlParser();

const CONTEXT: WriteContext = {
  parser,
  naming: { catalog: "shop", schema: "public", fold: foldPostgresql },
  dataset: null,
  policies: [],
  isOwnTable: ({ table }) => table !== "a_view",
};

function guarded(sql: string, context: Partial<WriteContext> = {}): string {
  const write = parser.write!(sql);
  assert.ok(write, "it writes nothing");
  return guardWrite([{ sql, write }], { ...CONTEXT, ...context }, 10).steps[0]!.sql;
}

function refusal(run: () => unknown): ServiceError {
  try {
    run();
  } catch (fault) {
    if (fault instanceof ServiceError) return fault;
    throw fault;
  }
  throw new assert.AssertionError({ message: "it is not refused" });
}

const FIXTURES = readSqlFixtures(new URL("../../../fixtures/guard_write/", import.meta.url));

Deno.test("writes are printed with the full names of their tables, or refused by name", async (t) => {
  for (const { file, title, sql, becomes, refused } of FIXTURES) {
    await t.step(`${file}: ${title}`, () => {
      if (refused === null) {
        const printed = guarded(sql);
        if (becomes !== null) assert.equal(printed, becomes);
        assert.equal(guarded(printed), printed, "printing it again changes nothing");
        return;
      }
      const fault = refusal(() => parser.write!(sql));
      assert.equal(fault.type, "forbidden_sql");
      assert.ok(fault.message.includes(refused), fault.message);
    });
  }
});

/** Pieces of SQL, by which texts are cut and put together anew. */
const pieces = (sql: string) => sql.match(/\w+|\s+|'[^']*'|./gs) ?? [];
const ALL_PIECES = [...new Set(FIXTURES.flatMap(({ sql }) => pieces(sql)))];

const edits = fc.array(
  fc.record({
    at: fc.nat(200),
    removed: fc.nat(3),
    added: fc.array(fc.constantFrom(...ALL_PIECES), { maxLength: 4 }),
  }),
  { maxLength: 4 },
);

Deno.test("whatever is made of a write is one write of named tables, none at all, or refused", () => {
  const outcomes = { written: 0, other: 0, refused: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...FIXTURES), edits, ({ sql }, edits) => {
      const made = pieces(sql);
      for (const { at, removed, added } of edits) {
        made.splice(at % (made.length + 1), removed, ...added);
      }
      try {
        const write = parser.write!(made.join(""));
        if (write === null) return void outcomes.other++;
        const printed = guarded(made.join(""));
        const again = parser.write!(printed)!;
        assert.equal(again.construct, write.construct);
        assert.deepEqual(
          again.tables.map(({ schema }) => schema === null),
          again.tables.map(() => false),
          printed,
        );
        outcomes.written++;
      } catch (fault) {
        if (!(fault instanceof ServiceError)) throw fault;
        assert.match(fault.type, /^(invalid|forbidden)_sql$/, made.join(""));
        outcomes.refused++;
      }
    }),
    { numRuns: 1500 },
  );
  assert.ok(outcomes.written > 100 && outcomes.refused > 100, JSON.stringify(outcomes));
});

Deno.test("what reads is no write, and what writes is no plan that reads", () => {
  for (const sql of ["SELECT 1", "WITH a AS (SELECT 1) SELECT * FROM a", "EXPLAIN DELETE FROM t"]) {
    assert.equal(parser.write!(sql), null, sql);
  }
  assert.match(refusal(() => guardSql("DELETE FROM plans", CONTEXT)).message, /DELETE/);
  assert.match(refusal(() => parser.statement("UPDATE plans SET id = 1")).message, /UPDATE/);
  parser.statement("SELECT 2");
  assert.equal(parser.write!("SELECT 2"), null, "also where the text is known");
});

Deno.test("no expression and no rule's clause holds a part of a write", () => {
  for (const text of ["DEFAULT", "(SELECT DEFAULT)"]) {
    assert.equal(refusal(() => parser.clause(text)).type, "forbidden_sql");
    assert.equal(refusal(() => parser.expression(text)).type, "forbidden_sql");
  }
});

Deno.test("whom a rule binds anywhere in the database writes nothing there", () => {
  const rule = { id: 1, name: "hidden name", groupKey: null, clause: "hidden = 1" };
  for (const policies of [[policy(1, "other", [rule])], [policy(2, "virtual", [rule], true)]]) {
    const fault = refusal(() => guarded("DELETE FROM plans", { policies }));
    assert.equal(fault.type, "forbidden_sql");
    assert.doesNotMatch(JSON.stringify(fault.body()), /hidden/);
  }
  guarded("DELETE FROM plans", { policies: [policy(1, "plans", [])] });
});

Deno.test("each table that a write names must be the caller's to read", () => {
  const mayRead = ({ table }: { readonly table: string }) => table !== "secret";
  for (
    const sql of [
      "DELETE FROM secret",
      "INSERT INTO plans SELECT * FROM secret",
      "DELETE FROM plans USING secret",
      "UPDATE plans SET id = (SELECT max(id) FROM secret)",
      "INSERT INTO plans VALUES (1) ON CONFLICT (id) DO UPDATE SET id = (SELECT 1 FROM secret)",
      "INSERT INTO plans VALUES (1) RETURNING (SELECT count(*) FROM secret)",
      "WITH secret AS (SELECT 1) DELETE FROM secret",
    ]
  ) {
    assert.equal(refusal(() => guarded(sql, { mayRead })).type, "permission_denied", sql);
  }
  guarded("WITH secret AS (SELECT 1) DELETE FROM plans USING secret", { mayRead });
});

Deno.test("a function that people made is not called like a column of a row", () => {
  const rowFunctions = new Set(["secrets"]);
  for (
    const sql of [
      "UPDATE plans SET plan = plans.secrets",
      "DELETE FROM plans RETURNING (plans).secrets",
      "INSERT INTO plans VALUES (1) ON CONFLICT (id) DO UPDATE SET plan = excluded.secrets",
    ]
  ) {
    const fault = refusal(() => guarded(sql, { rowFunctions }));
    assert.match(fault.message, /secrets, which could call a function/, sql);
  }
});

Deno.test("what is written to is a table of the database's own", () => {
  assert.match(refusal(() => guarded("DELETE FROM a_view")).message, /a_view.*no table of its own/);
  guarded("DELETE FROM plans USING a_view");
});

Deno.test("a script's statements that read are guarded as reads, under its limit", () => {
  const sql = "DELETE FROM plans";
  const script = [{ sql, write: parser.write!(sql) }, { sql: "TABLE notes", write: null }];
  assert.deepEqual(guardWrite(script, CONTEXT, 7).steps, [
    { sql: "DELETE FROM public.plans", writes: "DELETE" },
    { sql: "SELECT * FROM public.notes LIMIT 7", writes: null },
  ]);
  const hidden = [...script, { sql: "SELECT * FROM pg_class", write: null }];
  assert.equal(refusal(() => guardWrite(hidden, CONTEXT, 7)).type, "forbidden_sql");
});

Deno.test("nothing else makes what writes", () => {
  const forged = Symbol("guarded write");
  assert.throws(() => Reflect.construct(GuardedWrite, [forged, []]), /Only the guard/);
});

Deno.test("engines without it refuse what writes by name, and say where it is", async () => {
  for (const other of [await mysqlParser(), await sqliteParser()]) {
    assert.equal(other.write?.("DELETE FROM t") ?? null, null);
    for (const sql of ["INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t"]) {
      const fault = refusal(() => other.statement(sql));
      assert.match(fault.message, new RegExp(sql.split(" ")[0]!));
      assert.match(fault.hint ?? "", /PostgreSQL/);
    }
  }
});
