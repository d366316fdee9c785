/** Transactions that write the metadata: the same on each engine. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { MetadataWriter, RunInTransaction } from "../../../src/drivers/metadata_writer.ts";
import { openSqliteFileToWrite, SqliteWriter } from "../../../src/drivers/sqlite/writer.ts";
import { ServiceError } from "../../../src/errors.ts";
import { WRITABLE_ENGINES } from "../../support/writable_engines.ts";

function addLayer(run: RunInTransaction, name: string) {
  const sql = `insert into annotation_layer (name) values ('${name}')`;
  return run({ sql, parameters: [], prepared: false });
}

for (const engine of WRITABLE_ENGINES) {
  const name = engine.missing === null
    ? `a transaction in ${engine.name}`
    : `a transaction in ${engine.name} (skipped: ${engine.missing})`;
  Deno.test({
    name,
    ignore: engine.missing !== null,
    fn: (t) =>
      engine.with(async ({ database, writer }) => {
        const layers = async () => {
          const sql = "select name from annotation_layer where name like 'w%' order by name";
          const rows = await database.read({ sql, parameters: [], prepared: false });
          return rows.map((row) => row.name);
        };
        await t.step(
          "stands whole when its work is done, and gives what it resolved to",
          async () => {
            const given = await writer.transaction(async (run) => {
              await addLayer(run, "w1");
              await addLayer(run, "w2");
              return 7;
            });
            assert.equal(given, 7);
            assert.deepEqual(await layers(), ["w1", "w2"]);
          },
        );
        await t.step("leaves nothing when its work fails", async () => {
          const failed = writer.transaction(async (run) => {
            await addLayer(run, "w3");
            throw new ServiceError("invalid_argument", "No such layer.");
          });
          await assert.rejects(failed, { type: "invalid_argument", message: "No such layer." });
          assert.deepEqual(await layers(), ["w1", "w2"]);
        });
        await t.step("leaves nothing when one of its statements fails", async () => {
          const failed = writer.transaction(async (run) => {
            await addLayer(run, "w3");
            await run({ sql: "insert into nowhere values (1)", parameters: [], prepared: false });
          });
          await assert.rejects(failed, { type: "internal" });
          assert.deepEqual(await layers(), ["w1", "w2"]);
        });
        await t.step("says that a value is there already", async () => {
          const again = (run: RunInTransaction) =>
            run({
              sql: "insert into annotation_layer (id, name) values (9001, 'x')",
              ...{ parameters: [], prepared: false },
            });
          await writer.transaction(again);
          await assert.rejects(writer.transaction(again), { type: "conflict" });
        });
        await t.step("runs beside others without mixing with them", async () => {
          const outcomes = await Promise.allSettled(
            ["w4", "w5", "w6", "w7"].map((layer, at) =>
              writer.transaction(async (run) => {
                await addLayer(run, layer);
                if (at % 2 === 1) throw new Error("undo");
              })
            ),
          );
          assert.deepEqual(outcomes.map(({ status }) => status), [
            ...["fulfilled", "rejected", "fulfilled", "rejected"],
          ]);
          assert.deepEqual(await layers(), ["w1", "w2", "w4", "w6"]);
        });
        await t.step("is not possible over the way that reads", async () => {
          await assert.rejects(
            database.read({
              sql: "insert into annotation_layer (name) values ('w9')",
              ...{ parameters: [], prepared: false },
            }),
            { type: "internal" },
          );
        });
      }),
  });
}

async function withSqliteFile(
  use: (path: string, writer: MetadataWriter) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "writer-" });
  const path = `${folder}/superset.db`;
  const made = new DatabaseSync(path);
  made.exec("CREATE TABLE annotation_layer (id INTEGER PRIMARY KEY, name TEXT)");
  made.close();
  const writer = new SqliteWriter(() => openSqliteFileToWrite(path));
  try {
    await use(path, writer);
  } finally {
    await writer.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("SQLite waits for another process's lock without holding up this one", () =>
  withSqliteFile(async (path, writer) => {
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const written = writer.transaction((run) => addLayer(run, "late"));
    // This runs while the other waits.
    await new Promise((resolve) => setTimeout(resolve, 60));
    other.exec("COMMIT");
    await written;
    assert.equal(other.prepare("SELECT count(*) AS n FROM annotation_layer").get()!.n, 1);
    other.close();
  }));

Deno.test("SQLite says that a file which is only to be read is not written", async () => {
  await withSqliteFile(async (path) => {
    const writer = new SqliteWriter(() => new DatabaseSync(path, { readOnly: true }));
    await assert.rejects(writer.transaction((run) => addLayer(run, "x")), {
      type: "unavailable",
      message: "This service may not write to the metadata database.",
    });
    await writer.close();
  });
});
