import * as z from "zod";
import type { Values } from "../../dao/resource.ts";
import { dashboards } from "../../dao/resources/dashboards.ts";
import { toServiceError } from "../../errors.ts";
import { namedColumns } from "../../query/answer/answer_columns.ts";
import { firstRows } from "../../query/answer/page.ts";
import { READ_DASHBOARD } from "../access.ts";
import { defineTool, type ToolContext } from "../define_tool.ts";
import { identifier } from "../identifier.ts";
import { estimatedTokens } from "../response_size.ts";
import { openChart } from "./chart_source.ts";
import { asDrawn } from "./legacy_rows.ts";

const DEFAULT_ROWS = 20;
/** Charts that are asked at once: a dashboard must not take a database's whole pool. */
const AT_ONCE = 4;
/** Of `data` and `rows_left_out`, without rows. */
const LEFT_OUT_TOKENS = 15;
/** What stands beside the charts takes at most this many tokens. */
const FRAME_TOKENS = 200;

export const getDashboardData = defineTool({
  name: "get_dashboard_data",
  title: "Get dashboard data",
  description:
    "The first rows of every chart on a dashboard, with total_rows of each; a chart that " +
    "fails says why and the others go on. More rows of one: get_chart_data with dashboard_id.",
  kind: "dashboard",
  action: "read",
  access: READ_DASHBOARD,
  input: () => ({
    identifier: identifier("Id, UUID or slug"),
    row_limit: z.int().min(1).max(1000).optional().describe(
      `Rows of each chart; default ${DEFAULT_ROWS}`,
    ),
    extra_form_data: z.looseObject({}).optional(),
    force_refresh: z.boolean().optional(),
  }),
  ignored: ["use_cache", "cache_timeout", "refresh_metadata"],
  output: () =>
    z.object({
      id: z.int(),
      dashboard_title: z.string().nullable(),
      charts: z.array(z.looseObject({ chart_id: z.int(), status: z.string() })),
      succeeded: z.int(),
      failed: z.int(),
    }),
  handle: async (input, context) => {
    const columns = ["id", "dashboard_title", "charts"];
    const dashboard = await context.dao.get(dashboards, context.caller, input.identifier, columns);
    const wanted = dashboard.charts as readonly Values[];
    // Each chart has its share, so that what is kept of all of them is no more than an answer.
    const tokenLimit = (context.config.responseTokenLimit - FRAME_TOKENS) / wanted.length;
    const results: Values[] = new Array(wanted.length);
    let next = 0;
    let done = 0;
    const worker = async () => {
      while (next < wanted.length) {
        const at = next++;
        results[at] = await chartRows(context, wanted[at]!, dashboard.id as number, {
          ...input,
          tokenLimit,
        });
        context.progress(++done, wanted.length, String(wanted[at]!.slice_name ?? ""));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const failed = results.filter(({ status }) => status === "error").length;
    return {
      id: dashboard.id as number,
      dashboard_title: dashboard.dashboard_title as string | null,
      charts: results as { chart_id: number; status: string }[],
      succeeded: results.length - failed,
      failed,
    };
  },
});

interface Options {
  readonly tokenLimit: number;
  readonly row_limit?: number;
  readonly extra_form_data?: unknown;
  readonly force_refresh?: boolean;
}

/** A chart that fails is part of the answer, in the words that get_chart_data would use. */
async function chartRows(
  context: ToolContext,
  listed: Values,
  dashboardId: number,
  { tokenLimit, row_limit = DEFAULT_ROWS, extra_form_data, force_refresh = false }: Options,
): Promise<Values> {
  const named = { chart_id: listed.id, chart_name: listed.slice_name, chart_type: listed.viz_type };
  try {
    const opened = await openChart(context, listed.id as number, {
      dashboardId,
      extraFormData: extra_form_data,
      force: force_refresh,
    });
    const [first] = await opened.session.queries(opened.queryContext.queries, {
      resultType: opened.queryContext.result_type,
      signal: context.signal,
      force: force_refresh,
    });
    if (first === undefined) {
      return { ...named, status: "ok", columns: [], data: [], total_rows: 0 };
    }
    const { answer, vizData } = asDrawn(opened, first);
    const { rowCount } = answer.frame;
    const chart = {
      ...named,
      status: "ok",
      columns: namedColumns(answer.columns),
      ...(vizData === undefined ? {} : { viz_data: vizData }),
      total_rows: rowCount,
      ...(answer.rules.length > 0 ? { row_level_rules: answer.rules } : {}),
    };
    const room = tokenLimit - estimatedTokens(JSON.stringify(chart)) - LEFT_OUT_TOKENS;
    const data = firstRows(answer, { limit: row_limit, tokenLimit: room, tokens: estimatedTokens });
    const leftOut = Math.min(rowCount, row_limit) - data.length;
    return { ...chart, data, ...(leftOut > 0 ? { rows_left_out: leftOut } : {}) };
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    const error = toServiceError(thrown);
    return { ...named, status: "error", ...error.body() };
  }
}
