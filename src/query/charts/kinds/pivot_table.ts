/** Pivot tables: rows for every pair of groups; the pivot itself is drawn later (6.1: plugin-chart-pivot-table). */
import { baseQuery } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  LIST,
  METRICS,
  ORDER_DESC,
  PLAIN,
  ROW_LIMIT,
  someTemporal,
  TEMPORAL_COLUMNS_LOOKUP,
} from "../controls.ts";
import { asColumns, asList } from "../form_values.ts";
import { timeGrain, withTimeGrain } from "./table_columns.ts";

export const pivotTable: ChartKind = {
  vizTypes: ["pivot_table_v2"],
  controls: {
    groupbyColumns: LIST,
    groupbyRows: LIST,
    time_grain_sqla: {
      visible: ({ form, dataset }) =>
        someTemporal([...asList(form.groupbyColumns), ...asList(form.groupbyRows)], dataset),
    },
    temporal_columns_lookup: TEMPORAL_COLUMNS_LOOKUP,
    metrics: METRICS,
    adhoc_filters: ADHOC_FILTERS,
    series_limit: PLAIN,
    row_limit: ROW_LIMIT,
    series_limit_metric: PLAIN,
    order_desc: ORDER_DESC,
    currency_format: PLAIN,
  },
  queries(form) {
    const query = baseQuery(form);
    const groups = new Set([...asColumns(form.groupbyColumns), ...asColumns(form.groupbyRows)]);
    const columns = [...groups].map((column) =>
      withTimeGrain(column, timeGrain(form), form.temporal_columns_lookup)
    );
    const by = query.series_limit_metric ?? query.metrics?.[0];
    return [{ ...query, columns, orderby: by ? [[by, !query.order_desc]] : undefined }];
  },
};
