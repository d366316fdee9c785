/** Whether the metadata can be written to is found out without writing anything. */
import assert from "node:assert/strict";
import postgres from "postgres";
import { DatabaseSync } from "node:sqlite";
import { Metadata } from "../../../src/dao/metadata.ts";
import { Writing } from "../../../src/dao/writing.ts";
import { SqliteWriter } from "../../../src/drivers/sqlite/writer.ts";
import { openDemo } from "../../../src/demo/demo.ts";
import { NOW, openWorkbench, SUPERSET_URL } from "../../support/workbench.ts";
import { openBothWays, WRITABLE_ENGINES } from "../../support/writable_engines.ts";

for (const engine of WRITABLE_ENGINES) {
  const suffix = engine.missing === null ? "" : ` (skipped: ${engine.missing})`;
  Deno.test({
    name: `a probe of ${engine.name} succeeds and leaves no row${suffix}`,
    ignore: engine.missing !== null,
    fn: () =>
      engine.with(async ({ database, writer }) => {
        const { metadata } = await openWorkbench(database);
        const sql = "select count(*) as n from saved_query";
        const count = async () =>
          Number((await database.read({ sql, parameters: [], prepared: false }))[0]!.n);
        const before = await count();
        await new Writing(writer, metadata).probe();
        assert.equal(await count(), before);
      }),
  });
}

const postgresql = WRITABLE_ENGINES.find(({ name }) => name === "PostgreSQL")!;

Deno.test({
  name: postgresql.missing === null
    ? "a role that may only select is found out"
    : `a role that may only select is found out (skipped: ${postgresql.missing})`,
  ignore: postgresql.missing !== null,
  fn: () =>
    postgresql.with(async (_, url) => {
      const admin = postgres(url, { max: 1, onnotice: () => {} });
      await admin.unsafe(
        "create role looker login; grant select on all tables in schema public to looker",
      );
      await admin.end();
      const opened = openBothWays(url.replace(/\/\/[^@/]*@/, "//looker@"));
      try {
        const metadata = new Metadata({
          database: opened.database,
          settings: { dashboardRoles: false, rbacEnabled: true },
          supersetUrl: SUPERSET_URL,
          cache: { enabled: false, maxBytes: 0 },
          now: () => NOW,
        });
        await assert.rejects(new Writing(opened.writer, metadata).probe(), {
          type: "unavailable",
          message: "This service may not write to the metadata database.",
        });
      } finally {
        await Promise.all([opened.writer.close(), opened.database.close()]);
      }
    }),
});

Deno.test("a file that is only to be read is found out", async () => {
  const folder = await Deno.makeTempDir({ prefix: "readonly-" });
  const demo = openDemo(NOW);
  demo.metadata.exec(`VACUUM INTO '${folder}/superset.db'`);
  demo.close();
  const { database } = openBothWays(`sqlite:///${folder}/superset.db`);
  const writer = new SqliteWriter(() =>
    new DatabaseSync(`${folder}/superset.db`, { readOnly: true })
  );
  try {
    const { metadata } = await openWorkbench(database);
    await assert.rejects(new Writing(writer, metadata).probe(), { type: "unavailable" });
  } finally {
    await Promise.all([writer.close(), database.close()]);
    await Deno.remove(folder, { recursive: true });
  }
});
