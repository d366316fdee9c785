/**
 * The same demo in each engine gives the same answers: every column, relation and order of every kind
 * of object, and what queries are made of, as each of its people. And names are exact everywhere.
 */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { selectable, sortable } from "../../../src/dao/resource.ts";
import type { Resource } from "../../../src/dao/resource.ts";
import { annotationLayers } from "../../../src/dao/resources/annotation_layers.ts";
import { charts } from "../../../src/dao/resources/charts.ts";
import { dashboardDatasets, dashboards } from "../../../src/dao/resources/dashboards.ts";
import { databases } from "../../../src/dao/resources/databases.ts";
import { datasets } from "../../../src/dao/resources/datasets.ts";
import { roles, users } from "../../../src/dao/resources/people.ts";
import { reports } from "../../../src/dao/resources/reports.ts";
import { rlsFilters } from "../../../src/dao/resources/rls_filters.ts";
import { savedQueries } from "../../../src/dao/resources/saved_queries.ts";
import { tags } from "../../../src/dao/resources/tags.ts";
import { openMetadataDatabase } from "../../../src/drivers/open_metadata.ts";
import { copyDemoToMariadb } from "../../support/demo_in_mariadb.ts";
import { copyDemo } from "../../support/demo_in_postgresql.ts";
import { hasMariadb, startMariadb } from "../../support/mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "../../support/postgresql.ts";
import {
  allIds,
  demoDatabase,
  idsOf,
  NOW,
  openWorkbench,
  type Workbench,
} from "../../support/workbench.ts";

const RESOURCES: readonly Resource[] = [
  annotationLayers,
  charts,
  dashboards,
  databases,
  datasets,
  reports,
  rlsFilters,
  roles,
  savedQueries,
  tags,
  users,
];

/** People whose grants are of different kinds. */
const PEOPLE = ["admin", "demo", "nora", "sam", "fiona", "vera", "greta", "NORA", "nóra"];

