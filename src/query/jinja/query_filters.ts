/** The filters of a query as templates see them (Superset 6.1: superset/jinja_context.py, `get_filters`). */
import type { QueryObject } from "../query_object.ts";

export interface TemplateFilter {
  /** In capitals. */
  readonly op: string;
  readonly val: unknown;
}

const WITHOUT_VALUE = ["IS NULL", "IS NOT NULL"];

/** Operators have no spaces or signs that a template's author would not expect. */
const OPERATORS = new Set([
  "==",
  "=",
  "!=",
  "<>",
  ">",
  "<",
  ">=",
  "<=",
  "LIKE",
  "NOT LIKE",
  "ILIKE",
  "NOT ILIKE",
  "IS NULL",
  "IS NOT NULL",
  "IN",
  "NOT IN",
  "IS TRUE",
  "IS FALSE",
  "TEMPORAL_RANGE",
]);

/** The filters on a column that compare with something; a list stands for one value after IN. */
export function filtersOn(query: QueryObject, column: string): readonly TemplateFilter[] {
  return (query.filters ?? []).flatMap(({ col, op, val }) => {
    const operator = String(op ?? "").toUpperCase();
    if (col !== column || !OPERATORS.has(operator)) return [];
    if (isNothing(val) && !WITHOUT_VALUE.includes(operator)) return [];
    const isList = operator === "IN" || operator === "NOT IN";
    return [{ op: operator, val: isList && !Array.isArray(val) ? [val] : val ?? null }];
  });
}

/** The range of the first `TEMPORAL_RANGE` on a column; null where it has none. */
export function temporalFilterOn(query: QueryObject, column: string): string | null {
  const filter = (query.filters ?? [])
    .find(({ col, op }) => col === column && op === "TEMPORAL_RANGE");
  return filter === undefined ? null : String(filter.val ?? "");
}

/** What Python takes for false. */
function isNothing(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}
