/**
 * The query context that a chart runs: the one that was saved with it, or the one built from its
 * form, with what a dashboard adds, as the server reads it.
 */
import { ServiceError } from "../../errors.ts";
import type { FormData, QueryContext } from "../query_object.ts";
import { type BuildOptions, buildQueryContext } from "./build_query_context.ts";
import type { ChartDataset } from "./chart_kind.ts";
import { mergeExtraFormData } from "./extra_form_data.ts";
import { asList, isObject } from "./form_values.ts";
import { isLegacyKind } from "./kinds.ts";
import { settleQueryContext } from "./settle_query.ts";

export interface SavedChart {
  /** `slices.params`, with its `viz_type`. */
  readonly params: FormData;
  /** `slices.query_context`, parsed; null where there is none. */
  readonly queryContext: unknown;
}

/** Each is a query of its own; a chart has a few. */
const MOST_QUERIES = 50;

/**
 * What the page saves for the kinds whose queries the server makes is not what runs (a country map
 * saves no country), so those are built from the form always.
 *
 * @throws ServiceError `invalid_argument` where `buildQueryContext` has to build and can't;
 *   `too_large` for more queries than a chart can draw
 */
export function chartQueryContext(
  chart: SavedChart,
  dataset: ChartDataset,
  options: BuildOptions = {},
): QueryContext {
  const saved = isLegacyKind(chart.params.viz_type) ? null : savedContext(chart, dataset);
  const context = saved === null
    ? buildQueryContext(chart.params, dataset, options)
    : mergeExtraFormData(
      { ...saved, force: options.force ?? false },
      options.extraFormData,
    );
  if (context.queries.length > MOST_QUERIES) {
    throw new ServiceError("too_large", `The chart asks ${context.queries.length} queries.`, {
      hint: `Save it with at most ${MOST_QUERIES}.`,
    });
  }
  return settleQueryContext(context, dataset);
}

/** The dataset is the chart's, whatever id the context was saved with elsewhere. */
function savedContext(chart: SavedChart, dataset: ChartDataset): QueryContext | null {
  const saved = chart.queryContext;
  if (!isObject(saved)) return null;
  const queries = asList(saved.queries).filter(isObject);
  if (queries.length === 0) return null;
  return {
    queries,
    datasource: { id: dataset.id, type: "table" },
    form_data: isObject(saved.form_data) ? saved.form_data : chart.params,
    result_format: "json",
    result_type: "full",
  };
}
