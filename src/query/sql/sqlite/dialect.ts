/** SQLite's spelling (Superset 6.1: superset/db_engine_specs/sqlite.py). */
import { columnKind, type TypePatterns } from "../column_types.ts";
import type { SqlSpelling } from "../dialect.ts";
import { cutTo, numberLiteral, quoted, seconds, sqlText } from "../spelling.ts";

const TYPES: TypePatterns = [];

const HALF_HOUR = stepsOf("%H:%M", "minutes", "%M", 30);
const QUARTER =
  "DATETIME({col}, 'start of month', printf('-%d month', (strftime('%m', {col}) - 1) % 3))";
const WEEK = "DATETIME({col}, 'start of day', -strftime('%w', {col}) || ' days')";

const GRAINS: Readonly<Record<string, string>> = {
  PT1S: "DATETIME(STRFTIME('%Y-%m-%dT%H:%M:%S', {col}))",
  PT5S: "DATETIME({col}, printf('-%d seconds', CAST(strftime('%S', {col}) AS INT) % 5))",
  PT30S: "DATETIME({col}, printf('-%d seconds', CAST(strftime('%S', {col}) AS INT) % 30))",
  PT1M: "DATETIME(STRFTIME('%Y-%m-%dT%H:%M:00', {col}))",
  PT5M: stepsOf("%H:%M", "minutes", "%M", 5),
  PT10M: stepsOf("%H:%M", "minutes", "%M", 10),
  PT15M: stepsOf("%H:%M", "minutes", "%M", 15),
  PT30M: HALF_HOUR,
  "PT0.5H": HALF_HOUR,
  PT1H: "DATETIME(STRFTIME('%Y-%m-%dT%H:00:00', {col}))",
  PT6H: stepsOf("%H:00", "hours", "%H", 6),
  P1D: "DATETIME({col}, 'start of day')",
  P1W: WEEK,
  P1M: "DATETIME({col}, 'start of month')",
  P3M: QUARTER,
  "P0.25Y": QUARTER,
  P1Y: "DATETIME({col}, 'start of year')",
  "P1W/1970-01-03T00:00:00Z": "DATETIME({col}, 'start of day', 'weekday 6')",
  "P1W/1970-01-04T00:00:00Z": "DATETIME({col}, 'start of day', 'weekday 0')",
  "1969-12-28T00:00:00Z/P1W": WEEK,
  "1969-12-29T00:00:00Z/P1W":
    "DATETIME({col}, 'start of day', '-' || ((strftime('%w', {col}) + 6) % 7) || ' days')",
};

export const SQLITE: SqlSpelling = {
  name: "sqlite",
  quote: (identifier) => quoted(identifier, '"'),
  label: (name) => name,
  literal(value) {
    if (value === null) return "NULL";
    // SQLAlchemy keeps booleans as 1 and 0 here, and so do Superset's tables.
    if (typeof value === "boolean") return value ? "1" : "0";
    if (typeof value === "string") return `'${sqlText(value).replaceAll("'", "''")}'`;
    return numberLiteral(value);
  },
  /** Times are text here; a column of dates alone is compared as any other text is. */
  timeLiteral(instant, columnType) {
    const family = columnKind(columnType, TYPES)?.family;
    return family === "text" || family === "datetime" ? `'${seconds(instant)}'` : null;
  },
  timeGrains: Object.keys(GRAINS),
  timeGrain: (expression, grain) => cutTo(GRAINS, grain, expression),
  epochToTime: (expression, unit) =>
    `datetime(${unit === "s" ? expression : `(${expression}/1000)`}, 'unixepoch')`,
  genericType: (columnType) => columnKind(columnType, TYPES)?.generic ?? null,
  castToText: (expression) => `CAST(${expression} AS VARCHAR)`,
  ilike: (expression, pattern, negated) =>
    `LOWER(${expression}) ${negated ? "NOT " : ""}LIKE LOWER(${pattern})`,
  isBoolean: (expression, value) => `${expression} IS ${value ? "1" : "0"}`,
  // An inner join, but in this order (sqlite.org, "Manual Control Of Query Plans Using CROSS JOIN"):
  // of an INNER JOIN SQLite 3.53 makes a coroutine, and groups the whole table anew for each row.
  seriesJoin: "CROSS JOIN",
  explain: "EXPLAIN QUERY PLAN",
  limit(rows, offset) {
    if (rows === null && offset === null) return "";
    const limited = `LIMIT ${rows ?? -1}`;
    return offset === null ? limited : `${limited} OFFSET ${offset}`;
  },
};

function stepsOf(clock: string, unit: string, part: string, size: number): string {
  return `DATETIME(STRFTIME('%Y-%m-%dT${clock}:00', {col}), ` +
    `printf('-%d ${unit}', CAST(strftime('${part}', {col}) AS INT) % ${size}))`;
}
