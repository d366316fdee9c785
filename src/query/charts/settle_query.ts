/**
 * What Superset's server does to each query of a context before it plans it: a time override
 * reaches the filters and the x-axis, and tooltips get their columns (6.1:
 * superset/common/query_context_factory.py, `_process_query_object`).
 */
import type { FormData, QueryColumn, QueryContext, QueryObject } from "../query_object.ts";
import type { ChartDataset } from "./chart_kind.ts";
import { isDefined, isObject, isText, tooltipColumns } from "./form_values.ts";
import { isLegacyKind } from "./kinds.ts";

/** A context as its queries are planned; do this last, after every merge, and only once. */
export function settleQueryContext(context: QueryContext, dataset: ChartDataset): QueryContext {
  const form = context.form_data ?? {};
  if (isLegacyKind(form.viz_type)) return context;
  return {
    ...context,
    queries: context.queries.map((query) =>
      withTooltipColumns(withTimeRange(withGranularity(query, form, dataset)), form)
    ),
  };
}

/**
 * A time column that a dashboard chose takes the place of a time axis, and of the time filter
 * that the chart has of its own.
 */
function withGranularity(query: QueryObject, form: FormData, dataset: ChartDataset): QueryObject {
  const granularity = query.granularity;
  if (!granularity) return query;
  const axis = isObject(form.x_axis) ? form.x_axis.sqlExpression : form.x_axis;
  const times = new Set<unknown>(
    dataset.columns.filter(({ is_dttm }) => is_dttm).map(({ column_name }) => column_name),
  );
  if (times.has(axis)) return withoutFiltersOn(axis, withAxis(query, axis, granularity));
  const filtered = (query.filters ?? []).filter(({ op }) => op === "TEMPORAL_RANGE")
    .map(({ col }) => col);
  const replaced = filtered.includes(granularity) ? granularity : filtered[0];
  return isDefined(replaced)
    ? withoutFiltersOn(isText(replaced) ? replaced : replaced.sqlExpression, query)
    : query;
}

function withAxis(query: QueryObject, axis: unknown, granularity: string): QueryObject {
  const columns = query.columns ?? [];
  const at = columns.findIndex((column) =>
    (isText(column) ? column : column.sqlExpression) === axis
  );
  const found = columns[at];
  if (found === undefined) return query;
  const column: QueryColumn = isText(found)
    ? granularity
    : { ...found, sqlExpression: granularity, label: granularity };
  return {
    ...query,
    columns: columns.with(at, column),
    post_processing: query.post_processing?.map((step) =>
      step?.operation === "pivot"
        ? { ...step, options: { ...step.options, index: [granularity] } }
        : step
    ),
  };
}

function withoutFiltersOn(column: unknown, query: QueryObject): QueryObject {
  return { ...query, filters: query.filters?.filter(({ col }) => col !== column) };
}

function withTimeRange(query: QueryObject): QueryObject {
  const range = query.time_range;
  if (!range) return query;
  return {
    ...query,
    filters: query.filters?.map((filter) =>
      filter.op === "TEMPORAL_RANGE" ? { ...filter, val: range } : filter
    ),
  };
}

function withTooltipColumns(query: QueryObject, form: FormData): QueryObject {
  const present = new Set(query.columns?.filter(isText));
  const missing = tooltipColumns(form.tooltip_contents).filter((name) => !present.has(name));
  return missing.length === 0 ? query : { ...query, columns: [...query.columns ?? [], ...missing] };
}
