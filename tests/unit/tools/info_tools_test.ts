/** Tools that answer about one object or the workspace: what is in the answer, and what never is. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { type Answer, withDemoHandlers } from "../../support/demo_handlers.ts";
import { demoDatabase, NOW } from "../../support/workbench.ts";

function changed(change: (db: DatabaseSync) => void) {
  return { database: demoDatabase(change) };
}

const ids = (items: readonly Answer[]): number[] => items.map(({ id }) => id);

Deno.test("a chart is found by id, by id as text and by UUID, with its dashboards and settings", async () => {
  await withDemoHandlers(async ({ call }) => {
    const chart = await call("demo", "get_chart_info", { identifier: 7 });
    assert.equal(chart.slice_name, "Best-selling products");
    assert.deepEqual(ids(chart.dashboards), [1]);
    assert.equal(typeof chart.form_data, "object");
    assert.equal(chart.url, "https://superset.example/explore/?slice_id=7");
    for (
      const identifier of ["7", " 7 ", chart.uuid, chart.uuid.replaceAll("-", "").toUpperCase()]
    ) {
      assert.deepEqual(await call("demo", "get_chart_info", { identifier }), chart);
    }
  });
});

Deno.test("a chart without an identifier, by a key of Superset's cache only, says what is needed", async () => {
  await withDemoHandlers(async ({ fails }) => {
    const { error_type, hint } = await fails("demo", "get_chart_info", { form_data_key: "abc" });
    assert.equal(error_type, "invalid_argument");
    assert.match(hint ?? "", /id or UUID/);
  });
});

Deno.test("a dashboard is found by id, UUID and slug, with its filters and charts", async () => {
  await withDemoHandlers(async ({ call }) => {
    const dashboard = await call("demo", "get_dashboard_info", { identifier: "web-shop" });
    assert.equal(dashboard.id, 3);
    assert.equal(dashboard.chart_count, 8);
    assert.ok(dashboard.charts.every(({ url }: Answer) => url.startsWith("https://")));
    for (const identifier of [3, "3", dashboard.uuid]) {
      assert.deepEqual(await call("demo", "get_dashboard_info", { identifier }), dashboard);
    }
  });
});

Deno.test("a slug of digits is an id first, as in Superset", async () => {
  const slug = "UPDATE dashboards SET slug = '1' WHERE id = 2";
  await withDemoHandlers(async ({ call }) => {
    assert.equal((await call("admin", "get_dashboard_info", { identifier: "1" })).id, 1);
  }, changed((db) => db.exec(slug)));
});

/** Nobody but a member of the web team reads the datasets of these charts there. */
Deno.test("a dashboard holds the charts one may see, in its info, layout, datasets and settings alike", async () => {
  await withDemoHandlers(async ({ call }) => {
    const greta = "greta";
    const info = await call(greta, "get_dashboard_info", { identifier: 3 });
    const visible = [23, 24, 25, 26];
    assert.deepEqual(ids(info.charts), visible);
    assert.equal(info.chart_count, 4);
    const { layout } = await call(greta, "get_dashboard_layout", { identifier: 3 });
    const text = JSON.stringify(layout);
    assert.deepEqual(
      [...text.matchAll(/"chart_id":(\d+)/g)].map(([, id]) => Number(id)).sort(),
      visible,
    );
    assert.doesNotMatch(text, /Open tickets|What people write/);
    const { datasets } = await call(greta, "get_dashboard_datasets", { identifier: 3 });
    assert.deepEqual(
      datasets.map(({ id, chart_ids }: Answer) => [id, chart_ids]),
      [[6, [24, 25, 26]], [10, [23]]],
    );
    const listed = await call(greta, "list_dashboards", {
      filters: [{ col: "id", opr: "eq", value: 3 }],
      select_columns: ["charts", "position_json", "json_metadata"],
    });
    assert.doesNotMatch(JSON.stringify(listed), /Open tickets|What people write/);
  });
});

