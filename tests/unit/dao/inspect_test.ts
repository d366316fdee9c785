/** Looking at a schema before it is served: which Superset it is of, or what is in the way. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { assertUsable, inspect } from "../../../src/dao/inspect.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { SqliteMetadata } from "../../../src/drivers/sqlite/metadata.ts";
import { ServiceError } from "../../../src/errors.ts";
import { allIds, demoDatabase, openWorkbench } from "../../support/workbench.ts";

const revision = (id: string) => `UPDATE alembic_version SET version_num = '${id}'`;

/** Released revisions (superset/migrations/versions), and one that is in no release. */
const RELEASES: readonly (readonly [string, string | null])[] = [
  ["48cbb571fa3a", "4.1"],
  ["74ad1125881c", "5.0"],
  ["4b2a8c9d3e1f", "6.1"],
  ["0123456789ab", null],
];

for (const [id, superset] of RELEASES) {
  Deno.test(`revision ${id} is of ${superset ? `Superset ${superset}` : "no release known"}, and served`, async () => {
    const inspected = await inspect(demoDatabase((db) => db.exec(revision(id))));
    assert.equal(inspected.revision, id);
    assert.equal(inspected.superset, superset);
    assertUsable(inspected);
  });
}

Deno.test("a database without revisions is served when all that decides about access is there", async () => {
  const inspected = await inspect(demoDatabase((db) => db.exec("DROP TABLE alembic_version")));
  assert.equal(inspected.revision, null);
  assertUsable(inspected);
});

Deno.test("columns and tables of newer versions are told from those that are there", async () => {
  const inspected = await inspect(demoDatabase((db) =>
    db.exec(`
      ALTER TABLE tables DROP COLUMN folders;
      DROP TABLE ab_api_key; DROP TABLE ab_group_role; DROP TABLE ab_user_group;
      DROP TABLE ab_group`)
  ));
  assert.equal(inspected.has("tables", "folders"), false);
  assert.equal(inspected.has("tables", "table_name"), true);
  assert.equal(inspected.has("nowhere", "id"), false);
  assert.equal(inspected.hasGroups, false);
  assert.equal(inspected.hasApiKeys, false);
  assertUsable(inspected);
});

Deno.test("where a column is missing it is not offered, not chosen, and the rest is served", async () => {
  const bench = await openWorkbench(demoDatabase((db) =>
    db.exec(`
      ALTER TABLE tables DROP COLUMN folders;
      ALTER TABLE tables DROP COLUMN currency_code_column;
      ALTER TABLE slices DROP COLUMN certification_details;
      DROP TABLE ab_group_role; DROP TABLE ab_user_group; DROP TABLE ab_group`)
  ));
  const admin = await bench.caller("admin");
  const { select, filter } = bench.dao.shape(datasets);
  assert.ok(!select.includes("folders") && !("currency_code_column" in filter));
  const { items } = await bench.dao.list(datasets, admin, {
    page: 1,
    pageSize: 1,
    columns: select,
  });
  assert.ok(!("folders" in items[0]!));
  // One of the default columns, too.
  const listed = await bench.dao.list(charts, admin, { page: 1, pageSize: 1 });
  assert.equal(listed.items[0]!.certification_details, null);
  assert.equal((await allIds(bench, admin, charts)).length, 30);
  // Her only role came through a group.
  assert.deepEqual((await bench.caller("greta")).roles, []);
  await bench.close();
});

/** What is done to the demo's schema, the words of the refusal, and what it names as missing. */
const UNUSABLE: readonly (readonly [string, string, RegExp, readonly string[]])[] = [
  [
    "a Superset before 4.1",
    "ALTER TABLE slices DROP COLUMN catalog_perm; ALTER TABLE tables DROP COLUMN catalog_perm",
    /too old/,
    ["tables.catalog_perm", "slices.catalog_perm"],
  ],
  [
    "a Superset without rules",
    "DROP TABLE rls_filter_tables",
    /too old/,
    ["rls_filter_tables"],
  ],
];

for (const [name, change, words, missing] of UNUSABLE) {
  Deno.test(`refuses ${name}, naming what is missing`, async () => {
    const inspected = await inspect(demoDatabase((db) => db.exec(change)));
    assert.deepEqual(inspected.missing, missing);
    assertRefused(() => assertUsable(inspected), words, missing);
  });
}

Deno.test("refuses a database that is no Superset's", async () => {
  const foreign = new DatabaseSync(":memory:");
  foreign.exec("CREATE TABLE orders (id INTEGER)");
  const inspected = await inspect(new SqliteMetadata(() => foreign));
  assertRefused(() => assertUsable(inspected), /holds no Superset metadata/, ["ab_user"]);
});

Deno.test("refuses an empty database that is to become a Superset's", async () => {
  const inspected = await inspect(new SqliteMetadata(() => new DatabaseSync(":memory:")));
  assert.equal(inspected.revision, null);
  assertRefused(() => assertUsable(inspected), /db upgrade/, ["ab_user"]);
});

function assertRefused(use: () => void, words: RegExp, missing: readonly string[]): void {
  assert.throws(use, (error) => {
    assert.ok(error instanceof ServiceError);
    assert.equal(error.type, "unavailable");
    assert.match(`${error.message} ${error.hint}`, words);
    assert.deepEqual(
      (error.details!.missing as string[]).slice(0, missing.length),
      missing,
    );
    return true;
  });
}
