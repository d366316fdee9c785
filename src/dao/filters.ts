/**
 * Filters of a list: column, operator and value, with the operators of Superset's MCP service (6.1,
 * superset/daos/base.py `ColumnOperatorEnum`). A value is checked against the column's type before
 * it reaches SQL, and reaches it as a parameter only.
 */
import { invalidArgument } from "../errors.ts";
import type { Column, ColumnType, HasColumn, Resource } from "./resource.ts";
import { isPresent, remembered } from "./resource.ts";
import { type Condition, type Dialect, literalPattern, type RawBuilder, sql } from "./sql.ts";
import type { View } from "./visibility.ts";

export const OPERATORS = [
  "eq",
  "ne",
  "sw",
  "ew",
  "in",
  "nin",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "is_null",
  "is_not_null",
] as const;

export type Operator = (typeof OPERATORS)[number];

export type FilterValue = string | number | boolean;

export interface Filter {
  readonly col: string;
  readonly opr: Operator;
  readonly value?: FilterValue | readonly FilterValue[] | null;
}

const NULLNESS: readonly Operator[] = ["is_null", "is_not_null"];
const EQUALITY: readonly Operator[] = ["eq", "ne", "in", "nin"];
const ORDERED: readonly Operator[] = [...EQUALITY, "gt", "gte", "lt", "lte", ...NULLNESS];
const TEXTUAL: readonly Operator[] = [...EQUALITY, "sw", "ew", "like", "ilike", ...NULLNESS];

/** The operators that fit a column of a type; none for what holds more than one value. */
export function operatorsOf(type: ColumnType): readonly Operator[] {
  switch (type) {
    case "str":
      return TEXTUAL;
    case "int":
    case "float":
    case "datetime":
      return ORDERED;
    case "bool":
    case "uuid":
      return [...EQUALITY, ...NULLNESS];
    case "dict":
    case "list":
      return [];
  }
}

/** What a client may filter by, with the operators that fit. */
export const filterable = remembered((resource, has): Record<string, readonly Operator[]> => {
  const own = Object.entries(resource.columns)
    .filter(([, column]) => isFilterable(column) && isPresent(column, has))
    .map(([name, column]) => [name, operatorsOf(column.type)] as const);
  const relations = Object.entries(resource.relationFilters)
    .map(([name, relation]) =>
      [name, relation.type === "bool" ? (["eq", "ne"] as const) : EQUALITY] as const
    );
  return Object.fromEntries([...own, ...relations]);
});

function isFilterable(column: Column): boolean {
  return column.source === "stored" && !column.internal && operatorsOf(column.type).length > 0;
}

/**
 * The condition that a filter means.
 * @throws ServiceError `invalid_argument` naming the column, the operator or the value that does
 *   not fit, and what would
 */
export function filterCondition(
  filter: Filter,
  resource: Resource,
  has: HasColumn,
  view: View,
): Condition {
  const allowed = filterable(resource, has);
  const operators = Object.hasOwn(allowed, filter.col) ? allowed[filter.col] : undefined;
  if (operators === undefined) {
    throw invalidArgument(`Cannot filter ${resource.plural} by '${filter.col}'.`, {
      hint: `Filter by one of: ${Object.keys(allowed).join(", ")}.`,
      details: { argument: "filters", col: filter.col, valid: Object.keys(allowed) },
    });
  }
  if (!operators.includes(filter.opr)) {
    throw invalidArgument(`Cannot use '${filter.opr}' on '${filter.col}'.`, {
      hint: `Use one of: ${operators.join(", ")}.`,
      details: { argument: "filters", col: filter.col, opr: filter.opr, valid: operators },
    });
  }
  const relation = Object.hasOwn(resource.relationFilters, filter.col)
    ? resource.relationFilters[filter.col]
    : undefined;
  if (relation) {
    return relationCondition(
      filter,
      relation.type,
      view.dialect,
      (fits) => relation.where(fits, view),
    );
  }
  const column = resource.columns[filter.col];
  if (column?.source !== "stored") throw new Error(`Column ${filter.col} is not stored`);
  return compare(column.expression, column.type, filter, view.dialect);
}

/** `ne` and `nin` mean: no related row is equal, not: some related row differs. */
function relationCondition(
  filter: Filter,
  type: "int" | "str" | "bool",
  dialect: Dialect,
  where: (fits: (column: RawBuilder<unknown>) => Condition) => Condition,
): Condition {
  const negative = filter.opr === "ne" || filter.opr === "nin";
  const positive: Filter = negative
    ? { ...filter, opr: filter.opr === "ne" ? "eq" : "in" }
    : filter;
  const condition = where((column) => compare(column, type, positive, dialect));
  return negative ? sql<boolean>`not (${condition})` : condition;
}

