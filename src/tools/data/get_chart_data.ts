import * as z from "zod";
import type { QueryAnswer } from "../../data/session.ts";
import { READ_CHART } from "../access.ts";
import { defineTool } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { openChart, type OpenedChart } from "./chart_source.ts";
import { asDrawn } from "./legacy_rows.ts";
import { shownRows, type ShownRowsOptions } from "./shown_rows.ts";

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
    format: z.enum(["json", "csv"]).optional(),
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
    const { cursor, format, limit = MAX_LIMIT, force_refresh: _, ...question } = input;
    const options: ShownRowsOptions = {
      ...{ format, limit },
      // A chart's queries share the answer: a further one (totals, a second axis) in short.
      tokenLimit: context.config.responseTokenLimit / Math.max(1, answers.length),
      question: [chart.id, context.caller.user.id, limit, question],
    };
    return {
      chart_id: chart.id,
      chart_name: chart.name,
      chart_type: chart.vizType,
      ...firstRows(opened, first, { ...options, cursor }),
      queries: others.map((answer) => withoutCursor(shownRows(answer, options))),
      cache_status: {
        cache_hit: first?.cache.hit ?? false,
        cache_age_seconds: first?.cache.ageSeconds ?? null,
      },
    };
  },
});

const NO_ROWS = { columns: [], data: [], row_count: 0, total_rows: 0 };

function firstRows(
  opened: OpenedChart,
  first: QueryAnswer | undefined,
  options: ShownRowsOptions,
) {
  if (first === undefined) return NO_ROWS;
  const { answer, vizData } = asDrawn(opened, first);
  const rows = shownRows(answer, options);
  return vizData === undefined ? rows : { ...rows, viz_data: vizData };
}

/** The cursor goes on in the first query's rows; of the others, total_rows tells what is left out. */
function withoutCursor({ next_cursor: _, ...rows }: ReturnType<typeof shownRows>) {
  return rows;
}
