/** A dashboard's owner without its data: neither the charts on it nor their data show in any answer. */
import assert from "node:assert/strict";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { demoDatabase } from "../../support/workbench.ts";

const SECRET = "a-hidden-chart";
const LAYOUT = {
  ROOT_ID: { type: "ROOT", children: ["CHART-x"] },
  "CHART-x": { type: "CHART", meta: { chartId: 900, sliceName: SECRET } },
};
const SETTINGS = {
  default_filters: JSON.stringify({ "900": { region: [SECRET] } }),
  expanded_slices: { "900": true },
  native_filter_configuration: [{
    id: "NATIVE_FILTER-x",
    name: "Region",
    targets: [{ datasetId: 1, column: { name: SECRET } }, { datasetId: "no id" }, {
      datasetId: 1.5,
    }],
    chartsInScope: [900],
    defaultDataMask: { filterState: { value: [SECRET] } },
  }],
};

/** Dashboard 900 is vera's own; the one chart on it draws from a dataset she may not read. */
const owned = () =>
  demoDatabase((db) => {
    db.exec(`INSERT INTO slices
               (id, slice_name, datasource_id, datasource_type, perm, created_on, changed_on)
             SELECT 900, '${SECRET}', 1, 'table', perm, created_on, changed_on
               FROM tables WHERE id = 1`);
    db.prepare(`INSERT INTO dashboards
                  (id, dashboard_title, published, position_json, json_metadata, created_on, changed_on)
                SELECT 900, 'Owned', 1, ?, ?, created_on, changed_on FROM tables WHERE id = 1`)
      .run(JSON.stringify(LAYOUT), JSON.stringify(SETTINGS));
    db.exec(`INSERT INTO dashboard_slices (id, dashboard_id, slice_id) VALUES (900, 900, 900);
             INSERT INTO dashboard_user (id, user_id, dashboard_id)
             SELECT 900, id, 900 FROM ab_user WHERE username = 'vera'`);
  });

const CALLS: readonly (readonly [string, Record<string, unknown>])[] = [
  ["get_dashboard_info", { identifier: 900 }],
  ["get_dashboard_layout", { identifier: 900 }],
  ["get_dashboard_datasets", { identifier: 900 }],
  ["list_dashboards", {
    select_columns: ["id", "charts", "position_json", "json_metadata"],
    filters: [{ col: "id", opr: "eq", value: 900 }],
  }],
];

for (const [tool, args] of CALLS) {
  Deno.test(`${tool} tells an owner nothing of a chart that is hidden from them`, async () => {
    await withDemoHandlers(async ({ call }) => {
      const answer = JSON.stringify(await call("vera", tool, args));
      assert.doesNotMatch(answer, new RegExp(SECRET));
      assert.match(answer, /900/);
      assert.doesNotMatch(answer.replaceAll(/"id":900|dashboard\/900/g, ""), /900/);
    }, { database: owned() });
  });
}

Deno.test("a dashboard of which every chart is hidden counts as one without charts", async () => {
  const breakdown = (demo: Parameters<Parameters<typeof withDemoHandlers>[0]>[0], user: string) =>
    demo.call(user, "get_instance_info").then((answer) => answer.dashboard_breakdown);
  let before = { with_charts: 0, without_charts: 0 };
  let adminBefore = before;
  await withDemoHandlers(async (demo) => {
    before = await breakdown(demo, "vera");
    adminBefore = await breakdown(demo, "admin");
  });
  await withDemoHandlers(async (demo) => {
    const after = await breakdown(demo, "vera");
    assert.equal(after.with_charts, before.with_charts);
    assert.equal(after.without_charts, before.without_charts + 1);
    assert.equal((await breakdown(demo, "admin")).with_charts, adminBefore.with_charts + 1);
  }, { database: owned() });
});
