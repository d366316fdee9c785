/** Tables: aggregated or raw rows, paged by the server or whole (6.1: plugin-chart-table, plugin-chart-ag-grid-table). */
import type {
  FormData,
  PostProcessing,
  QueryColumn,
  QueryMetric,
  QueryObject,
} from "../../query_object.ts";
import { baseQuery } from "../base_query.ts";
import type { ChartKind } from "../chart_kind.ts";
import {
  ADHOC_FILTERS,
  COMPARISON_TYPE,
  type Control,
  type Controls,
  LIST,
  METRICS,
  ORDER_BY_COLUMNS,
  type Page,
  ROW_LIMIT,
  someTemporal,
  TEMPORAL_COLUMNS_LOOKUP,
} from "../controls.ts";
import {
  asColumns,
  asList,
  asMetric,
  asMetrics,
  asNumber,
  isEmpty,
  isObject,
  isText,
  metricLabel,
  uniqueBy,
} from "../form_values.ts";
import { compareStep, isTimeComparison } from "../post_processing.ts";
import { namedOffsets } from "./named_offsets.ts";
import { timeGrain, withTimeGrain } from "./table_columns.ts";

/** Whether rows are grouped; a form that does not say so is raw where it names raw columns. */
export const QUERY_MODE: Control = { initial: (_value, { form }) => queryMode(form) };

const isAggregate = ({ form }: Page) => queryMode(form) === "aggregate";
const isRaw = ({ form }: Page) => queryMode(form) === "raw";

const controls: Controls = {
  query_mode: QUERY_MODE,
  groupby: { ...LIST, visible: isAggregate },
  time_grain_sqla: { visible: ({ form, dataset }) => someTemporal(form.groupby, dataset, false) },
  temporal_columns_lookup: TEMPORAL_COLUMNS_LOOKUP,
  metrics: { ...METRICS, visible: isAggregate },
  all_columns: { ...LIST, visible: isRaw },
  percent_metrics: { ...METRICS, visible: isAggregate },
  adhoc_filters: ADHOC_FILTERS,
  timeseries_limit_metric: { visible: isAggregate },
  order_by_cols: { ...ORDER_BY_COLUMNS, visible: isRaw },
  order_desc: {
    default: true,
    visible: (page) => Boolean(page.form.timeseries_limit_metric) && isAggregate(page),
  },
  server_pagination: { default: false },
  server_page_length: { default: 10, visible: ({ form }) => Boolean(form.server_pagination) },
  row_limit: ROW_LIMIT,
  percent_metric_calculation: {
    default: "row_limit",
    choices: ["row_limit", "all_records"],
    visible: isAggregate,
  },
  show_totals: { default: false, visible: isAggregate },
  time_compare: { visible: isAggregate },
  start_date_offset: {
    visible: (page) => page.form.time_compare === "custom" && isAggregate(page),
  },
  comparison_type: { ...COMPARISON_TYPE, visible: isAggregate },
};

const { percent_metric_calculation: _, ...gridControls } = controls;

export const table: ChartKind = { vizTypes: ["table"], controls, queries: tableQueries };

/** The same table in another grid; its percentages are always of the rows that are asked for. */
export const gridTable: ChartKind = {
  vizTypes: ["ag-grid-table"],
  controls: gridControls,
  queries: tableQueries,
};

export function queryMode(form: FormData): "aggregate" | "raw" {
  if (form.query_mode === "aggregate" || form.query_mode === "raw") return form.query_mode;
  return isEmpty(form.all_columns) ? "aggregate" : "raw";
}

function tableQueries(form: FormData): readonly QueryObject[] {
  const base = baseQuery(form);
  const grouped = queryMode(form) === "aggregate";
  const query: QueryObject = {
    ...base,
    ...(grouped ? groupedRows(form, base) : {
      orderby: base.orderby ?? [],
      post_processing: [],
      time_offsets: offsetsOf(form, base),
    }),
  };
  const main = withDrilledColumns(withPage(form, query), form);
  return [main, ...rowCount(form, main), ...totals(form, withPage(form, query), grouped)];
}

