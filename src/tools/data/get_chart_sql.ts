import * as z from "zod";
import { READ_CHART } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { openChart } from "./chart_source.ts";

export const getChartSql = defineTool({
  name: "get_chart_sql",
  title: "Get chart SQL",
  description:
    "The SQL that a chart runs for the caller. Where row-level rules narrow it, only its " +
    "shape before the rules is told, and the rules' names.",
  kind: "chart",
  action: "read",
  access: READ_CHART,
  input: () => ({
    identifier: identifier("Id or UUID"),
    dashboard_id: z.int().min(1).max(2 ** 31 - 1).optional(),
    extra_form_data: z.looseObject({}).optional(),
  }),
  ignored: ["use_cache", "force_refresh", "cache_timeout", "form_data_key"],
  output: () =>
    z.object({
      chart_id: z.int(),
      chart_name: z.string(),
      datasource_name: z.string(),
      queries: z.array(z.object({ sql: z.string(), row_level_rules: z.array(z.string()) })),
      note: z.string().optional(),
    }),
  handle: async (input, context) => {
    const { chart, dataset, session, queryContext } = await openChart(context, input.identifier, {
      dashboardId: input.dashboard_id ?? null,
      extraFormData: input.extra_form_data,
      force: false,
    });
    const options = { resultType: queryContext.result_type, signal: context.signal, force: false };
    const queries = await Promise.all(
      queryContext.queries.map(async (query) => {
        const { sql, rules } = await session.sql(query, options);
        return { sql, row_level_rules: [...rules] };
      }),
    );
    return {
      chart_id: chart.id,
      chart_name: chart.name,
      datasource_name: dataset.tableName,
      queries,
      ...(queries.some(({ row_level_rules }) => row_level_rules.length > 0)
        ? { note: "Row-level rules are applied to this SQL when it runs; their text is not shown." }
        : {}),
    };
  },
});
