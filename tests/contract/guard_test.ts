/** Who may make what the drivers run, and that they run nothing else. */
import assert from "node:assert/strict";
import { guardWrite } from "../../src/query/guard/guard_write.ts";
import { postgresqlParser } from "../../src/query/sql/postgresql/parser.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../support/analytics.ts";

const SRC = new URL("../../src/", import.meta.url);

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) yield* sources(url);
    else if (entry.name.endsWith(".ts")) yield url;
  }
}

/** By what stands for the right to make it. */
const MAKERS = {
  GUARD_TOKEN: ["query/guard/guard.ts", "query/guard/guarded_plan.ts"],
  WRITE_TOKEN: ["query/guard/guard_write.ts", "query/guard/guarded_write.ts"],
};

for (const [token, makers] of Object.entries(MAKERS)) {
  Deno.test(`${token}, which makes what is run, is used in the guard's own folder alone`, async () => {
    const users: string[] = [];
    for await (const source of sources(SRC)) {
      const text = await Deno.readTextFile(source);
      if (text.includes(token)) users.push(source.href.slice(SRC.href.length));
    }
    assert.deepEqual(users.sort(), makers);
  });
}

Deno.test("what reads and what writes are run by nothing but their own", async () => {
  const database = analytics().open(databaseRow("postgresql://nobody@127.0.0.1:1/none"));
  const write = guardWrite([], { ...CONTEXT, parser: await postgresqlParser() }, 1);
  const forged = { steps: [{ sql: "DELETE FROM t", writes: "DELETE" }], sql: "DELETE FROM t" };
  for (const plan of [write, forged]) {
    const run = () => Reflect.apply(database.run, database, [plan, LIMITS]);
    await assert.rejects(run, /Only a plan that the guard made/);
  }
  for (const script of [planOf("DELETE FROM t"), forged]) {
    const run = () => Reflect.apply(database.write, database, [script, LIMITS]);
    await assert.rejects(run, /Only a script that the guard made/);
  }
});

const CONTEXT = {
  naming: { catalog: null, schema: null, fold: (name: string) => name },
  ...{ dataset: null, policies: [], isOwnTable: () => true },
};