/** Names that differ in case, accents or a space at the end, and a value missing here and there. */
function vary(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO ab_user (id, first_name, last_name, username, active, email)
      VALUES (901, 'Other', 'Nora', 'NORA', 1, 'Nora@example.com'),
             (902, 'Accented', 'Nora', 'nóra', 1, 'nóra@example.com');
    INSERT INTO ab_view_menu (id, name) SELECT 9001, upper(name) FROM ab_view_menu
      WHERE name = (SELECT perm FROM tables WHERE id = 6);
    INSERT INTO ab_permission_view (id, permission_id, view_menu_id)
      SELECT 9001, id, 9001 FROM ab_permission WHERE name = 'datasource_access';
    INSERT INTO ab_role (id, name) VALUES (901, 'Shouts');
    INSERT INTO ab_permission_view_role (id, permission_view_id, role_id) VALUES (9001, 9001, 901);
    INSERT INTO ab_user_role (id, user_id, role_id) VALUES (9001, 901, 901), (9002, 902, 901);
    UPDATE slices SET description = NULL WHERE id % 4 = 0;
    UPDATE dashboards SET published = NULL WHERE id = 2;
    UPDATE slices SET slice_name = NULL WHERE id = 7`);
}

/** By question. */
type Answers = Readonly<Record<string, unknown>>;

async function answersTo(bench: Workbench, person: string): Promise<Answers> {
  const has = (await bench.metadata.schema()).has;
  const account = await bench.metadata.findByUsername(person);
  const caller = await bench.caller(person);
  const answers: Record<string, unknown> = {
    account: {
      ...account,
      permissions: account!.permissions.map(({ method, view }) => `${method} on ${view}`).sort(),
    },
    database: plainTimes(await bench.dao.sources.database(caller, 1)),
  };
  for (const resource of RESOURCES) {
    // A role's permissions are in the order of their names, and how letters sort is the engine's own.
    const columns = selectable(resource, has).filter((name) => name !== "permissions");
    const query = { page: 1, pageSize: 100, orderColumn: "id", columns };
    const { items, totalCount } = await bench.dao.list(resource, caller, {
      ...query,
      orderDirection: "asc",
    });
    answers[resource.plural] = { totalCount, items: items.map(plainTimes) };
    answers[`${resource.plural} by search`] = await allIds(bench, caller, resource, {
      search: "RE",
      orderColumn: "id",
      orderDirection: "asc",
    });
    for (const orderColumn of sortable(resource, has)) {
      if (resource.columns[orderColumn]!.type === "str") continue;
      for (const orderDirection of ["asc", "desc"] as const) {
        answers[`${resource.plural} by ${orderColumn} ${orderDirection}`] = idsOf(
          (await bench.dao.list(resource, caller, { ...query, orderColumn, orderDirection }))
            .items,
        );
      }
    }
  }
  for (const id of [1, 2, 3, 6, 9]) {
    const { sources } = bench.dao;
    const about = [
      await sources.chart(caller, id, null),
      await sources.chart(caller, id, 1),
      await sources.dataset(caller, id),
      await bench.dao.related(caller, "dashboards.datasets", dashboardDatasets, id),
    ];
    answers[`sources of ${id}`] = plainTimes(about);
  }
  return answers;
}

/** A time is printed with its fraction or, where that is nothing, without. */
function plainTimes<T>(value: T): T {
  const text = JSON.stringify(value) ?? "null";
  return JSON.parse(
    text.replaceAll(
      /(T\d\d:\d\d:\d\d)\.(\d*?)0+(?=")/g,
      (_, time, rest) => rest === "" ? time : `${time}.${rest}`,
    ),
  );
}

async function assertAgrees(t: Deno.TestContext, uri: string): Promise<void> {
  const onSqlite = await openWorkbench(demoDatabase(vary));
  const bench = await openWorkbench(openMetadataDatabase(uri, {
    pool: { size: 2, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 60 },
    resolve: () => Promise.resolve("127.0.0.1"),
  }));
  try {
    for (const person of PEOPLE) {
      await t.step(`to ${person}`, async () => {
        assert.deepEqual(await answersTo(bench, person), await answersTo(onSqlite, person));
      });
    }
    await t.step("names are exact", () => assertExact(bench));
    await t.step("the server says how many connections it takes", async () => {
      assert.ok((await bench.metadata.inspect()).maxConnections! >= 100);
    });
  } finally {
    await bench.close();
    await onSqlite.close();
  }
}

/** Who is named almost like somebody is somebody else, and so is a permission. */
async function assertExact({ metadata }: Workbench): Promise<void> {
  const named = async (name: string) => (await metadata.findByUsername(name))?.user.id ?? null;
  assert.equal(await named("NORA"), 901);
  assert.equal(await named("nóra"), 902);
  const nora = await metadata.findByUsername("nora");
  assert.ok(nora !== null && nora.user.id < 900);
  for (const other of ["Nora", "nora ", " nora", "norä", "n_ra", "nora\t", ""]) {
    assert.equal(await named(other), null, JSON.stringify(other));
  }
  const { email } = nora.user;
  assert.equal((await metadata.findByEmail(email))?.user.id, nora.user.id);
  assert.equal(await metadata.findByEmail(email.toUpperCase()), null);
  assert.equal(await metadata.findByEmail(`${email} `), null);
}

Deno.test({
  name: `PostgreSQL answers as SQLite does${
    postgresqlPrograms ? "" : " (skipped: PostgreSQL's programs are not installed)"
  }`,
  ignore: postgresqlPrograms === null,
  fn: async (t) => {
    const cluster = await startPostgresql();
    try {
      await assertAgrees(t, await copyDemo(cluster, "agree", NOW, vary));
    } finally {
      await cluster.stop();
    }
  },
});

Deno.test({
  name: `MariaDB answers as SQLite does${
    hasMariadb ? "" : " (skipped: MariaDB's programs are not installed)"
  }`,
  ignore: !hasMariadb,
  fn: async (t) => {
    const server = await startMariadb();
    try {
      await assertAgrees(t, await copyDemoToMariadb(server, "agree", NOW, vary));
    } finally {
      await server.stop();
    }
  },
});