Deno.test("a role of the dashboard's own opens all of its charts, and only there", async () => {
  await withDemoHandlers(async ({ call, fails }) => {
    const board = await call("vera", "get_dashboard_info", { identifier: "board-pack" });
    assert.deepEqual(ids(board.charts), [9, 16, 29]);
    assert.equal(
      (await fails("vera", "get_chart_info", { identifier: 9 })).error_type,
      "not_found",
    );
  });
});

/** Settings of a dashboard that its makers, an import or an older Superset may have written. */
const ODD_FILTERS: readonly (readonly [name: string, metadata: unknown, targets: unknown])[] = [
  ["none", { native_filter_configuration: [] }, []],
  ["not a list", { native_filter_configuration: { a: 1 } }, []],
  ["no settings", null, []],
  ["a list", [1], []],
  [
    "dividers and entries that are none",
    { native_filter_configuration: [{ type: "DIVIDER", id: "d" }, null, 5, "x"] },
    [],
  ],
  [
    "targets that are none",
    { native_filter_configuration: [{ id: "f", targets: [null, 5, {}] }] },
    [[{}]],
  ],
  ["targets that are no list", { native_filter_configuration: [{ id: "f", targets: 5 }] }, [[]]],
  [
    "datasets that are no numbers of datasets",
    {
      native_filter_configuration: [{
        id: "f",
        targets: [{ datasetId: "x" }, { datasetId: 1.5 }, { datasetId: 3e10 }, { datasetId: {} }, {
          datasetId: 4,
          column: { name: "region" },
        }],
      }],
    },
    [[{ datasetId: 4, column: { name: "region" } }]],
  ],
];

for (const [name, metadata, targets] of ODD_FILTERS) {
  Deno.test(`a dashboard answers with filters that are ${name}`, async () => {
    const text = metadata === null ? null : JSON.stringify(metadata);
    await withDemoHandlers(async ({ call }) => {
      const { native_filters } = await call("admin", "get_dashboard_info", { identifier: 1 });
      assert.deepEqual(native_filters.map((filter: Answer) => filter.targets), targets);
    }, changed((db) => void db.prepare("UPDATE dashboards SET json_metadata = ?").run(text)));
  });
}

Deno.test("a filter's targets on datasets that one may not see are left out", async () => {
  const configuration = JSON.stringify({
    native_filter_configuration: [{ id: "f", targets: [{ datasetId: 6 }, { datasetId: 3 }] }],
  });
  const change = (db: DatabaseSync) =>
    void db.prepare("UPDATE dashboards SET json_metadata = ?").run(configuration);
  await withDemoHandlers(async ({ call }) => {
    const targets = async (username: string) =>
      (await call(username, "get_dashboard_info", { identifier: 3 })).native_filters[0].targets;
    assert.deepEqual(await targets("admin"), [{ datasetId: 6 }, { datasetId: 3 }]);
    assert.deepEqual(await targets("greta"), [{ datasetId: 6 }]);
  }, changed(change));
});

Deno.test("a database's address, password and engine settings are in no answer", async () => {
  const secret = "hunter2";
  const change = (db: DatabaseSync) =>
    db.exec(`UPDATE dbs SET
      sqlalchemy_uri = 'snowflake://u:${secret}@${secret}.example/x',
      password = X'68756e74657232', encrypted_extra = X'68756e74657232',
      extra = '{"engine_params":{"connect_args":{"token":"${secret}"}},
        "metadata_params":{"k":"${secret}"},"allows_virtual_table_explore":true}'`);
  await withDemoHandlers(async ({ call }) => {
    const info = await call("admin", "get_database_info", { identifier: 1 });
    assert.equal(info.backend, "snowflake");
    assert.deepEqual(info.extra, { allows_virtual_table_explore: true });
    const { columns_available } = await call("admin", "list_databases");
    const list = await call("admin", "list_databases", { select_columns: columns_available });
    const instance = await call("admin", "get_instance_info");
    assert.doesNotMatch(JSON.stringify([info, list, instance]), /hunter2|sqlalchemy_uri|password/);
    for (const column of ["sqlalchemy_uri", "password", "encrypted_extra", "server_cert"]) {
      assert.ok(!columns_available.includes(column), column);
    }
  }, changed(change));
});

