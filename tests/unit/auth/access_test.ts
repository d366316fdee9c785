import assert from "node:assert/strict";
import { dataAccess, isAllowed, type ToolAccess, writeLeave } from "../../../src/auth/access.ts";
import type { Caller } from "../../../src/auth/caller.ts";

const grant = (method: string, ...views: string[]) => views.map((view) => ({ method, view }));
const role = (name: string) => [{ id: 1, name }];

Deno.test("sorts permissions by what they open", () => {
  const access = dataAccess(role("Gamma"), [
    ...grant("database_access", "[examples].(id:1)", "[a [odd] name].(id:12)"),
    ...grant("catalog_access", "[examples].[analytics]"),
    ...grant("schema_access", "[examples].[analytics].[public]", "[old].[public]"),
    ...grant("datasource_access", "[examples].[t](id:2)", "[examples].[t](id:2)"),
    ...grant("can_read", "[examples].(id:99)"),
  ]);
  assert.deepEqual(access, {
    isAdmin: false,
    allDatasources: false,
    allDatabases: false,
    allQueries: false,
    databasePerms: ["[a [odd] name].(id:12)", "[examples].(id:1)"],
    databaseIds: [1, 12],
    catalogPerms: ["[examples].[analytics]"],
    schemaPerms: ["[examples].[analytics].[public]", "[old].[public]"],
    datasourcePerms: ["[examples].[t](id:2)"],
  });
});

Deno.test("reads no id out of a database permission of another form", () => {
  const names = [
    "[examples].(id:1) ",
    "x[examples].(id:1)",
    "[].(id:1)",
    "[examples].(id:)",
    "[examples].(id:-1)",
    "[examples].(id:1e3)",
    "[examples](id:1)",
    "[examples].(id:99999999999999999999)",
    "",
  ];
  assert.deepEqual(dataAccess([], grant("database_access", ...names)).databaseIds, []);
});

const ALL_CASES = [
  ["all_database_access", { allDatabases: true, allDatasources: true, allQueries: false }],
  ["all_datasource_access", { allDatabases: false, allDatasources: true, allQueries: false }],
  ["all_query_access", { allDatabases: false, allDatasources: false, allQueries: true }],
] as const;
for (const [name, expected] of ALL_CASES) {
  Deno.test(`${name} opens what its name says, and only as method and view alike`, () => {
    const pick = (method: string, view: string) => {
      const { allDatabases, allDatasources, allQueries } = dataAccess([], grant(method, view));
      return { allDatabases, allDatasources, allQueries };
    };
    const nothing = { allDatabases: false, allDatasources: false, allQueries: false };
    assert.deepEqual(pick(name, name), expected);
    assert.deepEqual(pick(name, "Chart"), nothing);
    assert.deepEqual(pick("can_read", name), nothing);
  });
}

Deno.test("an admin is who has the role named exactly Admin, which opens no data by itself", () => {
  for (const name of ["admin", "ADMIN", "Admin ", "Administrator", "Alpha"]) {
    assert.equal(dataAccess(role(name), []).isAdmin, false, name);
  }
  const admin = dataAccess([...role("Gamma"), ...role("Admin")], []);
  assert.equal(admin.isAdmin, true);
  assert.equal(admin.allDatasources, false);
});

type Asking = Pick<Caller, "permissions" | "scopes" | "source">;
const asking = (permissions: string[], scopes: string[], source: Caller["source"]): Asking => ({
  permissions: new Set(permissions),
  scopes: new Set(scopes),
  source,
});
const listCharts: ToolAccess = {
  kind: "chart",
  action: "read",
  access: grant("can_read", "Chart"),
};
const health: ToolAccess = { kind: "system", action: "read", access: "public" };
const listRules: ToolAccess = {
  kind: "rls",
  action: "read",
  access: grant("can_read", "Row Level Security"),
};
const nobodys: ToolAccess = { kind: "chart", action: "read", access: [] };
const RBAC = { rbacEnabled: true, enforceToolScopes: false };
const OPEN = { rbacEnabled: false, enforceToolScopes: false };
const SCOPED = { rbacEnabled: true, enforceToolScopes: true };
const reader = ["can_read Chart"];

const ALLOWED_CASES = [
  ["a holder of the permission", reader, [], "token", listCharts, RBAC, true],
  ["another permission on the view", ["can_write Chart"], [], "token", listCharts, RBAC, false],
  ["the permission on another view", ["can_read Dataset"], [], "token", listCharts, RBAC, false],
  ["another case", ["can_read chart"], [], "token", listCharts, RBAC, false],
  ["a public tool", [], [], "token", health, RBAC, true],
  ["a tool that names no permission", reader, [], "token", nobodys, RBAC, false],
  ["permissions switched off", [], [], "token", listCharts, OPEN, true],
  ["permissions switched off, rules", reader, [], "token", listRules, OPEN, false],
  ["scopes on, none held", reader, [], "token", listCharts, SCOPED, false],
  ["scopes on, the right one", reader, ["superset:chart:read"], "token", listCharts, SCOPED, true],
  ["scopes on, another kind", reader, ["superset:tag:read"], "token", listCharts, SCOPED, false],
  ["scopes on, no permission", [], ["superset:chart:read"], "token", listCharts, SCOPED, false],
  ["scopes on, a public tool", [], [], "token", health, SCOPED, false],
  ["scopes on, a development user", reader, [], "dev_user", listCharts, SCOPED, true],
  ["a key without scopes", reader, [], "api_key", listCharts, RBAC, true],
  ["a key with words of its own", reader, ["mine"], "api_key", listCharts, RBAC, true],
  ["a narrowed key", reader, ["superset:tag:read"], "api_key", listCharts, RBAC, false],
  ["a key for this", reader, ["superset:chart:read"], "api_key", listCharts, RBAC, true],
  [
    "a token's scopes, switched off",
    reader,
    ["superset:tag:read"],
    "token",
    listCharts,
    RBAC,
    true,
  ],
] as const;
for (const [name, permissions, scopes, source, tool, settings, expected] of ALLOWED_CASES) {
  Deno.test(`who may use a tool: ${name}: ${expected ? "yes" : "no"}`, () => {
    const caller = asking([...permissions], [...scopes], source);
    assert.equal(isAllowed(caller, tool, settings), expected);
  });
}

const runSql = { kind: "database", access: grant("can_execute_sql_query", "SQLLab") };
const runner = ["can_execute_sql_query SQLLab"];
const WRITE = "superset:database:write";
const EXECUTE = "superset:database:execute";

const WRITE_CASES = [
  ["a holder of the permission", runner, [], "token", RBAC, false, "granted"],
  ["a service that only reads", runner, [WRITE], "token", SCOPED, true, "service_reads_only"],
  ["nobody's permission", [], [], "token", RBAC, false, "no_permission"],
  ["permissions switched off", [], [], "token", OPEN, false, "no_permission"],
  ["scopes on, that of running", runner, [EXECUTE], "token", SCOPED, false, "no_scope"],
  ["scopes on, that of writing", runner, [EXECUTE, WRITE], "token", SCOPED, false, "granted"],
  ["a key for running", runner, [EXECUTE], "api_key", RBAC, false, "no_scope"],
  ["a development user", runner, [], "dev_user", SCOPED, false, "granted"],
] as const;
for (const [name, permissions, scopes, source, settings, readOnly, expected] of WRITE_CASES) {
  Deno.test(`who may write: ${name}: ${expected}`, () => {
    const caller = asking([...permissions], [...scopes], source);
    assert.equal(writeLeave(caller, runSql, { ...settings, readOnly }), expected);
  });
}
