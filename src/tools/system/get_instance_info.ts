import * as z from "zod";
import { type Caller, permissionName } from "../../auth/caller.ts";
import { type Condition, parameter, sql } from "../../dao/sql.ts";
import type { Resource } from "../../dao/resource.ts";
import { charts } from "../../dao/resources/charts.ts";
import { dashboards, withVisibleChart } from "../../dao/resources/dashboards.ts";
import { databases } from "../../dao/resources/databases.ts";
import { datasets } from "../../dao/resources/datasets.ts";
import { roles, users } from "../../dao/resources/people.ts";
import { tags } from "../../dao/resources/tags.ts";
import {
  READ_CHART,
  READ_DASHBOARD,
  READ_DATABASE,
  READ_DATASET,
  READ_ROLE,
  READ_TAG,
  READ_USER,
} from "../access.ts";
import { type Access, defineTool, type ToolContext, type ToolKind } from "../define_tool.ts";

const DAY_MS = 86_400_000;

export const getInstanceInfo = defineTool({
  name: "get_instance_info",
  title: "Get instance info",
  description: "A first look: who the caller is, and how many charts, dashboards, datasets and " +
    "databases they may see. Start here, then list_dashboards or list_charts.",
  kind: "system",
  action: "read",
  access: "public",
  input: () => ({}),
  output: () =>
    z.object({
      instance_summary: z.record(z.string(), z.number().nullable()),
      recent_activity: z.record(z.string(), z.number().nullable()),
      dashboard_breakdown: z.record(z.string(), z.number()).nullable(),
      database_breakdown: z.looseObject({}),
      popular_content: z.looseObject({}),
      current_user: z.looseObject({ id: z.int(), username: z.string() }),
      feature_availability: z.looseObject({}),
      timestamp: z.string(),
    }),
  handle: async (_input, context) => {
    const { caller, now } = context;
    const [summary, dashboardCounts, byType, topTags] = await Promise.all([
      counts(context),
      context.mayRead("dashboard", READ_DASHBOARD) ? dashboardBreakdown(context) : null,
      databaseTypes(context),
      popularTags(context),
    ]);
    return {
      ...summary,
      dashboard_breakdown: dashboardCounts,
      database_breakdown: { by_type: byType },
      popular_content: { top_tags: topTags },
      current_user: currentUser(caller),
      feature_availability: { accessible_menus: accessibleMenus(caller) },
      timestamp: new Date(now()).toISOString(),
    };
  },
});

const DATED: Readonly<Record<string, Condition>> = {
  created: sql`created_on >= ${parameter("monthAgo")}`,
  modified: sql`changed_on >= ${parameter("weekAgo")}`,
};

/** What is not the caller's to read is null: not even how many there are. */
async function counts(context: ToolContext) {
  const values = { monthAgo: daysAgo(context, 30), weekAgo: daysAgo(context, 7) };
  const none = { total: null, created: null, modified: null };
  const of = (resource: Resource, kind: ToolKind, access: Access, dated: boolean) =>
    context.mayRead(kind, access)
      ? context.dao.count(resource, context.caller, dated ? DATED : {}, values)
      : Promise.resolve<Record<string, number | null>>(none);
  const [chart, dashboard, dataset, database, user, role, tag] = await Promise.all([
    of(charts, "chart", READ_CHART, true),
    of(dashboards, "dashboard", READ_DASHBOARD, true),
    of(datasets, "dataset", READ_DATASET, true),
    of(databases, "database", READ_DATABASE, false),
    of(users, "user", READ_USER, false),
    of(roles, "role", READ_ROLE, false),
    of(tags, "tag", READ_TAG, false),
  ]);
  return {
    instance_summary: {
      total_dashboards: dashboard.total ?? null,
      total_charts: chart.total ?? null,
      total_datasets: dataset.total ?? null,
      total_databases: database.total ?? null,
      total_users: user.total ?? null,
      total_roles: role.total ?? null,
      total_tags: tag.total ?? null,
    },
    recent_activity: {
      dashboards_created_last_30_days: dashboard.created ?? null,
      charts_created_last_30_days: chart.created ?? null,
      datasets_created_last_30_days: dataset.created ?? null,
      dashboards_modified_last_7_days: dashboard.modified ?? null,
      charts_modified_last_7_days: chart.modified ?? null,
      datasets_modified_last_7_days: dataset.modified ?? null,
    },
  };
}

async function dashboardBreakdown({ dao, caller }: ToolContext): Promise<Record<string, number>> {
  const { total = 0, published = 0, certified = 0, with_charts = 0 } = await dao.count(
    dashboards,
    caller,
    {
      published: sql`dashboards.published = ${sql.lit(true)}`,
      certified: sql`coalesce(dashboards.certified_by, '') <> ''`,
      with_charts: withVisibleChart,
    },
  );
  return {
    published,
    unpublished: total - published,
    certified,
    with_charts,
    without_charts: total - with_charts,
  };
}

async function databaseTypes(context: ToolContext): Promise<Record<string, number>> {
  if (!context.mayRead("database", READ_DATABASE)) return {};
  const { items } = await context.dao.list(databases, context.caller, {
    page: 1,
    pageSize: 100,
    columns: ["backend"],
  });
  const byType: Record<string, number> = {};
  for (const { backend } of items) byType[String(backend)] = (byType[String(backend)] ?? 0) + 1;
  return byType;
}

async function popularTags(context: ToolContext): Promise<string[]> {
  if (!context.mayRead("tag", READ_TAG)) return [];
  const { items } = await context.dao.list(tags, context.caller, {
    page: 1,
    pageSize: 10,
    columns: ["name"],
    filters: [{ col: "type", opr: "eq", value: "custom" }],
  });
  return items.map(({ name }) => String(name));
}

function currentUser({ user, roles }: Caller) {
  return {
    id: user.id,
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    active: true,
    roles: roles.map(({ name }) => name),
  };
}

/** The entries of Superset's menu, which it guards by permissions named `menu_access`. */
function accessibleMenus({ permissions }: Caller): string[] {
  const prefix = permissionName("menu_access", "");
  return [...permissions].filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length)).sort();
}

/** The beginning of a day some days ago, as Superset writes a timestamp. */
function daysAgo({ now }: ToolContext, days: number): string {
  return `${new Date(now() - days * DAY_MS).toISOString().slice(0, 10)} 00:00:00.000000`;
}
