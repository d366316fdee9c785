/**
 * From a chart's saved form data to the query context that Superset's chart page would post for it
 * (6.1: superset-ui-core/src/query/buildQueryContext.ts and each plugin's buildQuery.ts). Pure: it
 * reads the form and the dataset, and checks nothing of what they say.
 */
import { invalidArgument } from "../../errors.ts";
import type { FormData, QueryContext } from "../query_object.ts";
import { finishQuery } from "./base_query.ts";
import type { ChartDataset, Row } from "./chart_kind.ts";
import { joinExtraFormData } from "./extra_form_data.ts";
import { asColumns, asList, isDefined, isObject, isText } from "./form_values.ts";
import { findKind } from "./kinds.ts";
import { pageForm } from "./page_form.ts";
import { savedForm } from "./saved_form.ts";

export interface BuildOptions {
  readonly force?: boolean;
  /** The dashboard that the chart is seen on. */
  readonly dashboardId?: number;
  /** What that dashboard's filters add: `extra_form_data`. */
  readonly extraFormData?: unknown;
}

/**
 * @param params `slices.params`, with its `viz_type`
 * @throws ServiceError `invalid_argument` for a kind that is not known, and for a chart that lacks
 *   what its query can't do without
 */
export function buildQueryContext(
  params: FormData,
  dataset: ChartDataset,
  options: BuildOptions = {},
): QueryContext {
  if (params.viz_type === "cartodiagram") return chartOnMap(params, dataset, options);
  const form = chartForm(params, dataset, options);
  const kind = findKind(String(params.viz_type));
  if (kind === undefined) {
    if (params.viz_type === "deck_multi") return context(form, dataset, options, []);
    throw unknownKind(params.viz_type);
  }
  const queries = kind.queries(form, dataset).map((query) => finishQuery(query, form));
  return context(form, dataset, options, queries);
}

/**
 * What Superset's older endpoint makes of a chart's rows, for kinds that still go through it; null
 * for all others, whose rows are drawn as they come.
 */
export function legacyTransform(
  params: FormData,
  dataset: ChartDataset,
): ((rows: readonly Row[]) => unknown) | null {
  const transform = findKind(String(params.viz_type))?.transform;
  if (transform === undefined) return null;
  const form = chartForm(params, dataset, {});
  return (rows) => transform(rows, form);
}

/** The charts that a `deck_multi` chart lays over each other, by id, bottom first; each has its own data. */
export function deckLayers(params: FormData): readonly number[] {
  return asList(params.deck_slices).map(Number).filter(Number.isSafeInteger);
}

/** The form as the page holds it, with what a dashboard adds. */
function chartForm(params: FormData, dataset: ChartDataset, options: BuildOptions): FormData {
  const controls = findKind(String(params.viz_type))?.controls ?? {};
  const form = pageForm(savedForm(params), controls, dataset);
  return {
    ...form,
    datasource: `${dataset.id}__table`,
    ...(isDefined(options.dashboardId) ? { dashboardId: options.dashboardId } : {}),
    extra_form_data: joinExtraFormData({}, options.extraFormData),
  };
}

function context(
  form: FormData,
  dataset: ChartDataset,
  options: BuildOptions,
  queries: QueryContext["queries"],
): QueryContext {
  return {
    datasource: { id: dataset.id, type: "table" },
    force: options.force ?? false,
    queries,
    form_data: form,
    result_format: "json",
    result_type: "full",
  };
}

/** A map that draws another chart at every place: that chart's query, grouped by the place first. */
function chartOnMap(params: FormData, dataset: ChartDataset, options: BuildOptions): QueryContext {
  const inner = selectedChart(params.selected_chart);
  const kind = findKind(String(inner.viz_type));
  if (kind === undefined) throw unknownKind(inner.viz_type);
  const form: FormData = {
    ...inner,
    // The id that the inner chart names is of wherever it was exported from.
    datasource: `${dataset.id}__table`,
    groupby: [...asColumns(params.geom_column), ...asColumns(inner.groupby)],
    extra_form_data: joinExtraFormData(inner.extra_form_data, options.extraFormData),
  };
  const queries = kind.queries(form, dataset).map((query) => finishQuery(query, form));
  return context(form, dataset, options, queries);
}

function selectedChart(selected: unknown): FormData {
  try {
    const chart: unknown = isText(selected) ? JSON.parse(selected) : selected;
    const inner: unknown = isObject(chart) && isText(chart.params)
      ? JSON.parse(chart.params)
      : null;
    if (isObject(chart) && isObject(inner)) return { ...inner, viz_type: chart.viz_type };
  } catch {
    // Falls through to the refusal: what it says is no JSON.
  }
  throw invalidArgument("This map names no chart to draw: 'selected_chart' can't be read.", {
    hint: "Open the chart in Superset and choose one, or ask query_dataset for the rows.",
  });
}

function unknownKind(vizType: unknown): Error {
  return invalidArgument(`Charts of the kind '${String(vizType)}' are not known here.`, {
    hint:
      "Read its settings with get_chart_info, and ask query_dataset for the same columns and metrics.",
  });
}
