/** People who may read one kind of object only: what of the others reaches them. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { TOOLS } from "../../../src/tools/registry.ts";
import { withDemoHandlers } from "../../support/demo_handlers.ts";
import { demoDatabase } from "../../support/workbench.ts";

/** Vera gets one role: a method on a view, and the data of one dataset. */
function onlyReads(view: string, dataset: string) {
  return (db: DatabaseSync): void => {
    db.exec(`
      INSERT INTO ab_role (id, name) VALUES (900, 'Lister');
      DELETE FROM ab_user_role WHERE user_id = (SELECT id FROM ab_user WHERE username = 'vera');
      INSERT INTO ab_user_role (id, user_id, role_id)
        SELECT 9000, id, 900 FROM ab_user WHERE username = 'vera';
      INSERT INTO ab_permission_view_role (id, permission_view_id, role_id)
        SELECT 9000 + pv.id, pv.id, 900 FROM ab_permission_view pv
          JOIN ab_permission p ON p.id = pv.permission_id
          JOIN ab_view_menu v ON v.id = pv.view_menu_id
         WHERE (p.name = 'can_read' AND v.name = '${view}')
            OR (p.name = 'datasource_access' AND v.name LIKE '%[${dataset}](%')`);
  };
}

/** The tools beside those for everyone. */
const CASES: readonly (readonly [view: string, tools: readonly string[]])[] = [
  [
    "Chart",
    ["find_users", "get_chart_data", "get_chart_info", "get_chart_sql", "list_charts"],
  ],
  [
    "Dashboard",
    [
      "find_users",
      "get_dashboard_data",
      "get_dashboard_datasets",
      "get_dashboard_info",
      "get_dashboard_layout",
      "list_dashboards",
    ],
  ],
  [
    "Dataset",
    [
      "find_users",
      "get_compatible_dimensions",
      "get_compatible_metrics",
      "get_dataset_info",
      "list_datasets",
      "list_metrics",
      "query_dataset",
    ],
  ],
  [
    "Database",
    ["get_database_info", "get_table", "list_databases", "list_schemas", "list_tables"],
  ],
  ["Tag", ["get_tag_info", "list_tags"]],
  ["SavedQuery", ["get_saved_query_info", "list_saved_queries"]],
  ["Annotation", ["get_annotation_layer_info", "list_annotation_layers"]],
  ["ReportSchedule", ["get_report_info", "list_reports"]],
  ["Row Level Security", ["get_rls_filter_info", "list_rls_filters"]],
  // Stands in everybody's role and opens no rule.
  ["RowLevelSecurity", []],
];

const PUBLIC = TOOLS.filter(({ access }) => access === "public").map(({ name }) => name);

for (const [view, tools] of CASES) {
  Deno.test(`who may read ${view} alone sees its tools, and may use no others`, async () => {
    const database = demoDatabase(onlyReads(view, "orders"));
    await withDemoHandlers(async ({ handlers, context, fails }) => {
      const listed = await handlers.listTools(undefined, await context("vera"));
      const shown = listed.tools.map(({ name }) => name);
      assert.deepEqual([...shown].sort(), [...PUBLIC, ...tools].sort());
      for (const { name } of TOOLS.filter((tool) => !shown.includes(tool.name))) {
        const { error_type } = await fails("vera", name, { identifier: 1 });
        assert.equal(error_type, "permission_denied", name);
      }
    }, { database });
  });
}

Deno.test("who may read charts alone gets those of their data, and no count of the rest", async () => {
  const database = demoDatabase(onlyReads("Chart", "web_visits"));
  await withDemoHandlers(async ({ call, fails }) => {
    const { charts, total_count } = await call("vera", "list_charts");
    assert.equal(total_count, 3);
    for (const { id } of charts) await call("vera", "get_chart_info", { identifier: id });
    assert.equal(
      (await fails("vera", "get_chart_info", { identifier: 1 })).error_type,
      "not_found",
    );
    const { instance_summary, dashboard_breakdown, database_breakdown, popular_content } =
      await call("vera", "get_instance_info");
    assert.equal(instance_summary.total_charts, 3);
    for (const [name, count] of Object.entries(instance_summary)) {
      if (name !== "total_charts") assert.equal(count, null, name);
    }
    assert.equal(dashboard_breakdown, null);
    assert.deepEqual(database_breakdown.by_type, {});
    assert.deepEqual(popular_content.top_tags, []);
  }, { database });
});
