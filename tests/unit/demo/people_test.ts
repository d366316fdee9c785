/** The demo's people see different things: checked with plain SQL over what their roles and rules say. */
import assert from "node:assert/strict";
import { openDemo } from "../../../src/demo/demo.ts";
import { RULES, USERS } from "../../../src/demo/people.ts";

const { metadata, analytics } = openDemo(Date.UTC(2026, 10, 24, 9, 30));

const names = (sql: string, ...values: string[]) =>
  metadata.prepare(sql).all(...values).map((row) => String(row.name)).sort();

const ROLES_OF = `SELECT ur.role_id FROM ab_user_role ur JOIN ab_user u ON u.id = ur.user_id
  WHERE u.username = :who
  UNION SELECT gr.role_id FROM ab_group_role gr JOIN ab_user_group ug ON ug.group_id = gr.group_id
  JOIN ab_user u ON u.id = ug.user_id WHERE u.username = :who`;

/** View names that one of the user's roles holds a method on. */
function viewsOf(username: string, method: string): string[] {
  return metadata.prepare(
    `SELECT DISTINCT v.name FROM ab_permission_view_role pvr
     JOIN ab_permission_view pv ON pv.id = pvr.permission_view_id
     JOIN ab_permission p ON p.id = pv.permission_id JOIN ab_view_menu v ON v.id = pv.view_menu_id
     WHERE p.name = :method AND pvr.role_id IN (${ROLES_OF}) ORDER BY 1`,
  ).all({ who: username, method }).map((row) => String(row.name));
}

/** A rule's clause as it reads for one person. */
function clauseFor(username: string, clause: string): string {
  return clause.replaceAll("{{ current_username() }}", username);
}

function count(table: string, where = "1 = 1"): number {
  return Number(
    analytics.prepare(`SELECT COUNT(*) AS rows FROM "${table}" WHERE ${where}`).get()?.rows,
  );
}

/** Who each rule is about; a base rule is about those without its roles. */
const BOUND: Readonly<Record<string, string>> = {
  "Region North": "nora",
  "Region South": "stefan",
  "No test accounts": "demo",
  "Own shop": "sam",
};

for (const rule of RULES) {
  for (const dataset of rule.datasets) {
    Deno.test(`the rule "${rule.name}" keeps some rows of ${dataset} and hides some`, () => {
      const kept = count(dataset, clauseFor(BOUND[rule.name] ?? "", rule.clause));
      assert.ok(kept > 0, "hides everything");
      assert.ok(kept < count(dataset), "hides nothing");
    });
  }
}

Deno.test("two regional managers see no order in common, and not all of them together", () => {
  const [north, south] = RULES.map((rule) => rule.clause);
  assert.equal(count("orders", `${north} AND ${south}`), 0);
  assert.ok(count("orders", `${north} OR ${south}`) < count("orders"));
});

Deno.test("a rule of a group key has a partner to add up with", () => {
  const keys = RULES.flatMap((rule) => rule.groupKey ?? []);
  for (const key of keys) assert.ok(keys.filter((each) => each === key).length > 1, key);
});

Deno.test("every rule binds an active person by role, or spares one", () => {
  for (const rule of RULES) {
    const active = "SELECT username AS name FROM ab_user WHERE active = 1";
    const bound = names(active).filter((username) =>
      metadata.prepare(`SELECT 1 FROM ab_role WHERE name IN (${rule.roles.map(() => "?")})
        AND id IN (${ROLES_OF})`).get({ who: username }, ...rule.roles) !== undefined
    );
    assert.notEqual(bound.length, 0, rule.name);
  }
});

Deno.test("the demo user reads every dataset and is no administrator", () => {
  assert.deepEqual(viewsOf("demo", "all_datasource_access"), ["all_datasource_access"]);
  assert.ok(viewsOf("demo", "can_read").includes("SavedQuery"));
  assert.ok(!viewsOf("demo", "can_read").includes("Row Level Security"));
  assert.ok(viewsOf("admin", "can_read").includes("Row Level Security"));
});

Deno.test("people differ in the datasets that their roles open", () => {
  const open = (username: string) =>
    viewsOf(username, "datasource_access").map((name) => name.split(".")[1]);
  assert.deepEqual(open("greta"), ["[web_funnel](id:10)", "[web_visits](id:6)"]);
  assert.deepEqual(open("vera"), []);
  assert.equal(open("nora").length, 7);
  assert.ok(open("sam").includes("[shifts](id:8)") && !open("nora").includes("[shifts](id:8)"));
  assert.deepEqual(viewsOf("fiona", "schema_access"), ["[Lindgrove].[main]"]);
});

Deno.test("one person has roles through a group only", () => {
  const direct =
    "SELECT ur.id AS name FROM ab_user_role ur JOIN ab_user u ON u.id = ur.user_id WHERE username = ?";
  assert.deepEqual(names(direct, "greta"), []);
  assert.ok(viewsOf("greta", "can_read").includes("Chart"));
});

Deno.test("one dashboard is seen through roles, one is a draft", () => {
  const byRoles = `SELECT d.slug || ' ' || r.name AS name FROM dashboard_roles dr
    JOIN dashboards d ON d.id = dr.dashboard_id JOIN ab_role r ON r.id = dr.role_id`;
  assert.deepEqual(names(byRoles), ["board-pack Alpha", "board-pack Board", "board-pack Finance"]);
  assert.deepEqual(names("SELECT slug AS name FROM dashboards WHERE published = 0"), ["pricing"]);
});

Deno.test("one person is switched off", () => {
  assert.deepEqual(names("SELECT username AS name FROM ab_user WHERE active = 0"), ["otto"]);
  assert.deepEqual(USERS.filter((user) => !user.active).map((user) => user.username), ["otto"]);
});

Deno.test("stored permission names are those that Superset makes of names and ids", () => {
  for (
    const { id, table_name, perm, schema_perm } of metadata.prepare("SELECT * FROM tables").all()
  ) {
    assert.equal(perm, `[Lindgrove].[${table_name}](id:${id})`);
    assert.equal(schema_perm, "[Lindgrove].[main]");
  }
  const charts = metadata.prepare(
    "SELECT s.perm AS perm, t.perm AS dataset_perm FROM slices s JOIN tables t ON t.id = s.datasource_id",
  ).all();
  for (const { perm, dataset_perm } of charts) assert.equal(perm, dataset_perm);
});
