/**
 * Names in a caller's own SQL are those of the tables that MySQL would read, by how its server
 * compares names (`lower_case_table_names`); and no name reaches Superset's own metadata.
 */
import assert from "node:assert/strict";
import type { Caller } from "../../src/auth/caller.ts";
import type { BindingRule, BoundDatabase } from "../../src/dao/bound_database.ts";
import type { Dao } from "../../src/dao/dao.ts";
import type { DatasetTable } from "../../src/dao/query_sources.ts";
import { DataService } from "../../src/data/data_service.ts";
import { ServiceError } from "../../src/errors.ts";
import { DEFAULT_LIMITS } from "../../src/query/plan/planning.ts";
import { analytics, databaseRow } from "../support/analytics.ts";
import { hasMariadb, type MariadbServer, startMariadb } from "../support/mariadb.ts";

type Rows = readonly string[] | null;

/** What SQL gives where case tells names apart, and where it does not; null where it is refused. */
const CASES: readonly (readonly [sql: string, cased: Rows, folded: Rows])[] = [
  ["SELECT country FROM Sales", ["own"], ["own"]],
  ["SELECT country FROM shop.Sales", ["own"], ["own"]],
  ["SELECT country FROM sales", null, ["own"]],
  ["SELECT country FROM `SALES`", ["open twin"], ["own"]],
  ["SELECT country FROM SHOP.Sales", null, ["own"]],
  ["SELECT country FROM Shop.sAlEs", null, ["own"]],
  ["SELECT a.country FROM Sales a JOIN shop.Sales b ON a.country = b.country", ["own"], ["own"]],
  ["SELECT a.country FROM Sales a JOIN SALES b ON 1 = 1", ["own"], ["own"]],
  ["SELECT b.country FROM Sales a JOIN SALES b ON 1 = 1", ["open twin"], ["own"]],
  ["SELECT plan FROM plans", ["mine"], ["mine"]],
  ["SELECT plan FROM Plans", null, ["mine"]],
  ["SELECT plan FROM \uff50lans", null, null],
  ["SELECT username FROM superset.ab_user", null, null],
  ["SELECT username FROM SUPERSET.ab_user", null, null],
];

for (const [folding, name] of [[0, "as they are written"], [1, "in lower case"]] as const) {
  Deno.test({
    name: `names of tables are compared ${name} where MySQL does so` +
      (hasMariadb ? "" : " (skipped: MariaDB's programs are not installed)"),
    ignore: !hasMariadb,
    async fn(t) {
      const server = await startMariadb([`--lower-case-table-names=${folding}`]);
      const databases = analytics({ metadataUri: server.url("superset") });
      try {
        await server.execute(SCHEMA);
        if (folding === 0) await server.execute(TWINS);
        const ask = asker(databases, server);
        for (const [sql, cased, folded] of CASES) {
          await t.step(sql, async () => {
            assert.deepEqual(await ask(sql), folding === 0 ? cased : folded);
          });
        }
      } finally {
        await databases.close();
        await server.stop();
      }
    },
  });
}

const SCHEMA = `
  create database superset; create table superset.ab_user (username varchar(20));
  insert into superset.ab_user values ('CANARY admin');
  create database shop; use shop;
  create table Sales (country varchar(20)); insert into Sales values ('own'), ('CANARY');
  create table plans (plan varchar(20)); insert into plans values ('mine'), ('CANARY');`;

/** What only a server that tells names apart by case can hold. */
const TWINS = `
  create database SHOP; create table SHOP.Sales (country varchar(20));
  insert into SHOP.Sales values ('CANARY elsewhere');
  create table shop.sales (country varchar(20)); insert into shop.sales values ('CANARY twin');
  create table shop.SALES (country varchar(20)); insert into shop.SALES values ('open twin');`;

/** Asks as a caller who has two datasets, each under a rule; null where the SQL is refused. */
function asker(databases: ReturnType<typeof analytics>, server: MariadbServer) {
  const service = new DataService({
    ...{ analytics: databases, functions: {}, now: () => performance.now() },
    cache: { enabled: false, maxBytes: 0 },
    limits: { ...DEFAULT_LIMITS, timeoutMs: 10_000, maxBytes: 1_000_000 },
    makeTemplates: () =>
      Promise.resolve({
        render: (text) => text,
        renderShown: (text) => text,
        renderRule: ({ clause }) => clause,
        removedFilters: new Set(),
        toldRules: false,
      }),
  });
  const datasets = [
    ...[dataset(1, "Sales", "shop"), dataset(2, "plans", null)],
    // Under no rule; where case does not count, it is the first one's table.
    dataset(3, "SALES", "shop"),
  ];
  // Nothing else of it is asked where a database is opened for SQL.
  const dao = { sources: { tables: () => Promise.resolve(datasets) } } as unknown as Dao;
  const bound: BoundDatabase = {
    database: {
      ...databaseRow(server.url("shop")),
      ...{ allowDml: false, exposedInSqlLab: true, cacheTimeout: null },
    },
    rules: [rule(1, "Sales", "shop", "country"), rule(2, "plans", null, "plan")],
  };
  return async (sql: string): Promise<readonly unknown[] | null> => {
    const place = {
      ...{ catalog: null, schema: null, templateParams: {}, sql },
      leave: "no_scope",
    } as const;
    const session = await service.openSql(dao, CALLER, bound, place);
    try {
      const script = await session.prepare(sql, 100);
      assert.ok(script.kind === "read");
      const { result: { frame } } = await session.run(script.statements[0]!, {
        ...{ timeoutMs: 10_000, maxRows: 100, again: false },
        signal: new AbortController().signal,
      });
      return [...frame.columns[0]!.values];
    } catch (fault) {
      if (!(fault instanceof ServiceError) || fault.type !== "forbidden_sql") throw fault;
      return null;
    }
  };
}

function dataset(id: number, table: string, schema: string | null): DatasetTable {
  return {
    id,
    catalog: null,
    schema,
    table,
    permission: `[shop].[${table}](id:${id})`,
    owned: true,
  };
}

function rule(id: number, table: string, schema: string | null, column: string): BindingRule {
  return {
    ...{ id, name: `rule ${id}`, groupKey: null, clause: `${column} NOT LIKE 'CANARY%'` },
    dataset: { id, catalog: null, schema, table, virtual: false, templateParams: {} },
  };
}

const CALLER: Caller = {
  user: { id: 1, username: "ann", email: "", firstName: "", lastName: "" },
  access: {
    ...{ isAdmin: false, allDatasources: false, allDatabases: false, allQueries: false },
    ...{ databasePerms: [], databaseIds: [], catalogPerms: [], schemaPerms: [] },
    datasourcePerms: [],
  },
  ...{ roles: [], permissions: new Set(), tenant: null, scopes: new Set(), attributes: {} },
  source: "token",
};
