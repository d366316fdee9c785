/** What opens a table to a caller's own SQL, by Superset's rule. */
import assert from "node:assert/strict";
import type { DataAccess } from "../../../src/auth/caller.ts";
import type { DatasetTable } from "../../../src/dao/query_sources.ts";
import { TableAccess } from "../../../src/data/table_access.ts";
import type { TableName } from "../../../src/query/policy.ts";

const NOTHING: DataAccess = {
  isAdmin: false,
  allDatasources: false,
  allDatabases: false,
  allQueries: false,
  databasePerms: [],
  databaseIds: [],
  catalogPerms: [],
  schemaPerms: [],
  datasourcePerms: [],
};

const SALES: TableName = { catalog: "db", schema: "public", table: "sales" };
const PERMISSION = "[shop].[sales](id:7)";

const dataset = (changes: Partial<DatasetTable> = {}): DatasetTable => ({
  ...{ id: 7, catalog: "db", schema: "public", table: "sales", permission: PERMISSION },
  ...{ owned: false, ...changes },
});

const keyOf = ({ catalog, schema, table }: TableName) => JSON.stringify([catalog, schema, table]);

function accessOf(access: Partial<DataAccess>, datasets: readonly DatasetTable[] = []) {
  const database = { id: 3, name: "shop" };
  return new TableAccess({ access: { ...NOTHING, ...access }, database, datasets, keyOf });
}

/** What a caller holds, and what it is shown as; null where it opens nothing. */
const GRANTS: readonly (readonly [
  what: string,
  access: Partial<DataAccess>,
  datasets: readonly DatasetTable[],
  opens: string | null,
])[] = [
  ["nothing at all", {}, [dataset()], null],
  ["all datasources", { allDatasources: true }, [], "all_datasource_access"],
  [
    "all datasources and databases",
    { allDatasources: true, allDatabases: true },
    [],
    "all_database_access",
  ],
  ["the database", { databasePerms: ["[shop].(id:3)"] }, [], "database_access"],
  ["a database of another id", { databasePerms: ["[shop].(id:33)"] }, [], null],
  ["a database of another name", { databasePerms: ["[shop2].(id:3)"] }, [], null],
  ["the catalog", { catalogPerms: ["[shop].[db]"] }, [], "catalog_access"],
  ["another catalog", { catalogPerms: ["[shop].[other]"] }, [], null],
  ["the schema", { schemaPerms: ["[shop].[db].[public]"] }, [], "schema_access"],
  ["a schema without its catalog", { schemaPerms: ["[shop].[public]"] }, [], null],
  ["a schema that differs by case", { schemaPerms: ["[shop].[db].[Public]"] }, [], null],
  ["another schema", { schemaPerms: ["[shop].[db].[private]"] }, [], null],
  ["the dataset", { datasourcePerms: [PERMISSION] }, [dataset()], "datasource_access"],
  ["its ownership", {}, [dataset({ owned: true })], "owner"],
  [
    "a dataset of another table",
    { datasourcePerms: [PERMISSION] },
    [dataset({ table: "s" })],
    null,
  ],
  [
    "a dataset in another schema",
    { datasourcePerms: [PERMISSION] },
    [dataset({ schema: "x" })],
    null,
  ],
  [
    "a dataset in another catalog",
    { datasourcePerms: [PERMISSION] },
    [dataset({ catalog: "x" })],
    null,
  ],
  ["a permission on no dataset of it", { datasourcePerms: [PERMISSION] }, [], null],
  ["a permission that is empty", { datasourcePerms: ["[shop].[x](id:1)"] }, [
    dataset({ permission: "" }),
  ], null],
  ["every query of others", { allQueries: true }, [dataset()], null],
];

for (const [what, access, datasets, opens] of GRANTS) {
  Deno.test(`${what} ${opens === null ? "opens nothing" : `opens a table as ${opens}`}`, () => {
    const tables = accessOf(access, datasets);
    const grants = tables.grants(SALES, keyOf(SALES)).map(({ permission }) => permission);
    assert.deepEqual(grants, opens === null ? [] : [opens]);
    assert.equal(tables.mayRead(SALES, keyOf(SALES)), opens !== null);
  });
}

Deno.test("a schema may be listed by who may read all of it, not by who has a dataset of it", () => {
  assert.ok(accessOf({ schemaPerms: ["[shop].[db].[public]"] }).mayList("db", "public"));
  assert.ok(!accessOf({ schemaPerms: ["[shop].[db].[public]"] }).mayList("db", "private"));
  const owner = accessOf({ datasourcePerms: [PERMISSION] }, [dataset({ owned: true })]);
  assert.ok(!owner.mayList("db", "public"));
});

Deno.test("an engine without catalogs has schemas of the database, and none opens no schema", () => {
  const bare = accessOf({ schemaPerms: ["[shop].[main]"] });
  assert.ok(bare.mayList(null, "main"));
  assert.ok(!bare.mayList("db", "main"));
  assert.ok(!bare.mayList(null, null));
});

Deno.test("each of several ways in is told", () => {
  const tables = accessOf({ allDatasources: true, datasourcePerms: [PERMISSION] }, [
    dataset(),
    dataset({ id: 8, permission: "[shop].[sales](id:8)", owned: true }),
  ]);
  assert.deepEqual(tables.grants(SALES, keyOf(SALES)), [
    { permission: "all_datasource_access", on: "all_datasource_access" },
    { permission: "datasource_access", on: PERMISSION },
    { permission: "owner", on: "dataset 8" },
  ]);
});
