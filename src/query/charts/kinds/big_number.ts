/** One number, alone, with a trend line, or beside an earlier time (6.1: plugin-chart-echarts/BigNumber). */
import type { QueryObject } from "../../query_object.ts";
import { baseQuery, hasXAxis, xAxis } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  COMPARISON_TYPE,
  defaultTemporalColumn,
  PLAIN,
  ROW_LIMIT,
  TIME_GRAIN,
  X_AXIS,
} from "../controls.ts";
import { asColumns } from "../form_values.ts";
import {
  compareStep,
  flattenStep,
  isTimeComparison,
  pivotStep,
  resampleStep,
  rollingStep,
} from "../post_processing.ts";
import { namedOffsets } from "./named_offsets.ts";

export const bigNumberWithTrendline: ChartKind = {
  vizTypes: ["big_number"],
  controls: {
    x_axis: {
      initial: (value, page) =>
        value ? undefined : X_AXIS.initial?.(value, page) ?? defaultTemporalColumn(page.dataset),
    },
    time_grain_sqla: TIME_GRAIN,
    aggregation: {
      default: "LAST_VALUE",
      choices: ["raw", "LAST_VALUE", "sum", "mean", "min", "max", "median"],
    },
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    rolling_type: { default: "None", choices: ["None", "mean", "sum", "std", "cumsum"] },
    rolling_periods: PLAIN,
    min_periods: PLAIN,
    resample_rule: PLAIN,
    resample_method: PLAIN,
  },
  queries(form) {
    const query = baseQuery(form);
    const columns = hasXAxis(form) ? asColumns(xAxis(form)) : [];
    const trend: QueryObject = {
      ...query,
      columns,
      ...(columns.length > 0 ? {} : { is_timeseries: true }),
      post_processing: [
        pivotStep(form, query),
        resampleStep(form),
        rollingStep(form, query),
        flattenStep(),
      ],
    };
    if (form.aggregation !== "raw") return [trend];
    // `raw` asks the database for the number itself, over the whole time.
    return [trend, { ...query, columns: [], is_timeseries: false, post_processing: [] }];
  },
};

export const bigNumberTotal: ChartKind = {
  vizTypes: ["big_number_total"],
  controls: { metric: PLAIN, adhoc_filters: ADHOC_FILTERS },
  queries: (form) => [baseQuery(form)],
};

export const bigNumberPeriodOverPeriod: ChartKind = {
  vizTypes: ["pop_kpi", "big_number_period_over_period"],
  controls: {
    metric: PLAIN,
    adhoc_filters: ADHOC_FILTERS,
    row_limit: ROW_LIMIT,
    time_compare: PLAIN,
    start_date_offset: { visible: ({ form }) => form.time_compare === "custom" },
    comparison_type: COMPARISON_TYPE,
  },
  queries(form) {
    const query = baseQuery(form);
    return [{
      ...query,
      post_processing: [compareStep(form, query)],
      time_offsets: isTimeComparison(form, query) ? namedOffsets(form) : [],
    }];
  },
};