function compare(
  column: RawBuilder<unknown>,
  type: ColumnType,
  filter: Filter,
  dialect: Dialect,
): Condition {
  const one = () => sql.val(sqlValue(single(filter), type, filter, dialect));
  const exact = type === "str" ? dialect.exact(column) : column;
  switch (filter.opr) {
    case "is_null":
      return sql`${column} is null`;
    case "is_not_null":
      return sql`${column} is not null`;
    case "eq":
      return sql`${exact} = ${one()}`;
    case "ne":
      return sql`${exact} <> ${one()}`;
    case "gt":
      return sql`${column} > ${one()}`;
    case "gte":
      return sql`${column} >= ${one()}`;
    case "lt":
      return sql`${column} < ${one()}`;
    case "lte":
      return sql`${column} <= ${one()}`;
    case "in":
    case "nin": {
      const values = Array.isArray(filter.value) ? filter.value : [filter.value];
      if (values.length === 0) return filter.opr === "in" ? sql`1 = 0` : sql`1 = 1`;
      const list = sql.join(values.map((value) => sqlValue(value, type, filter, dialect)));
      return filter.opr === "in" ? sql`${exact} in (${list})` : sql`${exact} not in (${list})`;
    }
    case "sw":
      return dialect.like(column, `${literalPattern(text(filter))}%`, false);
    case "ew":
      return dialect.like(column, `%${literalPattern(text(filter))}`, false);
    case "like":
      return dialect.like(column, `%${wildcards(text(filter))}%`, false);
    case "ilike":
      return dialect.like(column, `%${wildcards(text(filter))}%`, true);
  }
}

/** `%` and `_` in `like` and `ilike` are the client's own; only the escape is not. */
function wildcards(pattern: string): string {
  return pattern.replaceAll("\\", "\\\\");
}

function single(filter: Filter): FilterValue | null | undefined {
  if (Array.isArray(filter.value)) {
    throw unfit(filter, "one value, not a list; use 'in' for a list");
  }
  return filter.value as FilterValue | null | undefined;
}

function text(filter: Filter): string {
  return plainText(single(filter), filter);
}

function plainText(value: FilterValue | null | undefined, filter: Filter): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") throw unfit(filter, "text");
  if (value.includes("\0")) throw unfit(filter, "text without a NUL character");
  return value;
}

const INT_LIMIT = 2 ** 31;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A client's value in the form in which the column's engine compares it. */
function sqlValue(
  value: FilterValue | null | undefined,
  type: ColumnType,
  filter: Filter,
  dialect: Dialect,
): unknown {
  switch (type) {
    case "int": {
      const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== "number" || !Number.isInteger(number)) {
        throw unfit(filter, "a whole number");
      }
      if (Math.abs(number) >= INT_LIMIT) throw unfit(filter, "a whole number below 2147483648");
      return number;
    }
    case "float":
      if (typeof value !== "number") throw unfit(filter, "a number");
      return value;
    case "bool": {
      const flag = value === "true" || value === 1
        ? true
        : value === "false" || value === 0
        ? false
        : value;
      if (typeof flag !== "boolean") throw unfit(filter, "true or false");
      return flag;
    }
    case "uuid":
      if (typeof value !== "string" || !UUID.test(value)) throw unfit(filter, "a UUID");
      return dialect.uuid(value);
    case "datetime":
      return timestampValue(value, filter);
    default:
      return plainText(value, filter);
  }
}

/** The instants that every engine and its text form can hold: the years 1 to 9999. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/** As SQLAlchemy writes a timestamp to SQLite, which PostgreSQL and MySQL read as well. */
function timestampValue(value: unknown, filter: Filter): string {
  const match = typeof value === "string" ? TIMESTAMP.exec(value.trim()) : null;
  const instant = match ? Date.parse(isoOf(match)) : NaN;
  if (!(instant >= FIRST_INSTANT && instant <= LAST_INSTANT)) {
    throw unfit(filter, "an ISO 8601 date or time, such as 2026-01-31T08:00:00");
  }
  const micros = (match?.[2] ?? "").split(".")[1]?.padEnd(6, "0") ?? "000000";
  return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")}.${micros}`;
}

function isoOf([, date, time = "00:00:00", zone = "Z"]: RegExpExecArray): string {
  return `${date}T${time.length === 5 ? `${time}:00` : time.slice(0, 8)}${zone}`;
}

function unfit(filter: Filter, expected: string) {
  return invalidArgument(`Cannot compare '${filter.col}' with that value by '${filter.opr}'.`, {
    hint: `The value must be ${expected}.`,
    details: { argument: "filters", col: filter.col, opr: filter.opr },
  });
}

/** The condition that `search` means: the words stand somewhere in one of the columns. */
export function searchCondition(
  search: string,
  resource: Resource,
  dialect: Dialect,
): Condition | null {
  if (search.includes("\0")) {
    throw invalidArgument("Cannot search for a NUL character.", {
      details: { argument: "search" },
    });
  }
  const wanted = `%${literalPattern(search)}%`;
  const conditions = resource.search.flatMap((name) => {
    const column = resource.columns[name];
    if (column?.source !== "stored") return [];
    if (column.type === "uuid") {
      return UUID.test(search)
        ? [sql<boolean>`${column.expression} = ${dialect.uuid(search)}`]
        : [];
    }
    return [dialect.like(column.expression, wanted, true)];
  });
  return conditions.length === 0 ? sql`1 = 0` : sql`(${sql.join(conditions, sql` or `)})`;
}

export { UUID };
