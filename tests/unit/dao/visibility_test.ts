/**
 * What one may see, in random workspaces: the conditions of SQL against a plain reading of Superset's
 * rules (6.1: charts/filters.py `ChartFilter`, dashboards/filters.py `DashboardAccessFilter`,
 * databases/filters.py `DatabaseFilter`, utils/filters.py, reports/filters.py).
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import type { Resource } from "../../../src/dao/resource.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { dashboards } from "../../../src/dao/resources/dashboards.ts";
import { databases } from "../../../src/dao/resources/databases.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { reports } from "../../../src/dao/resources/reports.ts";
import { savedQueries } from "../../../src/dao/resources/saved_queries.ts";
import { METADATA_SCHEMA } from "../../../src/demo/schema.ts";
import { insertRecords } from "../../../src/demo/writer.ts";
import { SqliteMetadata } from "../../../src/drivers/sqlite/metadata.ts";
import { allIds, idsOf, openWorkbench, type Workbench } from "../../support/workbench.ts";

/** The person who asks. Another one owns things, too. */
const ME = 1;
const OTHER = 2;
const ROLES = ["Admin", "Gamma", "East", "West"];

interface Perms {
  readonly perm: string | null;
  readonly schemaPerm: string | null;
  readonly catalogPerm: string | null;
}

interface World {
  readonly datasets: readonly (Perms & { readonly database: number })[];
  /** A chart's permissions may differ from its dataset's, and its dataset may be gone. */
  readonly charts: readonly (Perms & { readonly dataset: number })[];
  readonly dashboards: readonly {
    readonly published: boolean | null;
    readonly charts: readonly number[];
    readonly owners: readonly number[];
    readonly roles: readonly number[];
  }[];
  readonly reports: readonly { readonly owners: readonly number[] }[];
  readonly savedQueries: readonly { readonly maker: number | null }[];
  readonly myRoles: readonly number[];
  /** Kinds that I may read at all. */
  readonly reads: readonly string[];
  /** By role, from 1: method and view. */
  readonly grants: readonly (readonly [role: number, method: string, view: string])[];
  readonly dashboardRoles: boolean;
}

const DATABASES = ["sales", "web"];
const databasePerm = (id: number) => `[${DATABASES[id - 1]}].(id:${id})`;
// Few of each, so that grants and objects often meet.
const schemaPerms = ["[sales].[a]", "[web].[cat].[a]"];
const catalogPerms = ["[web].[cat]"];
const datasetPerms = ["[sales].[t](id:1)", "[web].[u](id:2)"];

const perms = {
  perm: fc.constantFrom(null, ...datasetPerms),
  schemaPerm: fc.constantFrom(null, ...schemaPerms),
  catalogPerm: fc.constantFrom(null, ...catalogPerms),
};
const people = fc.uniqueArray(fc.constantFrom(ME, OTHER));

const access = fc.oneof(
  fc.tuple(fc.constant("database_access"), fc.constantFrom(databasePerm(1), databasePerm(2))),
  // Names that look like permissions of databases, and are none.
  fc.tuple(fc.constant("database_access"), fc.constantFrom("[sales].(id:7)", "[web]", "all")),
  fc.tuple(fc.constant("schema_access"), fc.constantFrom(...schemaPerms)),
  fc.tuple(fc.constant("catalog_access"), fc.constantFrom(...catalogPerms)),
  fc.tuple(fc.constant("datasource_access"), fc.constantFrom(...datasetPerms)),
  fc.constantFrom(
    ["all_datasource_access", "all_datasource_access"] as [string, string],
    ["all_database_access", "all_database_access"] as [string, string],
    // Superset asks for both halves of the name.
    ["can_read", "all_datasource_access"] as [string, string],
  ),
);

