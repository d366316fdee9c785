import * as z from "zod";
import type { QueryAnswer } from "../../data/session.ts";
import { READ_CHART } from "../access.ts";
import { defineTool, type ToolContext } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { csvOf, namedColumns, pageOf, rowsOf, summaryOf } from "./answer.ts";
import { openChart } from "./chart_source.ts";
import { legacyRows } from "./legacy_rows.ts";

/** No chart draws more; a limit beyond says nothing. */
const MAX_LIMIT = 1_000_000;

export const getChartData = defineTool({
  name: "get_chart_data",
  title: "Get chart data",
  description:
    "The rows a chart draws, as its page shows them to the caller. Over the token limit: a " +
    "page, next_cursor and a summary of columns. dashboard_id where it is seen on one.",
  kind: "chart",
  action: "read",
  access: READ_CHART,
  input: () => ({
    identifier: identifier("Id or UUID"),
    limit: z.int().min(1).max(MAX_LIMIT).optional().describe(
      "Fewer rows than the chart's own limit",
    ),
    dashboard_id: z.int().min(1).max(2 ** 31 - 1).optional(),
    extra_form_data: z.looseObject({}).optional().describe("Superset's filters of a dashboard"),
    format: z.enum(["json", "csv", "excel"]).optional(),
    force_refresh: z.boolean().optional(),
    cursor: z.string().max(500).optional(),
  }),
  ignored: ["use_cache", "cache_timeout", "form_data_key"],
  output: () =>
    z.looseObject({
      chart_id: z.int(),
      chart_name: z.string(),
      chart_type: z.string(),
      columns: z.array(z.object({ name: z.string(), data_type: z.string() })),
      data: z.array(z.looseObject({})),
      row_count: z.int(),
      total_rows: z.int(),
      queries: z.array(z.looseObject({})),
      cache_status: z.looseObject({ cache_hit: z.boolean() }),
    }),
  handle: async (input, context) => {
    const opened = await openChart(context, input.identifier, {
      dashboardId: input.dashboard_id ?? null,
      extraFormData: input.extra_form_data,
      force: input.force_refresh ?? false,
    });
    const { chart, session, queryContext } = opened;
    const answers = await session.queries(queryContext.queries, {
      resultType: queryContext.result_type,
      signal: context.signal,
      force: input.force_refresh ?? false,
      onRows: (rows) => context.progress(rows, undefined, `${rows} rows`),
    });
    const [first, ...others] = answers;
    const limit = input.limit ?? MAX_LIMIT;
    const main = first === undefined ? NO_ROWS : shown(first, limit, input, context, chart.id);
    return {
      chart_id: chart.id,
      chart_name: chart.name,
      chart_type: chart.vizType,
      ...main,
      ...await legacyRows(opened, first),
      queries: others.map((answer) => ({
        columns: namedColumns(answer.columns),
        data: rowsOf(answer.frame, answer.columns, 0, limit),
        row_count: Math.min(answer.frame.rowCount, limit),
      })),
      cache_status: {
        cache_hit: first?.cache.hit ?? false,
        cache_age_seconds: first?.cache.ageSeconds ?? null,
      },
    };
  },
});

const NO_ROWS = { columns: [], data: [], row_count: 0, total_rows: 0 };

interface Shown {
  readonly format?: "json" | "csv" | "excel";
  readonly cursor?: string;
}

function shown(
  answer: QueryAnswer,
  limit: number,
  { format, cursor, ...question }: Shown & Readonly<Record<string, unknown>>,
  { config, caller }: ToolContext,
  chart: number,
) {
  const { rows, nextCursor } = pageOf(answer, {
    cursor,
    limit,
    tokenLimit: config.responseTokenLimit,
    question: [chart, caller.user.id, question],
  });
  const columns = namedColumns(answer.columns);
  const isPart = nextCursor !== null || cursor !== undefined;
  return {
    columns,
    data: format === "csv" ? [] : [...rows],
    ...(format === "csv" ? { csv_data: csvOf(columns, rows) } : {}),
    row_count: rows.length,
    total_rows: answer.frame.rowCount,
    ...(nextCursor === null ? {} : { next_cursor: nextCursor }),
    ...(isPart ? { column_summary: summaryOf(answer) } : {}),
    ...(answer.rules.length > 0 ? { row_level_rules: answer.rules } : {}),
    ...(answer.truncated ? { truncated: true } : {}),
    ...(answer.rejectedFilters.length > 0 ? { rejected_filters: answer.rejectedFilters } : {}),
  };
}
