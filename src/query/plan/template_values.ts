/** What a query's templates can name of the query itself (Superset 6.1: `template_kwargs`). */
import type { Dataset } from "../dataset.ts";
import type { QueryColumn, QueryFilter, QueryMetric, QueryObject } from "../query_object.ts";
import { type SettleOptions, settleQuery } from "./settled_query.ts";

export interface TemplateValues {
  readonly columns: readonly QueryColumn[];
  /** Always null: `columns` took its place. */
  readonly groupby: null;
  readonly metrics: readonly QueryMetric[] | null;
  readonly filter: readonly QueryFilter[];
  /** ISO 8601 without a zone; null for none. */
  readonly from_dttm: string | null;
  readonly to_dttm: string | null;
  readonly row_limit: number;
  readonly row_offset: number;
  readonly time_column: string | null;
  readonly time_grain: string | null;
  readonly table_columns: readonly string[];
}

/** @throws ServiceError `invalid_argument` as `planQuery` */
export function templateValues(
  asked: QueryObject,
  dataset: Dataset,
  options: SettleOptions,
): TemplateValues {
  const query = settleQuery(asked, dataset, options);
  return {
    columns: query.columns,
    groupby: null,
    metrics: query.metrics,
    filter: query.filters,
    from_dttm: isoformat(query.bounds.from),
    to_dttm: isoformat(query.bounds.to),
    row_limit: query.rowLimit,
    row_offset: query.rowOffset,
    time_column: query.granularity,
    time_grain: query.extras.time_grain_sqla ?? null,
    table_columns: dataset.columns.map(({ column_name }) => column_name),
  };
}

/** As Python writes it: a fraction only where there is one, in microseconds. */
function isoformat(moment: Date | null): string | null {
  if (moment === null) return null;
  const text = moment.toISOString();
  return text.endsWith(".000Z") ? text.slice(0, 19) : `${text.slice(0, 23)}000`;
}
