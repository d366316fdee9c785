/** SQL of a caller's own, from its text to what is handed to a database, without any server. */
import assert from "node:assert/strict";
import type { Caller } from "../../../src/auth/caller.ts";
import type { BindingRule } from "../../../src/dao/bound_database.ts";
import type { DatasetTable } from "../../../src/dao/query_sources.ts";
import { ResultCache } from "../../../src/data/result_cache.ts";
import { rowPolicies } from "../../../src/data/row_policies.ts";
import { SqlSession, type SqlSessionParts } from "../../../src/data/sql_session.ts";
import { TableAccess } from "../../../src/data/table_access.ts";
import { KeptCatalogues } from "../../../src/data/table_catalogue.ts";
import type { AnalyticsDatabase } from "../../../src/drivers/analytics/analytics_database.ts";
import type { Introspection, TableInfo } from "../../../src/drivers/analytics/engine.ts";
import { ServiceError } from "../../../src/errors.ts";
import type { GuardedPlan } from "../../../src/query/guard/guarded_plan.ts";
import { foldPostgresql, tableKey } from "../../../src/query/guard/table_key.ts";
import { postgresqlParser } from "../../../src/query/sql/postgresql/parser.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
  app: ["sales", "app_only"],
  public: ["sales", "births", "hidden", "Mixed"],
  other: ["sales"],
};

interface Setting {
  readonly searchPath?: readonly string[];
  readonly schemaPerms?: readonly string[];
  readonly datasets?: readonly Partial<DatasetTable>[];
  readonly rules?: readonly (Partial<BindingRule["dataset"]> & { readonly clause: string })[];
  readonly parts?: Partial<SqlSessionParts>;
}

const ALL = ["app", "public", "other"].map((schema) => `[shop].[db].[${schema}]`);

async function sessionOf(
  { searchPath, schemaPerms = ALL, datasets = [], rules = [], parts = {} }: Setting = {},
) {
  const ran: GuardedPlan[] = [];
  const naming = { catalog: "db", schema: "app", fold: foldPostgresql };
  const introspection = {
    schemas: () => Promise.resolve(Object.keys(TABLES)),
    tables: (schema: string) =>
      Promise.resolve(
        (TABLES[schema] ?? []).map((name): TableInfo => ({ schema, name, kind: "table" })),
      ),
    columns: () => Promise.resolve([]),
    details: () => Promise.resolve({ foreignKeys: [] }),
    dependencies: () => Promise.resolve([]),
  } as unknown as Introspection;
  const database = {
    dialect: "postgresql",
    run: (plan: GuardedPlan) => {
      ran.push(plan);
      return Promise.resolve({ columns: [], bytes: 1, frame: { rowCount: 0, columns: [] } });
    },
  } as unknown as AnalyticsDatabase;
  const parser = await postgresqlParser();
  const access = { schemaPerms, datasourcePerms: ["given"] } as unknown as Caller["access"];
  const held = { catalogPerms: [], databasePerms: [] } as unknown as Caller["access"];
  const ofRules = rules.map(({ clause, ...dataset }, at): BindingRule => ({
    ...{ id: at, name: `rule ${at}`, groupKey: null, clause },
    dataset: {
      ...{ id: at, catalog: null, schema: null, table: "sales", virtual: false },
      ...{ templateParams: {}, ...dataset },
    },
  }));
  const render = (text: string) => text;
  const session = new SqlSession({
    ...{ database, key: ["db"], asker: "me", parser, naming, defaultCatalog: "db" },
    searchPath: searchPath ?? ["app", "public"],
    ownPath: ["app", "public"],
    rowFunctions: new Set(["computed"]),
    catalogue: new KeptCatalogues(() => 0).of("db", introspection, parser, naming),
    access: (place) =>
      Promise.resolve(
        new TableAccess({
          access: { ...held, ...access },
          database: { id: 1, name: "shop" },
          datasets: datasets.map((one, id) => ({
            ...{ id, catalog: null, schema: null, table: "sales", permission: "given" },
            ...{ owned: false, ...one },
          })),
          keyOf: (dataset) => tableKey(place(dataset), naming),
        }),
      ),
    policies: rowPolicies(ofRules, { renderRule: ({ clause }) => clause }, {
      ...{ catalog: "db", schemas: [null] },
    }),
    templates: {
      render,
      renderShown: render,
      renderRule: ({ clause }) => clause,
      removedFilters: new Set(),
      toldRules: false,
    },
    mayReadRules: false,
    writing: { leave: "no_permission", databaseAllows: false },
    ...{ onWritten: () => {}, explain: "EXPLAIN " },
    cache: null,
    limits: { timeoutMs: 1000, maxBytes: 1000 },
    ...parts,
  });
  return { session, ran };
}

