/** Rows for a template of one's own (6.1: plugin-chart-handlebars). */
import { baseQuery, defaultOrder } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  LIST,
  METRICS,
  ORDER_BY_COLUMNS,
  type Page,
  ROW_LIMIT,
} from "../controls.ts";
import { isEmpty } from "../form_values.ts";
import { QUERY_MODE, queryMode } from "./table.ts";

const isAggregate = ({ form }: Page) => queryMode(form) === "aggregate";
const isRaw = ({ form }: Page) => queryMode(form) === "raw";

export const handlebars: ChartKind = {
  vizTypes: ["handlebars"],
  controls: {
    query_mode: QUERY_MODE,
    groupby: { ...LIST, visible: isAggregate },
    metrics: { ...METRICS, visible: isAggregate },
    all_columns: { default: [], visible: isRaw },
    percent_metrics: { ...METRICS, visible: isAggregate },
    timeseries_limit_metric: { visible: isAggregate },
    order_by_cols: { ...ORDER_BY_COLUMNS, visible: isRaw },
    order_desc: {
      default: true,
      visible: (page) => isAggregate(page) && !isEmpty(page.form.timeseries_limit_metric),
    },
    row_limit: ROW_LIMIT,
    adhoc_filters: ADHOC_FILTERS,
  },
  queries(form) {
    const query = baseQuery(form);
    return [{ ...query, orderby: defaultOrder(query) }];
  },
};
