/** Who works with the demo workspace: people, their roles and groups, and the row-level rules. */
import {
  ADMIN_MORE,
  ALPHA_MORE,
  GAMMA,
  listPermissions,
  type MethodOnView,
  SQL_LAB,
} from "./permissions.ts";

export interface DemoUser {
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly active: boolean;
  /** Held directly. */
  readonly roles: readonly string[];
  /** Held through a group. */
  readonly groups: readonly string[];
  /** What makes this person worth asking as. */
  readonly about: string;
}

export interface DemoRole {
  readonly name: string;
  readonly permissions: readonly MethodOnView[];
  /** Datasets by name; `schema` opens all of the schema's. */
  readonly datasets: readonly string[] | "schema";
}

export interface DemoGroup {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly roles: readonly string[];
}

export interface DemoRule {
  readonly name: string;
  readonly description: string;
  readonly type: "Regular" | "Base";
  readonly groupKey: string | null;
  readonly clause: string;
  readonly roles: readonly string[];
  readonly datasets: readonly string[];
}

export const USERS: readonly DemoUser[] = [
  user("demo", "Dana", "Moss", ["Alpha", "sql_lab"], "analyst: every dataset, no rules by region"),
  user("admin", "Maren", "Lindgrove", ["Admin"], "administrator: everything, drafts and rules too"),
  user(
    "nora",
    "Nora",
    "Winther",
    ["Gamma", "sql_lab", "Region North"],
    "regional manager: rows of North only",
  ),
  user("stefan", "Stefan", "Okafor", ["Gamma", "Region South"], "regional manager: South only"),
  user("sam", "Sam", "Ibarra", ["Gamma", "Shop Lead"], "shop lead: rows of the own shop only"),
  user("fiona", "Fiona", "Castellan", ["Gamma", "sql_lab", "Finance"], "finance: the whole schema"),
  user("vera", "Vera", "Adeyemi", ["Gamma", "Board"], "board member: one dashboard, no dataset"),
  {
    ...user("greta", "Greta", "Sandoval", [], "web team: a role through a group only"),
    groups: ["E-commerce"],
  },
  {
    ...user("otto", "Otto", "Brandt", ["Gamma", "Finance"], "left the company: switched off"),
    active: false,
  },
];

export const ROLES: readonly DemoRole[] = [
  {
    name: "Admin",
    permissions: listPermissions(GAMMA, ALPHA_MORE, SQL_LAB, ADMIN_MORE),
    datasets: [],
  },
  { name: "Public", permissions: [], datasets: [] },
  { name: "Alpha", permissions: listPermissions(GAMMA, ALPHA_MORE), datasets: [] },
  { name: "Gamma", permissions: listPermissions(GAMMA), datasets: [] },
  { name: "sql_lab", permissions: listPermissions(SQL_LAB), datasets: [] },
  dataRole("Region North", regionalDatasets()),
  dataRole("Region South", regionalDatasets()),
  dataRole("Shop Lead", ["orders", "order_lines", "shops", "shifts", "products"]),
  dataRole("Finance", "schema"),
  dataRole("Board", []),
  dataRole("Web Team", ["web_visits", "web_funnel"]),
];

export const GROUPS: readonly DemoGroup[] = [
  {
    name: "E-commerce",
    label: "E-commerce",
    description: "Runs the web shop",
    roles: ["Gamma", "Web Team"],
  },
];

export const RULES: readonly DemoRule[] = [
  {
    name: "Region North",
    description:
      "Regional managers see their region; both rules share a key, so two regions add up",
    type: "Regular",
    groupKey: "region",
    clause: "region = 'North'",
    roles: ["Region North"],
    datasets: ["shops", "customers", "orders", "order_lines", "support_tickets"],
  },
  {
    name: "Region South",
    description: "The same for the south",
    type: "Regular",
    groupKey: "region",
    clause: "region = 'South'",
    roles: ["Region South"],
    datasets: ["shops", "customers", "orders", "order_lines", "support_tickets"],
  },
  {
    name: "No test accounts",
    description: "Accounts made for tastings and trials stay out of everyone's figures but Admin's",
    type: "Base",
    groupKey: null,
    clause: "is_test = 0",
    roles: ["Admin"],
    datasets: ["customers"],
  },
  {
    name: "Own shop",
    description: "A shop lead sees the shop that carries the own user name",
    type: "Regular",
    groupKey: null,
    clause: "shop_lead = '{{ current_username() }}'",
    roles: ["Shop Lead"],
    datasets: ["shops", "orders", "order_lines", "shifts"],
  },
];

function user(
  username: string,
  firstName: string,
  lastName: string,
  roles: readonly string[],
  about: string,
): DemoUser {
  return { username, firstName, lastName, active: true, roles, groups: [], about };
}

function dataRole(name: string, datasets: DemoRole["datasets"]): DemoRole {
  return { name, permissions: [], datasets };
}

function regionalDatasets(): string[] {
  return [
    "shops",
    "products",
    "customers",
    "orders",
    "order_lines",
    "support_tickets",
    "sales_by_day",
  ];
}