async function prepared(sql: string, setting: Setting = {}) {
  const { session } = await sessionOf(setting);
  const script = await session.prepare(sql, 100);
  assert.equal(script.kind, "read");
  return script.statements as Extract<typeof script, { kind: "read" }>["statements"];
}

/** Why a text is refused. */
async function refusal(sql: string, setting: Setting = {}): Promise<string> {
  const { session } = await sessionOf(setting);
  const fault = await session.prepare(sql, 100).then(() => null, (fault) => fault);
  assert.ok(fault instanceof ServiceError, sql);
  return `${fault.type}: ${fault.message}`;
}

for (
  const [what, sql, runs] of [
    ["in the first schema on the path that has it", "SELECT 1 FROM sales", "app.sales"],
    ["further down the path", "SELECT 1 FROM births", "public.births"],
    ["with its schema", "SELECT 1 FROM other.sales", "other.sales"],
    ["in capitals", "SELECT 1 FROM BIRTHS", "public.births"],
    ["in quotes", 'SELECT 1 FROM "Mixed"', 'public."Mixed"'],
    ["with its catalog", "SELECT 1 FROM db.public.births", "db.public.births"],
  ] as const
) {
  Deno.test(`a table is found ${what}, and written as it was found`, async () => {
    const [statement] = await prepared(sql);
    assert.equal(statement!.plan.sql, `SELECT 1 FROM ${runs} LIMIT 100`);
  });
}

for (
  const [what, sql] of [
    ["that is not there", "SELECT 1 FROM nothing"],
    ["that differs by case", 'SELECT 1 FROM "Births"'],
    ["of a schema that is not there", "SELECT 1 FROM nowhere.births"],
    ["of another catalog", "SELECT 1 FROM elsewhere.public.births"],
    ["that only a subquery reads", "SELECT 1 WHERE EXISTS (SELECT 1 FROM nothing)"],
  ] as const
) {
  Deno.test(`a table ${what} is refused`, async () => {
    assert.match(await refusal(sql), /^forbidden_sql: There is no table/);
  });
}

Deno.test("a table that is not the caller's and one that is not there are refused in the same words", async () => {
  const setting = { schemaPerms: [], datasets: [{ schema: "public", table: "births" }] };
  const words = async (table: string) =>
    (await refusal(`SELECT 1 FROM ${table}`, setting)).replaceAll(table, "T");
  assert.equal(await words("hidden"), await words("nothing"));
  assert.equal(await words("public.hidden"), await words("public.nothing"));
  const [own] = await prepared("SELECT 1 FROM births", setting);
  assert.match(own!.plan.sql, /public\.births/);
});

Deno.test("a dataset without a schema opens the table that the connection's own path finds", async () => {
  const setting = { schemaPerms: [], datasets: [{ table: "births" }, { table: "sales" }] };
  assert.match((await prepared("SELECT 1 FROM births", setting))[0]!.plan.sql, /public\.births/);
  assert.match((await prepared("SELECT 1 FROM app.sales", setting))[0]!.plan.sql, /app\.sales/);
  assert.match(await refusal("SELECT 1 FROM public.sales", setting), /There is no table/);
  // A path of the caller's choice opens no other table.
  assert.match(
    await refusal("SELECT 1 FROM sales", { ...setting, searchPath: ["other"] }),
    /There is no table/,
  );
});

Deno.test("rules bind the table that their dataset means, wherever the caller looks", async () => {
  const rules = [{ clause: "a = 1" }, { clause: "b = 2", schema: "public", table: "births" }];
  const names = async (sql: string, searchPath?: readonly string[]) =>
    (await prepared(sql, { rules, searchPath })).map((one) => one.rules);
  assert.deepEqual(await names("SELECT 1 FROM sales; SELECT 1 FROM births, sales"), [
    ["rule 0"],
    ["rule 1", "rule 0"],
  ]);
  assert.deepEqual(await names("SELECT 1 FROM sales", ["other"]), [[]]);
  assert.deepEqual(await names("SELECT 1 FROM app.sales", ["other"]), [["rule 0"]]);
});

Deno.test("the rules' text is in what runs, and in nothing that is told", async () => {
  const rules = [{ clause: "country = 'SECRET'" }];
  const [statement] = await prepared("SELECT count(*) FROM sales", { rules });
  assert.match(statement!.plan.sql, /SECRET/);
  const { plan: _, plainSql, ...told } = statement!;
  assert.doesNotMatch(JSON.stringify([told, plainSql()]), /SECRET/);
  assert.equal(told.shownSql, "SELECT count(*) FROM sales LIMIT 100");
  const reader = await prepared("SELECT 1 FROM sales", { rules, parts: { mayReadRules: true } });
  assert.match(reader[0]!.shownSql, /SECRET/);
});

