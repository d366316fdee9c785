/** Lines, bars, areas, points and steps over a time or another axis (6.1: plugin-chart-echarts/Timeseries). */
import { baseQuery, defaultOrder, hasXAxis, xAxis } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  ADVANCED_ANALYTICS,
  columnClass,
  type Control,
  FORECAST,
  LIST,
  METRICS,
  ORDER_DESC_OF_LIMIT,
  type Page,
  PLAIN,
  ROW_LIMIT,
  TIME_GRAIN,
  X_AXIS,
} from "../controls.ts";
import { asColumns, asList, columnLabel, isText } from "../form_values.ts";
import {
  compareStep,
  contributionStep,
  flattenStep,
  isTimeComparison,
  pivotStep,
  prophetStep,
  renameStep,
  resampleStep,
  rollingStep,
  sortMetrics,
  sortStep,
  timeComparePivotStep,
} from "../post_processing.ts";

const X_AXIS_SORT: Control = { visible: isSortableAxis };

export const timeseries: ChartKind = {
  vizTypes: [
    "echarts_area",
    "echarts_timeseries",
    "echarts_timeseries_bar",
    "echarts_timeseries_line",
    "echarts_timeseries_scatter",
    "echarts_timeseries_smooth",
    "echarts_timeseries_step",
  ],
  controls: {
    x_axis: X_AXIS,
    time_grain_sqla: TIME_GRAIN,
    xAxisForceCategorical: { initial: forceCategorical, default: false },
    x_axis_sort: X_AXIS_SORT,
    x_axis_sort_asc: {
      default: true,
      visible: (page) => page.form.x_axis_sort !== undefined && isSortableAxis(page),
    },
    metrics: METRICS,
    groupby: LIST,
    contributionMode: { choices: ["row", "column"] },
    adhoc_filters: ADHOC_FILTERS,
    limit: PLAIN,
    group_others_when_limit_reached: {
      default: false,
      visible: ({ form }) => Boolean(form.limit),
    },
    timeseries_limit_metric: PLAIN,
    order_desc: ORDER_DESC_OF_LIMIT,
    row_limit: ROW_LIMIT,
    truncate_metric: { default: true },
    show_empty_columns: { default: true },
    ...ADVANCED_ANALYTICS,
    annotation_layers: { default: [] },
    ...FORECAST,
  },
  queries(form) {
    const query = baseQuery(form);
    const compares = isTimeComparison(form, query);
    const offsets = compares ? asList(form.time_compare).map(String) : [];
    const groupby = asColumns(form.groupby);
    return [{
      ...query,
      metrics: [...query.metrics ?? [], ...sortMetrics(form)],
      columns: [...hasXAxis(form) ? asColumns(xAxis(form)) : [], ...groupby],
      series_columns: groupby,
      ...(hasXAxis(form) ? {} : { is_timeseries: true }),
      orderby: defaultOrder(query),
      time_offsets: offsets,
      post_processing: [
        compares ? timeComparePivotStep(form, query) : pivotStep(form, query),
        resampleStep(form),
        rollingStep(form, query),
        compareStep(form, query),
        renameStep(form, query),
        contributionStep(form, offsets),
        sortStep(form),
        flattenStep(),
        prophetStep(form),
      ],
    }];
  },
};

/** An axis of names, of numbers that stand for names, or of an expression can be sorted; a time can't. */
function isSortableAxis(page: Page): boolean {
  const axis = page.form.x_axis;
  if (!isText(axis)) return true;
  const kind = axisClass(page);
  return kind === "text" || kind === "boolean" ||
    kind === "number" && Boolean(page.form.xAxisForceCategorical);
}

function forceCategorical(value: unknown, page: Page): unknown {
  return axisClass(page) === "number" && page.form.x_axis_sort !== undefined || value;
}

function axisClass({ form, dataset }: Page) {
  const label = asColumns(form.x_axis).map(columnLabel)[0];
  const column = dataset.columns.find(({ column_name }) => column_name === label);
  return column === undefined ? "other" : columnClass(column);
}
