/** Writes the people's tables: users, roles, groups, permissions, row-level rules. */
import type { DatabaseSync } from "node:sqlite";
import type { Calendar } from "./clock.ts";
import {
  DATABASE_PERM,
  datasetId,
  datasetPerm,
  placeOf,
  roleId,
  SCHEMA_PERM,
  userId,
} from "./names.ts";
import { DATASETS } from "./datasets.ts";
import { GROUPS, ROLES, RULES, USERS } from "./people.ts";
import type { MethodOnView } from "./permissions.ts";
import { insertRecords, insertRows } from "./writer.ts";

/** No hash at all, so that nobody logs in with a password. */
const NO_PASSWORD = "!";

export function writePeople(db: DatabaseSync, calendar: Calendar): void {
  insertRecords(
    db,
    "ab_user",
    USERS.map((user, index) => ({
      id: index + 1,
      first_name: user.firstName,
      last_name: user.lastName,
      username: user.username,
      password: NO_PASSWORD,
      active: user.active ? 1 : 0,
      email: `${user.username}@lindgrove.example`,
      last_login: user.active ? calendar.daysAgo(index / 2 + 0.2) : calendar.daysAgo(200),
      login_count: 40 - index,
      fail_login_count: 0,
      created_on: calendar.daysAgo(760 - index),
      changed_on: calendar.daysAgo(400 - index),
      created_by_fk: null,
      changed_by_fk: null,
    })),
  );
  insertRecords(db, "ab_role", ROLES.map(({ name }, index) => ({ id: index + 1, name })));
  insertRecords(
    db,
    "ab_group",
    GROUPS.map(({ name, label, description }, index) => ({
      id: index + 1,
      name,
      label,
      description,
    })),
  );
  const groupId = (name: string) => placeOf(GROUPS, "group", (group) => group.name === name);
  insertLinks(
    db,
    "ab_user_role",
    ["user_id", "role_id"],
    USERS.flatMap((user) => user.roles.map((role) => [userId(user.username), roleId(role)])),
  );
  insertLinks(
    db,
    "ab_user_group",
    ["user_id", "group_id"],
    USERS.flatMap((user) => user.groups.map((group) => [userId(user.username), groupId(group)])),
  );
  insertLinks(
    db,
    "ab_group_role",
    ["group_id", "role_id"],
    GROUPS.flatMap((group) => group.roles.map((role) => [groupId(group.name), roleId(role)])),
  );
  writePermissions(db);
  writeRules(db, calendar);
}

/** Inserts rows of a table of links, numbering them. */
export function insertLinks(
  db: DatabaseSync,
  table: string,
  columns: readonly [string, string],
  links: readonly (readonly number[])[],
): void {
  insertRows(db, table, ["id", ...columns], links.map((link, index) => [index + 1, ...link]));
}

function writePermissions(db: DatabaseSync): void {
  const methods = new Map<string, number>();
  const views = new Map<string, number>();
  const pairs = new Map<string, readonly [number, number, number]>();
  const pairId = ([method, view]: MethodOnView): number => {
    const key = `${method} ${view}`;
    const known = pairs.get(key);
    if (known !== undefined) return known[0];
    const id = pairs.size + 1;
    pairs.set(key, [id, numberOf(methods, method), numberOf(views, view)]);
    return id;
  };
  const links = ROLES.flatMap((role, index) =>
    [...role.permissions, ...dataPermissions(role.datasets)].map((
      pair,
    ) => [pairId(pair), index + 1])
  );
  // Superset makes these with each dataset and database, whether a role holds them or not.
  for (const dataset of DATASETS) pairId(["datasource_access", datasetPerm(dataset.name)]);
  pairId(["schema_access", SCHEMA_PERM]);
  pairId(["database_access", DATABASE_PERM]);
  const named = (names: Map<string, number>) => [...names].map(([name, id]) => [id, name]);
  insertRows(db, "ab_permission", ["id", "name"], named(methods));
  insertRows(db, "ab_view_menu", ["id", "name"], named(views));
  insertRows(db, "ab_permission_view", ["id", "permission_id", "view_menu_id"], [
    ...pairs.values(),
  ]);
  insertLinks(db, "ab_permission_view_role", ["permission_view_id", "role_id"], links);
}

function dataPermissions(datasets: readonly string[] | "schema"): MethodOnView[] {
  if (datasets === "schema") return [["schema_access", SCHEMA_PERM]];
  return datasets.map((name) => ["datasource_access", datasetPerm(name)]);
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size + 1);
  return numbers.size;
}

function writeRules(db: DatabaseSync, calendar: Calendar): void {
  const admin = userId("admin");
  insertRecords(
    db,
    "row_level_security_filters",
    RULES.map((rule, index) => ({
      id: index + 1,
      name: rule.name,
      description: rule.description,
      filter_type: rule.type,
      group_key: rule.groupKey,
      clause: rule.clause,
      created_on: calendar.daysAgo(300 - index),
      changed_on: calendar.daysAgo(90 - index),
      created_by_fk: admin,
      changed_by_fk: admin,
    })),
  );
  insertLinks(
    db,
    "rls_filter_roles",
    ["role_id", "rls_filter_id"],
    RULES.flatMap((rule, index) => rule.roles.map((role) => [roleId(role), index + 1])),
  );
  insertLinks(
    db,
    "rls_filter_tables",
    ["table_id", "rls_filter_id"],
    RULES.flatMap((rule, index) => rule.datasets.map((name) => [datasetId(name), index + 1])),
  );
}
