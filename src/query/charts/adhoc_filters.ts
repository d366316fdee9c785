/**
 * A form's filters as a query takes them: simple conditions on rows become `filters`, free SQL
 * becomes text of `extras.where` and `extras.having` (6.1: superset-ui-core processFilters.ts,
 * convertFilter.ts). Nothing of that text has been parsed yet.
 */
import type { QueryColumn, QueryExtras, QueryFilter } from "../query_object.ts";
import { asList, isDefined, isObject, isText, withoutUndefined } from "./form_values.ts";

export interface SplitFilters {
  readonly filters: readonly QueryFilter[];
  readonly where: string;
  readonly having: string;
}

/** They compare with nothing (6.1: superset-ui-core/src/query/types/Operator.ts). */
const UNARY = ["IS NOT NULL", "IS NULL"];

/**
 * Operators by the id that newer forms carry beside the spelling; some scripts write the id alone
 * (6.1: explore/constants.ts).
 */
const OPERATORS_BY_ID: ReadonlyMap<unknown, string> = new Map([
  ["EQUALS", "=="],
  ["NOT_EQUALS", "!="],
  ["LESS_THAN", "<"],
  ["LESS_THAN_OR_EQUAL", "<="],
  ["GREATER_THAN", ">"],
  ["GREATER_THAN_OR_EQUAL", ">="],
  ["IN", "IN"],
  ["NOT_IN", "NOT IN"],
  ["LIKE", "LIKE"],
  ["NOT_LIKE", "NOT LIKE"],
  ["ILIKE", "ILIKE"],
  ["IS_NOT_NULL", "IS NOT NULL"],
  ["IS_NULL", "IS NULL"],
  ["IS_TRUE", "IS TRUE"],
  ["IS_FALSE", "IS FALSE"],
  ["LATEST_PARTITION", "LATEST PARTITION"],
  ["TEMPORAL_RANGE", "TEMPORAL_RANGE"],
]);

/** What was added from outside of a chart; nothing where there is none. */
export type AddedClauses = Pick<QueryExtras, "added_where" | "added_having">;

/** @param adhocFilters `adhoc_filters` of a form; whatever is no filter is passed over */
export function splitAdhocFilters(adhocFilters: unknown): SplitFilters {
  const { filters, where, having } = split(adhocFilters);
  return { filters, where: conjunction(where), having: conjunction(having) };
}

/**
 * The free SQL that comes from outside of a chart, each clause by itself: in one text with the
 * chart's own, a clause could close the bracket around it and say OR to what the chart filters by.
 */
export function addedClauses(adhocFilters: unknown): AddedClauses {
  const { where, having } = split(adhocFilters);
  return {
    ...(where.length > 0 ? { added_where: where } : {}),
    ...(having.length > 0 ? { added_having: having } : {}),
  };
}

/** Filters that are no free SQL. */
export function withoutClauses(adhocFilters: unknown): readonly unknown[] {
  return asList(adhocFilters).filter((entry) =>
    isObject(entry) && entry.expressionType === "SIMPLE"
  );
}

function split(adhocFilters: unknown) {
  const filters: QueryFilter[] = [];
  const where: string[] = [];
  const having: string[] = [];
  for (const entry of asList(adhocFilters)) {
    if (!isObject(entry)) continue;
    if (entry.expressionType === "SIMPLE") {
      // The page never sends a simple condition on groups, since it never makes one.
      if (entry.clause === "WHERE") filters.push(simpleFilter(entry));
    } else if (isText(entry.sqlExpression)) {
      (entry.clause === "WHERE" ? where : having).push(entry.sqlExpression);
    }
  }
  return { filters, where, having };
}

/** Each clause in brackets of its own, so that an OR in one can't reach into the next. */
export function conjunction(clauses: readonly string[]): string {
  return clauses.map(bracketed).join(" AND ");
}

function bracketed(clause: string): string {
  // A comment would swallow the bracket that closes.
  return clause.includes("--") ? `(${clause}\n)` : `(${clause})`;
}

function simpleFilter(entry: Readonly<Record<string, unknown>>): QueryFilter {
  const op = isText(entry.operator) && entry.operator !== ""
    ? entry.operator
    : OPERATORS_BY_ID.get(entry.operatorId) ?? String(entry.operator);
  const col = entry.subject as QueryColumn;
  if (UNARY.includes(op)) return { col, op };
  return withoutUndefined({ col, op, val: entry.comparator });
}

/** A query's condition as a form holds it (superset/utils/core.py, `simple_filter_to_adhoc`). */
export function toAdhocFilter(filter: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return withoutUndefined({
    clause: "WHERE",
    expressionType: "SIMPLE",
    subject: filter.col,
    operator: filter.op,
    comparator: isDefined(filter.val) ? filter.val : null,
    isExtra: filter.isExtra,
  });
}
