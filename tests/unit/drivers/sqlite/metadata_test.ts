/** A metadata file of SQLite: opened for reading only, missing, broken, and its letters' case. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqliteFile, SqliteMetadata } from "../../../../src/drivers/sqlite/metadata.ts";

const statement = (sql: string, ...parameters: unknown[]) => ({ sql, parameters, prepared: true });

async function withFile(
  use: (path: string, metadata: SqliteMetadata) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/superset.db`;
  const writer = new DatabaseSync(path);
  writer.exec("CREATE TABLE things (id INTEGER, name TEXT); INSERT INTO things VALUES (1, 'Ä%b')");
  writer.close();
  const metadata = new SqliteMetadata(() => openSqliteFile(path));
  try {
    await use(path, metadata);
  } finally {
    await metadata.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("reads rows with values beside the text, booleans as numbers", async () => {
  await withFile(async (_, metadata) => {
    const rows = await metadata.read(statement("SELECT id, ? AS flag FROM things", true));
    assert.deepEqual(rows.map((row) => ({ ...row })), [{ id: 1, flag: 1 }]);
    assert.deepEqual(await metadata.describe(), new Map([["things", new Set(["id", "name"])]]));
  });
});

Deno.test("nothing can be written over it", async () => {
  await withFile(async (_, metadata) => {
    for (const sql of ["DELETE FROM things", "CREATE TABLE x (y)", "DROP TABLE things"]) {
      await assert.rejects(metadata.read(statement(sql)), { name: "ServiceError" });
    }
    assert.equal((await metadata.read(statement("SELECT 1 FROM things"))).length, 1);
  });
});

Deno.test("LIKE minds the case of letters, and fold_case takes it away in every alphabet", async () => {
  await withFile(async (_, metadata) => {
    const count = async (condition: string) =>
      (await metadata.read(statement(`SELECT 1 FROM things WHERE ${condition}`))).length;
    assert.equal(await count("name LIKE 'ä%'"), 0);
    assert.equal(await count("name LIKE '%B'"), 0);
    assert.equal(await count("fold_case(name) LIKE 'ä%'"), 1);
    assert.equal(await count("fold_case(NULL) IS NULL"), 1);
  });
});

Deno.test("a file that is missing or no database is unavailable, and served once it is there", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/superset.db`;
  const metadata = new SqliteMetadata(() => openSqliteFile(path));
  const read = () => metadata.read(statement("SELECT id FROM things"));
  await assert.rejects(read(), { type: "unavailable" });
  await Deno.writeTextFile(path, "this is no database at all, only some text in a file");
  await assert.rejects(read(), { type: "unavailable" });
  await Deno.remove(path);
  const writer = new DatabaseSync(path);
  writer.exec("CREATE TABLE things (id INTEGER)");
  writer.close();
  assert.deepEqual(await read(), []);
  await metadata.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("sees what Superset writes in the meantime, also tables that are new", async () => {
  await withFile(async (path, metadata) => {
    await metadata.read(statement("SELECT id FROM things"));
    const writer = new DatabaseSync(path);
    writer.exec("INSERT INTO things VALUES (2, 'b'); ALTER TABLE things ADD COLUMN more TEXT");
    writer.close();
    assert.equal((await metadata.read(statement("SELECT id FROM things"))).length, 2);
    assert.ok((await metadata.describe()).get("things")?.has("more"));
  });
});

Deno.test("a statement that is refused tells nothing of its text", async () => {
  await withFile(async (_, metadata) => {
    await assert.rejects(metadata.read(statement("SELECT secret FROM things")), (error: Error) => {
      assert.doesNotMatch(error.message, /secret|things/);
      return true;
    });
  });
});