const world: fc.Arbitrary<World> = fc.record({
  datasets: fc.array(fc.record({ ...perms, database: fc.integer({ min: 1, max: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  charts: fc.array(fc.record({ ...perms, dataset: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 5,
  }),
  dashboards: fc.array(
    fc.record({
      published: fc.constantFrom(true, true, true, false, null),
      charts: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
      owners: fc.constantFrom([], [], [OTHER], [ME, OTHER]),
      // Held by me mostly, by nobody, or none.
      roles: fc.constantFrom([], [], [2], [4], [2, 4]),
    }),
    { maxLength: 6 },
  ),
  reports: fc.array(fc.record({ owners: people }), { maxLength: 3 }),
  savedQueries: fc.array(fc.record({ maker: fc.constantFrom(ME, OTHER, null) }), { maxLength: 3 }),
  reads: fc.subarray(["Chart", "Dashboard", "Dataset"]),
  // Admin sees all dashboards, so most worlds are of somebody else.
  myRoles: fc.oneof(
    { weight: 3, arbitrary: fc.uniqueArray(fc.constantFrom(2, 3), { minLength: 1 }) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }) },
  ),
  grants: fc.array(
    fc.tuple(fc.integer({ min: 1, max: 3 }), access)
      .map(([role, [method, view]]) => [role, method, view] as const),
    { maxLength: 6 },
  ),
  dashboardRoles: fc.boolean(),
});

/** Superset's rules, read over the world; ids are places from 1. */
function expected(world: World) {
  const granted = (method: string) =>
    world.grants.filter(([role, name]) => name === method && world.myRoles.includes(role))
      .map(([, , view]) => view);
  const isAdmin = world.myRoles.includes(1);
  const allDatabases = granted("all_database_access").length > 0;
  const allDatasources = allDatabases || granted("all_datasource_access").length > 0;
  const openDatabases = granted("database_access").flatMap((view) =>
    /^\[.+\]\.\(id:(\d+)\)$/.exec(view)?.[1] ?? []
  ).map(Number);
  const dataset = (id: number) => world.datasets[id - 1];
  const opens = (item: Perms, database: number) =>
    openDatabases.includes(database) ||
    granted("datasource_access").includes(item.perm ?? "") ||
    granted("schema_access").includes(item.schemaPerm ?? "") ||
    granted("catalog_access").includes(item.catalogPerm ?? "");
  const chartOpen = (id: number): boolean => {
    const chart = world.charts[id - 1];
    const of = chart && dataset(chart.dataset);
    return chart !== undefined && of !== undefined && opens(chart, of.database);
  };
  const chartVisible = (id: number) =>
    id <= world.charts.length && (allDatasources || chartOpen(id));
  const byRole = (dashboard: World["dashboards"][number]) =>
    world.dashboardRoles && dashboard.published === true &&
    dashboard.roles.some((role) => world.myRoles.includes(role));
  const hasOpenData = (id: number) => {
    const of = world.charts[id - 1];
    return of !== undefined && dataset(of.dataset) !== undefined &&
      (allDatasources || chartOpen(id));
  };
  const dashboardVisible = (dashboard: World["dashboards"][number]) =>
    isAdmin || dashboard.owners.includes(ME) || byRole(dashboard) ||
    (dashboard.published === true && !(world.dashboardRoles && dashboard.roles.length > 0) &&
      dashboard.charts.some(hasOpenData));
  const named = ["catalog_access", "schema_access", "datasource_access"].flatMap(granted)
    .map((view) => view.split(".")[0]!.slice(1, -1));
  return {
    charts: places(world.charts, (_, id) => chartVisible(id)),
    datasets: places(world.datasets, (each) => allDatasources || opens(each, each.database)),
    dashboards: places(world.dashboards, dashboardVisible),
    databases: places(
      DATABASES,
      (name, id) =>
        allDatabases || named.includes(name) ||
        granted("database_access").includes(databasePerm(id)),
    ),
    reports: places(world.reports, ({ owners }) => allDatasources || owners.includes(ME)),
    saved_queries: places(world.savedQueries, ({ maker }) => maker === ME),
    /** The charts on a dashboard that may be seen on it. */
    chartsOf: (id: number) => {
      const dashboard = world.dashboards[id - 1]!;
      return dashboard.charts.filter((chart) =>
        chart <= world.charts.length &&
        ((world.reads.includes("Chart") && chartVisible(chart)) || byRole(dashboard))
      ).sort();
    },
  };
}

function places<T>(items: readonly T[], fits: (item: T, id: number) => boolean): number[] {
  return items.flatMap((item, index) => fits(item, index + 1) ? [index + 1] : []);
}

Deno.test("lists, counts and gets of every kind show what Superset's rules open, and nothing else", async () => {
  const seen = { some: 0, none: 0 };
  const property = fc.asyncProperty(world, async (world) => {
    const rules = expected(world);
    const bench = await openWorld(world);
    const me = await bench.caller("me");
    const kinds: readonly (readonly [Resource, readonly number[], number])[] = [
      [charts, rules.charts, world.charts.length],
      [datasets, rules.datasets, world.datasets.length],
      [dashboards, rules.dashboards, world.dashboards.length],
      [databases, rules.databases, DATABASES.length],
      [reports, rules.reports, world.reports.length],
      [savedQueries, rules.saved_queries, world.savedQueries.length],
    ];
    for (const [resource, ids, total] of kinds) {
      seen[ids.length < total ? "none" : "some"]++;
      const order = { orderColumn: "id", orderDirection: "asc" } as const;
      assert.deepEqual(await allIds(bench, me, resource, order), ids, resource.plural);
      assert.equal((await bench.dao.count(resource, me)).total, ids.length, resource.plural);
      for (let id = 1; id <= total; id++) {
        const found = await bench.dao.find(resource, me, id, ["id"]);
        assert.equal(found !== null, ids.includes(id), `${resource.plural} ${id}`);
      }
    }
    await relationsHide(bench, world, rules);
    await bench.close();
  });
  await fc.assert(property, { numRuns: 200 });
  assert.ok(seen.some > 0 && seen.none > 0, "the worlds open everything, or nothing");
});

/**
 * What stands beside an object, and filters over it, tell of nothing that is hidden, nor of a kind
 * that one may not read at all.
 */
async function relationsHide(
  bench: Workbench,
  world: World,
  rules: ReturnType<typeof expected>,
): Promise<void> {
  const me = await bench.caller("me");
  const of = (kind: string, ids: readonly number[]) => world.reads.includes(kind) ? ids : [];
  const [openCharts, openDashboards, openDatasets] = [
    of("Chart", rules.charts),
    of("Dashboard", rules.dashboards),
    of("Dataset", rules.datasets),
  ];
  const on = (id: number) => world.dashboards[id - 1]!.charts;
  const source = (chart: number) => world.charts[chart - 1]?.dataset;
  const ids = async (resource: Resource, col: string, value: number) =>
    (await allIds(bench, me, resource, { filters: [{ col, opr: "eq", value }] })).sort();

  for (const id of rules.dashboards) {
    const { charts } = await bench.dao.get(dashboards, me, id, ["charts"]);
    assert.deepEqual(idsOf(charts as { id: number }[]), rules.chartsOf(id), `dashboard ${id}`);
  }
  for (const id of rules.charts) {
    const { dashboards } = await bench.dao.get(charts, me, id, ["dashboards"]);
    const standsOn = openDashboards.filter((each) => on(each).includes(id));
    assert.deepEqual(idsOf(dashboards as { id: number }[]), standsOn, `chart ${id}`);
  }
  for (let id = 1; id <= world.dashboards.length; id++) {
    const shown = openDashboards.includes(id) ? on(id) : [];
    assert.deepEqual(
      await ids(charts, "dashboard", id),
      rules.charts.filter((chart) => shown.includes(chart)),
    );
  }
  for (let id = 1; id <= world.charts.length; id++) {
    const isOpen = openCharts.includes(id);
    assert.deepEqual(
      await ids(dashboards, "chart", id),
      isOpen ? rules.dashboards.filter((each) => on(each).includes(id)) : [],
    );
    assert.deepEqual(
      await ids(datasets, "chart", id),
      isOpen ? rules.datasets.filter((each) => each === source(id)) : [],
    );
  }
  for (let id = 1; id <= world.datasets.length; id++) {
    const draws = (dashboard: number) => on(dashboard).some((chart) => source(chart) === id);
    assert.deepEqual(
      await ids(dashboards, "dataset", id),
      openDatasets.includes(id) ? rules.dashboards.filter(draws) : [],
    );
  }
}

type WriteRows = (
  table: string,
  records: readonly Readonly<Record<string, string | number | null>>[],
) => void;

/** The same permission granted twice is one row. */
function writeGrants(rows: WriteRows, grants: World["grants"]): void {
  const methods = [...new Set(grants.map(([, method]) => method))];
  const views = [...new Set(grants.map(([, , view]) => view))];
  const pairs = [...new Set(grants.map(([, method, view]) => `${method} ${view}`))];
  const granted = [...new Set(grants.map(([role, ...pair]) => `${role} ${pair.join(" ")}`))];
  rows("ab_permission", methods.map((name) => ({ name })));
  rows("ab_view_menu", views.map((name) => ({ name })));
  rows(
    "ab_permission_view",
    pairs.map((pair) => ({
      permission_id: methods.indexOf(pair.split(" ")[0]!) + 1,
      view_menu_id: views.indexOf(pair.split(" ")[1]!) + 1,
    })),
  );
  rows(
    "ab_permission_view_role",
    granted.map((grant) => ({
      role_id: Number(grant[0]),
      permission_view_id: pairs.indexOf(grant.slice(2)) + 1,
    })),
  );
}

/** A role beside the world's own, by which one may read kinds, and no object by itself. */
const READER = ROLES.length + 1;

function openWorld(world: World): Promise<Workbench> {
  const db = new DatabaseSync(":memory:");
  db.exec(`PRAGMA foreign_keys = OFF; ${METADATA_SCHEMA}`);
  const at = { created_on: "2026-01-01 00:00:00.000000", changed_on: "2026-01-01 00:00:00.000000" };
  const rows: WriteRows = (table, records) =>
    insertRecords(db, table, records.map((record, index) => ({ id: index + 1, ...record })));
  const person = (username: string) => ({
    username,
    first_name: username,
    last_name: "x",
    email: `${username}@example.com`,
    active: 1,
  });
  rows("ab_user", [person("me"), person("other")]);
  rows("ab_role", [...ROLES, "Reader"].map((name) => ({ name })));
  rows("ab_user_role", [...world.myRoles, READER].map((role_id) => ({ user_id: ME, role_id })));
  const reads = world.reads.map((kind) => [READER, "can_read", kind] as const);
  writeGrants(rows, [...world.grants, ...reads]);
  rows("dbs", DATABASES.map((name) => ({ database_name: name, sqlalchemy_uri: "x://", ...at })));
  const permsOf = ({ perm, schemaPerm, catalogPerm }: Perms) => ({
    perm,
    schema_perm: schemaPerm,
    catalog_perm: catalogPerm,
  });
  rows(
    "tables",
    world.datasets.map((each, index) => ({
      table_name: `t${index}`,
      database_id: each.database,
      ...permsOf(each),
      ...at,
    })),
  );
  rows(
    "slices",
    world.charts.map((each) => ({ datasource_id: each.dataset, ...permsOf(each), ...at })),
  );
  rows(
    "dashboards",
    world.dashboards.map(({ published }) => ({
      published: published === null ? null : Number(published),
      ...at,
    })),
  );
  const links = <T>(items: readonly T[], of: (item: T) => readonly number[]) =>
    items.flatMap((item, index) => of(item).map((id) => [index + 1, id] as const));
  rows(
    "dashboard_slices",
    links(world.dashboards, (each) => each.charts)
      .map(([dashboard_id, slice_id]) => ({ dashboard_id, slice_id })),
  );
  rows(
    "dashboard_user",
    links(world.dashboards, (each) => each.owners)
      .map(([dashboard_id, user_id]) => ({ dashboard_id, user_id })),
  );
  rows(
    "dashboard_roles",
    links(world.dashboards, (each) => each.roles)
      .map(([dashboard_id, role_id]) => ({ dashboard_id, role_id })),
  );
  rows(
    "report_schedule",
    world.reports.map((_, index) => ({
      type: "Report",
      name: `r${index}`,
      crontab: "* * * * *",
      extra_json: "{}",
    })),
  );
  rows(
    "report_schedule_user",
    links(world.reports, (each) => each.owners)
      .map(([report_schedule_id, user_id]) => ({ report_schedule_id, user_id })),
  );
  rows("saved_query", world.savedQueries.map(({ maker }) => ({ created_by_fk: maker })));
  return openWorkbench(new SqliteMetadata(() => db), { dashboardRoles: world.dashboardRoles });
}

Deno.test("someone without the permission to read dashboards learns of none beside a chart", async () => {
  const bench = await openWorld({
    datasets: [{ perm: "[web].[a](id:1)", schemaPerm: null, catalogPerm: null, database: 1 }],
    charts: [{ perm: "[web].[a](id:1)", schemaPerm: null, catalogPerm: null, dataset: 1 }],
    dashboards: [{ published: true, charts: [1], owners: [], roles: [] }],
    reports: [],
    savedQueries: [],
    myRoles: [1],
    reads: ["Chart", "Dashboard", "Dataset"],
    grants: [[1, "datasource_access", "[web].[a](id:1)"]],
    dashboardRoles: false,
  });
  try {
    const reader = await bench.caller("me");
    const lister = { ...reader, permissions: new Set(["can_read Chart"]) };
    const onDashboard = {
      page: 1,
      pageSize: 10,
      filters: [{ col: "dashboard", opr: "eq", value: 1 }],
    } as const;
    const columns = ["id", "dashboards"];
    assert.equal((await bench.dao.list(charts, reader, onDashboard)).totalCount, 1);
    assert.equal((await bench.dao.list(charts, lister, onDashboard)).totalCount, 0);
    assert.deepEqual((await bench.dao.get(charts, lister, 1, columns)).dashboards, []);
  } finally {
    await bench.close();
  }
});
