/**
 * Shares of a whole: where a context holds a query for totals, the contributions of its other
 * queries are counted from that whole (Superset 6.1: superset/common/query_context_processor.py,
 * `ensure_totals_available`).
 */
import { arrayOf } from "../column_values.ts";
import type { Frame } from "../frame.ts";
import type { QueryObject } from "../query_object.ts";

export interface ContributionPlan {
  /** The position of the query for totals: one row, without columns and post-processing. */
  readonly totals: number;
  /** The positions of the queries that take them. */
  readonly shares: readonly number[];
}

/** Null where no query takes totals, or none gives them. */
export function contributionPlan(queries: readonly QueryObject[]): ContributionPlan | null {
  const shares = queries.keys().filter((at) => hasContribution(queries[at]!)).toArray();
  const totals = queries.findIndex(({ columns, metrics, post_processing: steps }) =>
    (columns ?? []).length === 0 && (metrics ?? []).length > 0 &&
    (steps ?? []).filter(Boolean).length === 0
  );
  return shares.length === 0 || totals < 0 ? null : { totals, shares };
}

/** The query with the sums of the totals' rows in the options of its contributions. */
export function withContributionTotals(query: QueryObject, totals: Frame): QueryObject {
  const sums = Object.fromEntries(
    totals.columns.filter(({ type }) => type === 0 || type === 3).map((column) => [
      column.name,
      arrayOf(column.values).reduce<number>((sum, value) => sum + (Number(value ?? 0) || 0), 0),
    ]),
  );
  return {
    ...query,
    post_processing: query.post_processing?.map((step) =>
      step?.operation === "contribution"
        ? { ...step, options: { ...step.options, contribution_totals: sums } }
        : step
    ),
  };
}

function hasContribution({ post_processing: steps }: QueryObject): boolean {
  return steps?.some((step) => step?.operation === "contribution") ?? false;
}
