/** Filters as conditions (Superset 6.1: superset/models/helpers.py, `get_sqla_query`). */
import { invalidArgument } from "../../errors.ts";
import type { DatasetColumn } from "../dataset.ts";
import type { QueryFilter } from "../query_object.ts";
import { timeRange } from "../time/time_range.ts";
import { columnSql, selectAdhocColumn, timestampSql } from "./columns.ts";
import { type FilteredColumn, patternLiteral, singleValue, valueList } from "./filter_values.ts";
import { columnLabel, isAdhocColumn, TIMESTAMP } from "./labels.ts";
import { selectMetric } from "./metrics.ts";
import type { Planning, PlanOptions } from "./planning.ts";
import type { SettledQuery } from "./settled_query.ts";
import { timeConditions } from "./time_filter.ts";

export interface Filters {
  readonly where: readonly string[];
  /** Filters on saved metrics. */
  readonly having: readonly string[];
  /** The columns of filters that name none of the dataset's. */
  readonly rejected: readonly string[];
}

/** What a filter is on. */
interface Target {
  readonly sql: string;
  readonly column: FilteredColumn;
  /** Null for an expression or a metric. */
  readonly known: DatasetColumn | null;
  readonly isMetric: boolean;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  "==": "=",
  "!=": "!=",
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
};

const OPERATORS: readonly string[] = [
  ...Object.keys(COMPARISONS),
  "IN",
  "NOT IN",
  "LIKE",
  "NOT LIKE",
  "ILIKE",
  "NOT ILIKE",
  "IS NULL",
  "IS NOT NULL",
  "IS TRUE",
  "IS FALSE",
  "TEMPORAL_RANGE",
];

/** @throws ServiceError `invalid_argument` naming the column and what its filter lacks */
export function planFilters(
  query: SettledQuery,
  planning: Planning,
  { now }: Pick<PlanOptions, "now">,
): Filters {
  const where: string[] = [];
  const having: string[] = [];
  const rejected: string[] = [];
  for (const filter of query.filters) {
    if (!filter.col || !filter.op) continue;
    const name = columnLabel(filter.col);
    const operator = String(filter.op).toUpperCase();
    if (!OPERATORS.includes(operator)) {
      throw invalidArgument(`Cannot filter '${name}': no operator '${filter.op}'.`, {
        hint: `Use one of ${OPERATORS.join(", ")}.`,
      });
    }
    const target = targetOf(filter, query, planning);
    if (target === null) {
      rejected.push(name);
      continue;
    }
    const { removedFilters } = planning;
    if (removedFilters.has(name)) continue;
    if (target.known !== null && removedFilters.has(target.known.column_name)) continue;
    const conditions = operator === "TEMPORAL_RANGE"
      ? inTimeRange(filter, target, query, planning, now)
      : [conditionOf(operator, filter.val, target, planning)];
    (target.isMetric ? having : where).push(...conditions);
  }
  return { where, having, rejected };
}

function targetOf(
  { col, grain }: QueryFilter,
  { isTimeseries, granularity }: SettledQuery,
  planning: Planning,
): Target | null {
  const name = columnLabel(col);
  if (isAdhocColumn(col)) {
    const { sql } = selectAdhocColumn(col, planning);
    // Superset compares an expression, and a column that is named by one, with values as they are.
    return { sql, column: { name, generic: 1, type: null }, known: null, isMetric: false };
  }
  const known = name === TIMESTAMP && isTimeseries && granularity !== null
    ? planning.column(granularity)
    : columnNamed(name, planning);
  if (known !== null) {
    const sql = grain ? timestampSql(known, grain, planning) : columnSql(known, planning);
    const generic = planning.dialect.genericType(known.type);
    return { sql, column: { name, generic, type: known.type }, known, isMetric: false };
  }
  if (planning.metric(name) === null) return null;
  const { sql } = selectMetric(name, planning);
  return { sql, column: { name, generic: null, type: null }, known: null, isMetric: true };
}

/** Drilling to detail may name a column as people read it. */
function columnNamed(name: string, planning: Planning): DatasetColumn | null {
  return planning.column(name) ??
    planning.dataset.columns.find(({ verbose_name }) => verbose_name === name) ?? null;
}

function inTimeRange(
  { val, grain }: QueryFilter,
  { known, column }: Target,
  { timeShift, extras }: SettledQuery,
  planning: Planning,
  now: Date,
): readonly string[] {
  if (known === null || typeof val !== "string") {
    throw invalidArgument(`Cannot filter '${column.name}' by a time range.`, {
      hint: "TEMPORAL_RANGE takes one of the dataset's own columns and a range such as " +
        "'Last month' or '2024-01-01 : 2024-02-01'.",
    });
  }
  const range = timeRange(val, {
    now,
    timeShift,
    relativeStart: extras.relative_start,
    relativeEnd: extras.relative_end,
    instantTimeComparisonRange: extras.instant_time_comparison_range,
  });
  return timeConditions(known, range, planning, grain);
}

function conditionOf(
  operator: string,
  value: unknown,
  { sql, column }: Target,
  { dialect }: Planning,
): string {
  switch (operator) {
    case "IS NULL":
    case "IS NOT NULL":
      return `${sql} ${operator}`;
    case "IS TRUE":
    case "IS FALSE":
      return dialect.isBoolean(sql, operator === "IS TRUE");
    case "IN":
    case "NOT IN":
      return inList(sql, operator, valueList(value, column, dialect), column.name);
    case "LIKE":
    case "NOT LIKE":
    case "ILIKE":
    case "NOT ILIKE": {
      const pattern = required(patternLiteral(value, column.name, dialect), operator, column.name);
      const text = column.generic === 1 || column.generic === null ? sql : dialect.castToText(sql);
      return operator.endsWith("ILIKE")
        ? dialect.ilike(text, pattern, operator.startsWith("NOT"))
        : `${text} ${operator} ${pattern}`;
    }
  }
  const literal = singleValue(value, column, dialect);
  if (literal === null && operator === "==") return `${sql} IS NULL`;
  if (literal === null && operator === "!=") return `${sql} IS NOT NULL`;
  return `${sql} ${COMPARISONS[operator]} ${required(literal, operator, column.name)}`;
}

/** A list may hold null, which `IN` alone would never find, nor `NOT IN` ever be true of. */
function inList(
  sql: string,
  operator: "IN" | "NOT IN",
  literals: readonly (string | null)[],
  name: string,
): string {
  if (literals.length === 0) {
    throw invalidArgument(`Cannot filter '${name}' by an empty list.`, {
      hint: "Give at least one value, or leave the filter out.",
    });
  }
  const values = literals.filter((literal) => literal !== null);
  const isIn = operator === "IN";
  const inValues = `${sql} ${operator} (${values.join(", ")})`;
  if (values.length === literals.length) return isIn ? inValues : `(${inValues})`;
  const isNull = `${sql} IS ${isIn ? "" : "NOT "}NULL`;
  if (values.length === 0) return isNull;
  return `(${isNull} ${isIn ? "OR" : "AND"} ${inValues})`;
}

function required(literal: string | null, operator: string, name: string): string {
  if (literal !== null) return literal;
  throw invalidArgument(`Cannot filter '${name}' with ${operator}: it has no value.`, {
    hint: "Give `val`, or use IS NULL and IS NOT NULL.",
  });
}