function groupedRows(form: FormData, base: QueryObject): QueryObject {
  const offsets = offsetsOf(form, base);
  const percentages = asMetrics(form.percent_metrics);
  const sortedBy = asMetric(form.timeseries_limit_metric);
  const first = base.metrics?.[0];
  const steps: (PostProcessing | undefined)[] = [];
  if (percentages.length > 0) steps.push(percentStep(form, base, percentages, offsets));
  if (offsets.length > 0) steps.push(compareStep(form, base));
  let orderby = base.orderby ?? [];
  if (sortedBy !== null) orderby = [[sortedBy, !form.order_desc]];
  else if (first !== undefined) orderby = [[first, false]];
  return {
    columns: withOneTimeGrain(form, base.columns ?? []),
    metrics: uniqueBy([...base.metrics ?? [], ...percentages], metricLabel),
    orderby,
    post_processing: steps,
    time_offsets: offsets,
  };
}

function percentStep(
  form: FormData,
  base: QueryObject,
  percentages: readonly QueryMetric[],
  offsets: readonly string[],
): PostProcessing {
  const shifts = isTimeComparison(form, base) ? offsets : [];
  const columns = new Set(
    percentages.map(metricLabel).flatMap((label) => [
      label,
      ...shifts.map((shift) => `${label}__${shift}`),
    ]),
  );
  return {
    operation: "contribution",
    options: { columns: [...columns], rename_columns: [...columns].map((name) => `%${name}`) },
  };
}

/** The first time column takes the grain, and the first place. */
function withOneTimeGrain(
  form: FormData,
  columns: readonly QueryColumn[],
): readonly QueryColumn[] {
  for (const [at, column] of columns.entries()) {
    const grained = withTimeGrain(column, timeGrain(form), form.temporal_columns_lookup);
    if (grained !== column) return [grained, ...columns.toSpliced(at, 1)];
  }
  return columns;
}

/** A comparison that a dashboard chose counts even where the chart has none. */
function offsetsOf(form: FormData, base: QueryObject): readonly string[] {
  const own = isTimeComparison(form, base) ? namedOffsets(form) : [];
  const extra = isObject(form.extra_form_data) ? form.extra_form_data.time_compare : undefined;
  return isText(extra) && extra !== "" && !own.includes(extra) ? [extra] : own;
}

function withPage(form: FormData, query: QueryObject): QueryObject {
  if (!form.server_pagination) return query;
  return { ...query, row_limit: asNumber(form.server_page_length) ?? 10, row_offset: 0 };
}

function rowCount(form: FormData, query: QueryObject): readonly QueryObject[] {
  if (!form.server_pagination) return [];
  return [{
    ...query,
    time_offsets: [],
    row_limit: asNumber(form.row_limit) ?? 0,
    row_offset: 0,
    post_processing: [],
    is_rowcount: true,
  }];
}

function totals(form: FormData, query: QueryObject, grouped: boolean): readonly QueryObject[] {
  const whole = { columns: [], row_limit: 0, row_offset: 0, post_processing: [] };
  const percentages = asMetrics(form.percent_metrics);
  const result: QueryObject[] = [];
  if (form.percent_metric_calculation === "all_records" && percentages.length > 0) {
    result.push({ ...query, ...whole, metrics: percentages, orderby: [], is_timeseries: false });
  }
  if (grouped && form.show_totals && (query.metrics ?? []).length > 0) {
    result.push({ ...query, ...whole, order_desc: undefined, orderby: undefined });
  }
  return result;
}

/** Columns that someone drilled down by on the dashboard. */
function withDrilledColumns(query: QueryObject, form: FormData): QueryObject {
  const extra = isObject(form.extra_form_data) ? form.extra_form_data.interactive_groupby : [];
  const added = asColumns(asList(extra));
  if (added.length === 0) return query;
  return { ...query, columns: [...new Set([...query.columns ?? [], ...added])] };
}
