/** A chart opened for its data: what it runs, over the dataset, as the caller may have it. */
import type { ChartSource } from "../../dao/query_sources.ts";
import type { DatasetSession } from "../../data/session.ts";
import { notFound, ServiceError } from "../../errors.ts";
import type { Dataset } from "../../query/dataset.ts";
import type { legacyTransform as LegacyTransformFunction } from "../../query/charts/build_query_context.ts";
import type { FormData, QueryContext } from "../../query/query_object.ts";
import type { ToolContext } from "../define_tool.ts";

export interface OpenedChart {
  readonly chart: ChartSource;
  readonly dataset: Dataset;
  readonly session: DatasetSession;
  readonly queryContext: QueryContext;
  /** What Superset's older endpoint makes of the first query's rows; null for most kinds. */
  readonly legacyTransform: ReturnType<typeof LegacyTransformFunction>;
}

export interface OpenChartOptions {
  readonly dashboardId: number | null;
  readonly extraFormData?: unknown;
  readonly force: boolean;
}

/**
 * @throws ServiceError `not_found` for a chart the caller may not see, `permission_denied` for one whose
 *   data they may not read, `invalid_argument` for a kind that is not known
 */
export async function openChart(
  { dao, data, caller }: ToolContext,
  identifier: number | string,
  { dashboardId, extraFormData, force }: OpenChartOptions,
): Promise<OpenedChart> {
  const found = await dao.sources.chart(caller, identifier, dashboardId);
  if (found === null) {
    throw notFound(
      "chart",
      identifier,
      "Use list_charts to see those you may read.",
    );
  }
  const { chart, data: source } = found;
  if (source === null) {
    throw new ServiceError(
      "permission_denied",
      `You may not read the data of the chart '${chart.name}'.`,
      {
        hint: "Ask for access to its dataset, or name the dashboard you see it on (dashboard_id).",
      },
    );
  }
  const { dataset } = source;
  const params: FormData = { ...chart.params, viz_type: chart.vizType };
  const saved = { params, queryContext: chart.queryContext };
  const { chartQueryContext, legacyTransform } = await (chartKinds ??= loadChartKinds());
  const queryContext = chartQueryContext(saved, dataset, {
    force,
    extraFormData,
    ...(dashboardId === null ? {} : { dashboardId }),
  });
  return {
    chart,
    dataset,
    queryContext,
    legacyTransform: legacyTransform(params, dataset),
    session: await (await data()).open(dao, caller, source, chart.cacheTimeout),
  };
}

/** Imported by the first that asks for a chart's data: all kinds of charts stand behind it. */
async function loadChartKinds() {
  const { chartQueryContext } = await import("../../query/charts/chart_query_context.ts");
  const { legacyTransform } = await import("../../query/charts/build_query_context.ts");
  return { chartQueryContext, legacyTransform };
}

/** Kept: an `import()` costs some 20 µs even of what is loaded. */
let chartKinds: ReturnType<typeof loadChartKinds> | null = null;
