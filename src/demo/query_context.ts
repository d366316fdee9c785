/**
 * What Superset's page saves beside a chart's form data: the queries it would post. Made here for
 * the kinds whose query is their form data in other words; the rest of the demo's charts have none,
 * as charts from imports and older versions have none.
 */
import { chartId, formDataOf } from "./charts.ts";
import type { AdhocFilter, DemoChart, FormData, Metric } from "./form_data.ts";
import { metricLabel } from "./form_data.ts";
import { datasetId } from "./names.ts";

/** @returns the JSON of `slices.query_context` */
export function queryContextOf(chart: DemoChart): string {
  const form = formDataOf(chart);
  return JSON.stringify({
    datasource: { id: datasetId(chart.dataset), type: "table" },
    force: false,
    queries: [queryOf(chart)],
    form_data: { ...form, force: false, result_format: "json", result_type: "full" },
    result_format: "json",
    result_type: "full",
  });
}

function queryOf(chart: DemoChart): Record<string, unknown> {
  const { form } = chart;
  const metrics = metricsOf(form);
  const groupby = (form.groupby ?? form.columns ?? []) as readonly string[];
  const timeAxis = typeof form.x_axis === "string" ? form.x_axis : null;
  const first = metrics[0];
  return {
    filters: filtersOf(form),
    extras: {
      ...(form.time_grain_sqla === undefined ? {} : { time_grain_sqla: form.time_grain_sqla }),
      having: "",
      where: "",
    },
    applied_time_extras: {},
    columns: timeAxis === null ? groupby : [baseAxis(timeAxis, form.time_grain_sqla), ...groupby],
    metrics,
    orderby: first === undefined || chart.viz === "big_number_total" ? [] : [[first, false]],
    annotation_layers: form.annotation_layers ?? [],
    ...(form.row_limit === undefined ? {} : { row_limit: form.row_limit }),
    ...(timeAxis === null ? {} : { series_columns: groupby, time_offsets: [] }),
    series_limit: 0,
    order_desc: true,
    url_params: { slice_id: String(chartId(chart.name)) },
    custom_params: {},
    custom_form_data: {},
    post_processing: timeAxis === null ? [] : seriesSteps(timeAxis, metrics, groupby),
  };
}

function metricsOf(form: FormData): readonly Metric[] {
  if (Array.isArray(form.metrics)) return form.metrics as readonly Metric[];
  return form.metric === undefined ? [] : [form.metric as Metric];
}

function filtersOf(form: FormData): { col: string; op: string; val: unknown }[] {
  const filters = (form.adhoc_filters ?? []) as readonly AdhocFilter[];
  return filters.map(({ subject, operator, comparator }) => ({
    col: subject,
    op: operator,
    val: comparator,
  }));
}

function baseAxis(column: string, timeGrain: unknown): Record<string, unknown> {
  return {
    timeGrain,
    columnType: "BASE_AXIS",
    sqlExpression: column,
    label: column,
    expressionType: "SQL",
    isColumnReference: true,
  };
}

/** One column a series: pivot on the time, then name the columns after the series. */
function seriesSteps(axis: string, metrics: readonly Metric[], groupby: readonly string[]) {
  const labels = metrics.map(metricLabel);
  const pivot = {
    operation: "pivot",
    options: {
      index: [axis],
      columns: groupby,
      aggregates: Object.fromEntries(labels.map((label) => [label, { operator: "mean" }])),
      drop_missing_columns: false,
    },
  };
  const rename = {
    operation: "rename",
    options: { columns: Object.fromEntries([[labels[0], null]]), level: 0, inplace: true },
  };
  const single = labels.length === 1 && groupby.length > 0;
  return [pivot, ...(single ? [rename] : []), { operation: "flatten" }];
}
