/**
 * Superset's query context and query object, as its page posts them to `/api/v1/chart/data`
 * (6.1: superset-frontend/packages/superset-ui-core/src/query/types, superset/charts/schemas.py).
 * Everything here is a client's word: nothing of it has been checked yet.
 */

/** A column: a name of the dataset's, or an expression with a label. */
export type QueryColumn = string | AdhocColumn;

export interface AdhocColumn {
  readonly label?: string;
  readonly sqlExpression: string;
  readonly expressionType?: "SQL";
  /** `BASE_AXIS`: the time axis of a chart, to which `timeGrain` applies. */
  readonly columnType?: "BASE_AXIS" | "SERIES";
  readonly timeGrain?: string | null;
  /** True where `sqlExpression` is a column's name. */
  readonly isColumnReference?: boolean;
}

/** A metric: a saved one's name, an aggregate of a column, or an expression. */
export type QueryMetric = string | AdhocMetric;

export interface AdhocMetric {
  readonly expressionType: "SIMPLE" | "SQL";
  readonly label?: string | null;
  readonly column?: { readonly column_name?: string; readonly type?: string | null } | null;
  readonly aggregate?: string | null;
  readonly sqlExpression?: string | null;
  readonly hasCustomLabel?: boolean;
  readonly optionName?: string;
}

export interface QueryFilter {
  readonly col: QueryColumn;
  readonly op: string;
  readonly val?: unknown;
  readonly grain?: string | null;
  readonly isExtra?: boolean;
}

export interface PostProcessing {
  readonly operation?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface QueryExtras {
  readonly where?: string;
  readonly having?: string;
  /** Conditions that a dashboard or a client adds to those two, each an expression of its own. */
  readonly added_where?: readonly string[];
  readonly added_having?: readonly string[];
  readonly time_grain_sqla?: string | null;
  readonly relative_start?: string;
  readonly relative_end?: string;
  readonly instant_time_comparison_range?: string | null;
  readonly time_compare?: string;
  /** The order of the answer's columns, for those that it names. */
  readonly column_order?: readonly string[] | null;
}

/** One entry of `queries`. */
export interface QueryObject {
  readonly columns?: readonly QueryColumn[];
  /** The older name of `columns`. */
  readonly groupby?: readonly QueryColumn[];
  readonly metrics?: readonly QueryMetric[] | null;
  readonly filters?: readonly QueryFilter[];
  readonly extras?: QueryExtras;
  readonly granularity?: string | null;
  /** The older name of `granularity`. */
  readonly granularity_sqla?: string | null;
  readonly time_range?: string | null;
  readonly orderby?: readonly (readonly [QueryColumn | QueryMetric, boolean])[];
  readonly order_desc?: boolean;
  readonly row_limit?: number | string | null;
  readonly row_offset?: number | null;
  readonly series_columns?: readonly QueryColumn[];
  readonly series_limit?: number;
  readonly series_limit_metric?: QueryMetric | null;
  readonly timeseries_limit?: number;
  readonly timeseries_limit_metric?: QueryMetric | null;
  readonly group_others_when_limit_reached?: boolean;
  readonly is_timeseries?: boolean;
  readonly is_rowcount?: boolean;
  /** Also apply the dataset's `fetch_values_predicate`, as filter boxes ask. */
  readonly apply_fetch_values_predicate?: boolean | null;
  /** The older places of `extras.where` and `extras.having`. */
  readonly where?: string | null;
  readonly having?: string | null;
  readonly time_offsets?: readonly string[];
  readonly time_shift?: string | null;
  readonly post_processing?: readonly (PostProcessing | null | undefined)[];
  readonly annotation_layers?: readonly unknown[];
  readonly applied_time_extras?: Readonly<Record<string, unknown>>;
  readonly url_params?: Readonly<Record<string, unknown>>;
  readonly custom_params?: Readonly<Record<string, unknown>>;
  readonly custom_form_data?: Readonly<Record<string, unknown>>;
  readonly result_type?: ResultType | null;
}

export type ResultType =
  | "full"
  | "results"
  | "samples"
  | "columns"
  | "query"
  | "timegrains"
  | "post_processed"
  | "drill_detail";

export interface QueryContext {
  readonly datasource: { readonly id: number; readonly type: string };
  readonly queries: readonly QueryObject[];
  readonly form_data?: FormData;
  readonly result_type?: ResultType | null;
  readonly result_format?: string;
  readonly force?: boolean;
}

/** A chart's saved settings (`slices.params`). */
export type FormData = Readonly<Record<string, unknown>>;