Deno.test("a report's recipients are told by kind, without their addresses", async () => {
  await withDemoHandlers(async ({ call }) => {
    const report = await call("admin", "get_report_info", { identifier: 1 });
    assert.ok(report.recipients.length > 0);
    for (const recipient of report.recipients) {
      assert.deepEqual(Object.keys(recipient), ["id", "type"]);
    }
    assert.doesNotMatch(JSON.stringify(report), /@/);
  });
});

Deno.test("people are found by part of a name; addresses are for those who may read users", async () => {
  await withDemoHandlers(async ({ call, fails }) => {
    const found = await call("nora", "find_users", { search: "OKAF" });
    assert.equal(found.total_count, 1);
    assert.equal(found.users[0].username, "stefan");
    assert.doesNotMatch(JSON.stringify(found), /@|email|password/);
    const known = await call("admin", "find_users", { search: "okaf" });
    assert.match(known.users[0].email, /@/);
    for (const search of ["", " a ", "x".repeat(101)]) {
      const { error_type } = await fails("nora", "find_users", { search });
      assert.equal(error_type, "invalid_argument", search);
    }
    // Addresses are not what is searched, or they could be guessed letter by letter.
    assert.equal((await call("nora", "find_users", { search: "@" + "lind" })).total_count, 0);
  });
});

Deno.test("a first look counts what one may see, and nothing of what one may not read", async () => {
  await withDemoHandlers(async ({ call }) => {
    const admin = await call("admin", "get_instance_info");
    assert.deepEqual(admin.instance_summary, {
      total_dashboards: 5,
      total_charts: 30,
      total_datasets: 11,
      total_databases: 1,
      total_users: 9,
      total_roles: 11,
      total_tags: admin.instance_summary.total_tags,
    });
    const { published, unpublished, with_charts, without_charts } = admin.dashboard_breakdown;
    assert.deepEqual([published, unpublished, with_charts, without_charts], [4, 1, 5, 0]);
    assert.deepEqual(admin.database_breakdown, { by_type: { sqlite: 1 } });
    assert.equal(admin.timestamp, new Date(NOW).toISOString());
    const greta = await call("greta", "get_instance_info");
    assert.equal(greta.instance_summary.total_charts, 4);
    assert.equal(greta.instance_summary.total_datasets, 2);
    assert.equal(greta.instance_summary.total_users, null);
    assert.equal(greta.instance_summary.total_roles, null);
    assert.deepEqual(greta.current_user.roles.sort(), ["Gamma", "Web Team"]);
  });
});

Deno.test("a schema names what its list really takes", async () => {
  await withDemoHandlers(async ({ call }) => {
    for (const model_type of ["chart", "dataset", "dashboard", "database"]) {
      const { schema_info } = await call("admin", "get_schema", { model_type });
      const tool = `list_${model_type}s`;
      const select_columns = schema_info.select_columns.map(({ name }: Answer) => name);
      await call("admin", tool, { select_columns });
      for (const order_column of schema_info.sortable_columns) {
        for (const order_direction of ["asc", "desc"]) {
          await call("admin", tool, { order_column, order_direction });
        }
      }
      for (const [col, operators] of Object.entries<string[]>(schema_info.filter_columns)) {
        const opr = operators.includes("is_null") ? "is_null" : operators[0]!;
        const value = /^(owner|chart|dashboard|dataset)$/.test(col)
          ? 1
          : col === "tag"
          ? "x"
          : true;
        await call("admin", tool, { filters: [{ col, opr, value }] });
      }
    }
  });
});

Deno.test("health tells the service's age and that its database answers", async () => {
  await withDemoHandlers(async ({ call, bench, fails }) => {
    const health = await call("nora", "health_check");
    assert.equal(health.status, "healthy");
    assert.equal(health.database_connection, "ok");
    assert.equal(health.uptime_seconds, 60);
    const nora = await bench.caller("nora");
    bench.database.read = () => Promise.reject(new Error("gone, with password=hunter2"));
    const { error_type, error } = await fails(nora, "health_check");
    assert.notEqual(error_type, "invalid_argument");
    assert.doesNotMatch(error, /hunter2/);
  });
});
