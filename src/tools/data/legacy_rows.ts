/** What Superset's older endpoint makes of the rows of the kinds that still go through it. */
import type { QueryAnswer } from "../../data/session.ts";
import { rowsOf } from "./answer.ts";
import type { OpenedChart } from "./chart_source.ts";

/**
 * Rows take the place of the query's own; what is no rows (a chord's matrix) stands beside them as
 * `viz_data`. Nothing for all other kinds.
 */
export async function legacyRows(
  { params, dataset }: OpenedChart,
  answer: QueryAnswer | undefined,
): Promise<{ data?: Record<string, unknown>[]; row_count?: number; viz_data?: unknown }> {
  const { legacyTransform } = await import("../../query/charts/build_query_context.ts");
  const transform = legacyTransform(params, dataset);
  if (transform === null || answer === undefined) return {};
  const made = transform(rowsOf(answer.frame, answer.columns, 0, answer.frame.rowCount));
  if (!Array.isArray(made)) return { viz_data: made };
  return { data: made as Record<string, unknown>[], row_count: made.length };
}
