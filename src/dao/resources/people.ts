/** People and roles (Flask-AppBuilder 5.2, security/sqla/models.py). */
import type { Relation } from "../relation.ts";
import { ofPage } from "../relation.ts";
import { related, type Resource, stored } from "../resource.ts";
import { sql } from "../sql.ts";
import { everything } from "../visibility.ts";

export const users: Resource = {
  label: "user",
  plural: "users",
  table: "ab_user",
  columns: {
    id: stored("ab_user", "id", "int", "Number of the user", { sortable: true }),
    username: stored("ab_user", "username", "str", "Log-in name", { sortable: true }),
    first_name: stored("ab_user", "first_name", "str", "First name", { sortable: true }),
    last_name: stored("ab_user", "last_name", "str", "Last name", { sortable: true }),
    active: stored("ab_user", "active", "bool", "False where the account is switched off"),
    email: stored("ab_user", "email", "str", "E-mail address"),
  },
  defaults: ["id", "username", "first_name", "last_name", "active"],
  search: ["username", "first_name", "last_name"],
  order: { column: "username", direction: "asc" },
  visible: everything,
  relationFilters: {},
  identifiers: [],
};

const permissions: Relation = {
  name: "permissions",
  types: { permission: "str", view: "str" },
  statement: ({ dialect }) =>
    sql`select pr.role_id as owner_id, p.name as permission, v.name as view
          from ab_permission_view_role pr
          join ab_permission_view pv on pv.id = pr.permission_view_id
          join ab_permission p on p.id = pv.permission_id
          join ab_view_menu v on v.id = pv.view_menu_id
         where ${ofPage(dialect, "pr.role_id")} order by v.name, p.name`,
};

const roleUsers: Relation = {
  name: "users",
  types: { id: "int", username: "str" },
  statement: ({ dialect }) =>
    sql`select ur.role_id as owner_id, u.id, u.username
          from ab_user_role ur join ab_user u on u.id = ur.user_id
         where ${ofPage(dialect, "ur.role_id")} order by u.id`,
};

export const roles: Resource = {
  label: "role",
  plural: "roles",
  table: "ab_role",
  columns: {
    id: stored("ab_role", "id", "int", "Number of the role", { sortable: true }),
    name: stored("ab_role", "name", "str", "Name of the role", { sortable: true }),
    permissions: related("What it allows, as permission and view", permissions),
    users: related("Who has it directly", roleUsers),
  },
  defaults: ["id", "name"],
  search: ["name"],
  order: { column: "name", direction: "asc" },
  visible: everything,
  relationFilters: {},
  identifiers: [],
};
