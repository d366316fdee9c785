/** Two queries over one time axis; the second has controls of its own, named `…_b` (6.1: plugin-chart-echarts/MixedTimeseries). */
import type { FormData, QueryObject } from "../../query_object.ts";
import { baseQuery, defaultOrder, hasXAxis, xAxis } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  ADVANCED_ANALYTICS,
  type Controls,
  LIST,
  METRICS,
  ORDER_DESC,
  PLAIN,
  ROW_LIMIT,
  TIME_GRAIN,
  X_AXIS,
} from "../controls.ts";
import { asColumns, asList } from "../form_values.ts";
import {
  compareStep,
  flattenStep,
  isTimeComparison,
  pivotStep,
  renameStep,
  resampleStep,
  rollingStep,
  timeComparePivotStep,
} from "../post_processing.ts";

const ONE_QUERY: Controls = {
  metrics: METRICS,
  groupby: LIST,
  adhoc_filters: ADHOC_FILTERS,
  limit: PLAIN,
  timeseries_limit_metric: PLAIN,
  order_desc: ORDER_DESC,
  row_limit: ROW_LIMIT,
  truncate_metric: { default: true },
  ...ADVANCED_ANALYTICS,
};

export const mixedTimeseries: ChartKind = {
  vizTypes: ["mixed_timeseries"],
  controls: {
    x_axis: X_AXIS,
    time_grain_sqla: TIME_GRAIN,
    ...ONE_QUERY,
    ...Object.fromEntries(
      Object.entries(ONE_QUERY).map(([name, control]) => [`${name}_b`, control]),
    ),
    annotation_layers: { default: [] },
  },
  queries: (form) => [firstForm(form), secondForm(form)].map(queryOf),
};

function queryOf(form: FormData): QueryObject {
  const groupby = asColumns(form.groupby);
  const query: QueryObject = {
    ...baseQuery(form),
    columns: [...hasXAxis(form) ? asColumns(xAxis(form)) : [], ...groupby],
    series_columns: groupby,
    ...(hasXAxis(form) ? {} : { is_timeseries: true }),
  };
  const compares = isTimeComparison(form, query);
  // The default order takes the place of what it was made from (6.1: normalizeOrderBy.ts).
  const orderby = defaultOrder(query);
  const { series_limit_metric, order_desc, orderby: own, ...rest } = query;
  const ordered = own === orderby && own !== undefined
    ? { series_limit_metric, order_desc, orderby }
    : { orderby };
  return {
    ...rest,
    ...ordered,
    time_offsets: compares ? asList(form.time_compare).map(String) : [],
    post_processing: [
      compares ? timeComparePivotStep(form, query) : pivotStep(form, query),
      resampleStep(form),
      rollingStep(form, query),
      compareStep(form, query),
      renameStep(form, query),
      flattenStep(),
    ],
  };
}

function firstForm(form: FormData): FormData {
  return Object.fromEntries(Object.entries(form).filter(([name]) => !name.endsWith("_b")));
}

/** The second query's controls under the first's names, and whatever the two share. */
function secondForm(form: FormData): FormData {
  const shared = Object.entries(firstForm(form)).filter(([name]) => !(name in ONE_QUERY));
  const own = Object.keys(ONE_QUERY).map((name) => [name, form[`${name}_b`]] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries([...own, ...shared]);
}