Deno.test("one statement that is refused keeps all of a script from running", async () => {
  const { session, ran } = await sessionOf();
  await assert.rejects(session.prepare("SELECT 1; SELECT pg_sleep(1)", 1), {
    type: "forbidden_sql",
  });
  await assert.rejects(session.prepare("SELECT 1; DELETE FROM births", 1), {
    type: "forbidden_sql",
  });
  await assert.rejects(session.prepare("SELECT 1;".repeat(21), 1), { type: "too_large" });
  assert.deepEqual(ran, []);
});

Deno.test("a short template is no way to have a long text read, nor a script to name tables without end", async () => {
  const templates = (rendered: string) => ({
    render: () => rendered,
    renderShown: () => rendered,
    renderRule: () => "",
    removedFilters: new Set<string>(),
    toldRules: false,
  });
  const long = `SELECT ${Array(60_000).fill("1").join(",")}`;
  const { session } = await sessionOf({ parts: { templates: templates(long) } });
  for (
    const work of [
      () => session.prepare("{{ long }}", 1),
      () => session.explain("{{ long }}"),
      () => session.standing("{{ long }}"),
    ]
  ) await assert.rejects(work, { type: "too_large", message: /longer than 100000 characters/ });
  assert.throws(() => session.format("{{ long }}"), { type: "too_large" });
  assert.throws(() => session.faults("{{ long }}"), { type: "too_large" });

  const { session: plain } = await sessionOf();
  const naming = (tables: number) => `SELECT ${Array(tables).fill("(SELECT 1 FROM sales)")}`;
  const many = Array(6).fill(naming(84)).join(";");
  for (const work of [() => plain.prepare(many, 1), () => plain.explain(many)]) {
    await assert.rejects(work, { type: "too_large", message: /more than 500 tables/ });
  }
  assert.equal((await plain.prepare(Array(5).fill(naming(100)).join(";"), 1)).statements.length, 5);
});

Deno.test("a function of people's that is called like a column is refused, with and without tables", async () => {
  for (
    const sql of [
      "SELECT s.computed FROM sales s",
      "SELECT (s).computed FROM sales s",
      "SELECT x.computed FROM (SELECT 1 AS a) x",
    ]
  ) assert.match(await refusal(sql), /computed, which could call a function/, sql);
});

Deno.test("rows of a moment ago are for the same rules and the same caller only", async () => {
  const cache = new ResultCache(1_000_000, () => 0);
  const asked = async (key: readonly unknown[], clause: string) => {
    const { session, ran } = await sessionOf({ rules: [{ clause }], parts: { cache, key } });
    const script = await session.prepare("SELECT 1 FROM sales", 10);
    if (script.kind === "write") throw new Error("It only reads");
    const { signal } = new AbortController();
    await session.run(script.statements[0]!, { timeoutMs: 1, maxRows: 1, signal, again: true });
    return ran.length;
  };
  assert.equal(await asked(["me"], "a = 1"), 1);
  assert.equal(await asked(["me"], "a = 1"), 0);
  assert.equal(await asked(["me"], "a = 2"), 1);
  assert.equal(await asked(["you"], "a = 1"), 1);
});

Deno.test("schemas and tables are told to whom they are open", async () => {
  const { session } = await sessionOf({
    schemaPerms: [],
    datasets: [{ schema: "public", table: "births" }],
  });
  assert.deepEqual(await session.tables.schemas(), ["public"]);
  assert.deepEqual((await session.tables.list("public")).map(({ name }) => name), ["births"]);
  assert.deepEqual(await session.tables.list("nowhere"), []);
  assert.equal(await session.tables.describe("public", "hidden"), null);
  assert.equal((await session.tables.describe("public", "births"))?.info.name, "births");
});

Deno.test("what applies on a table is told by the names of permissions and rules", async () => {
  const { session } = await sessionOf({ rules: [{ clause: "a = 'SECRET'" }] });
  const [standing] = await session.standing("SELECT 1 FROM sales JOIN sales b ON true");
  assert.deepEqual(standing!.table, { catalog: "db", schema: "app", table: "sales" });
  assert.deepEqual(standing!.grants, [{ permission: "schema_access", on: "[shop].[db].[app]" }]);
  assert.deepEqual(standing!.rules.map(({ name }) => name), ["rule 0"]);
  await assert.rejects(
    session.tables.standing([{ catalog: null, schema: null, table: "nothing" }]),
  );
});

Deno.test("what others may read of a statement is its text without rules; nothing where templates told them", async () => {
  const [plain] = await prepared("SELECT 1 FROM births");
  assert.match(plain!.plainSql()!, /^SELECT 1 FROM public\.births LIMIT 100$/);
  const render = (text: string) => text;
  const templates = { render, renderShown: render, renderRule: () => "", toldRules: true };
  const { session } = await sessionOf({
    parts: { templates: { ...templates, removedFilters: new Set() } },
  });
  const { statements } = await session.prepare("SELECT 1 FROM births", 100);
  assert.equal(statements[0]!.plainSql(), null);
});
