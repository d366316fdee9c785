/** Metrics as SQL: saved ones, aggregates of a column, expressions. */
import { invalidArgument } from "../../errors.ts";
import type { GenericType } from "../frame.ts";
import type { AdhocMetric, QueryMetric } from "../query_object.ts";
import { selectColumn } from "./columns.ts";
import { isAdhocMetric, metricLabel } from "./labels.ts";
import type { Planning, Selected } from "./planning.ts";

const AGGREGATES: Readonly<Record<string, (column: string) => string>> = {
  AVG: (column) => `AVG(${column})`,
  COUNT: (column) => `COUNT(${column})`,
  COUNT_DISTINCT: (column) => `COUNT(DISTINCT ${column})`,
  MAX: (column) => `MAX(${column})`,
  MIN: (column) => `MIN(${column})`,
  SUM: (column) => `SUM(${column})`,
};

/** @throws ServiceError `invalid_argument` naming what does not exist, and what does */
export function selectMetric(metric: QueryMetric, planning: Planning): Selected {
  const label = metricLabel(metric);
  if (!isAdhocMetric(metric)) {
    const { expression } = planning.requireMetric(label);
    return { label, sql: planning.free(expression, `the metric '${label}'`), type: null };
  }
  if (metric.expressionType === "SIMPLE") {
    const { sql, type } = aggregate(metric, label, planning);
    return { label, sql, type };
  }
  if (metric.expressionType === "SQL" && typeof metric.sqlExpression === "string") {
    return { label, sql: planning.free(metric.sqlExpression, `the metric '${label}'`), type: null };
  }
  throw invalidArgument(`Cannot use the metric '${label}': its expressionType is neither.`, {
    hint: "Make expressionType 'SIMPLE', with column and aggregate, or 'SQL', with sqlExpression.",
  });
}

function aggregate(
  { column, aggregate }: AdhocMetric,
  label: string,
  planning: Planning,
): { readonly sql: string; readonly type: GenericType | null } {
  const call = Object.hasOwn(AGGREGATES, aggregate ?? "") ? AGGREGATES[aggregate!] : undefined;
  if (call === undefined) {
    throw invalidArgument(`Cannot use the metric '${label}': no aggregate '${aggregate}'.`, {
      hint: `Use one of ${Object.keys(AGGREGATES).join(", ")}.`,
    });
  }
  const name = column?.column_name;
  if (typeof name !== "string") {
    throw invalidArgument(`Cannot use the metric '${label}': it names no column.`, {
      hint: "Give column: {column_name}.",
    });
  }
  const { sql, type } = selectColumn(planning.requireColumn(name), planning);
  return { sql: call(sql), type: aggregate === "MAX" || aggregate === "MIN" ? type : 0 };
}
