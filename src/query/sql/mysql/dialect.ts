/** The spelling of MySQL and MariaDB (Superset 6.1: superset/db_engine_specs/mysql.py). */
import { columnKind, NUMBER, type TypePatterns } from "../column_types.ts";
import type { SqlSpelling } from "../dialect.ts";
import {
  cutTo,
  day,
  microseconds,
  quoted,
  shortLabel,
  sqlText,
  standardLiteral,
} from "../spelling.ts";

const TYPES: TypePatterns = [[/^(tinyint|mediumint|bit)/i, NUMBER]];

const GRAINS: Readonly<Record<string, string>> = {
  PT1S: "DATE_ADD(DATE({col}), " +
    "INTERVAL (HOUR({col})*60*60 + MINUTE({col})*60 + SECOND({col})) SECOND)",
  PT1M: "DATE_ADD(DATE({col}), INTERVAL (HOUR({col})*60 + MINUTE({col})) MINUTE)",
  PT1H: "DATE_ADD(DATE({col}), INTERVAL HOUR({col}) HOUR)",
  P1D: "DATE({col})",
  P1W: "DATE(DATE_SUB({col}, INTERVAL DAYOFWEEK({col}) - 1 DAY))",
  P1M: "DATE(DATE_SUB({col}, INTERVAL DAYOFMONTH({col}) - 1 DAY))",
  P3M: "MAKEDATE(YEAR({col}), 1) + INTERVAL QUARTER({col}) QUARTER - INTERVAL 1 QUARTER",
  P1Y: "DATE(DATE_SUB({col}, INTERVAL DAYOFYEAR({col}) - 1 DAY))",
  "1969-12-29T00:00:00Z/P1W":
    "DATE(DATE_SUB({col}, INTERVAL DAYOFWEEK(DATE_SUB({col}, INTERVAL 1 DAY)) - 1 DAY))",
};

/** Characters of an alias that Superset lets through; the server takes more. */
const LONGEST_LABEL = 64;
/** Names are in utf8mb3, which ends at U+FFFF. */
const BEYOND_NAMES = /[^\0-\uffff]/u;
/** MySQL has no OFFSET alone; its manual names this number of rows for "all". */
const ALL_ROWS = "18446744073709551615";

export const MYSQL: SqlSpelling = {
  name: "mysql",
  quote: (identifier) => quoted(identifier, "`"),
  label: (name) =>
    shortLabel(name, BEYOND_NAMES.test(name) ? Infinity : name.length, LONGEST_LABEL),
  literal: (value) => standardLiteral(value, textLiteral),
  timeLiteral(instant, columnType) {
    const family = columnKind(columnType, TYPES)?.family;
    if (family === "date") return `STR_TO_DATE('${day(instant)}', '%Y-%m-%d')`;
    if (family !== "datetime") return null;
    return `STR_TO_DATE('${microseconds(instant)}', '%Y-%m-%d %H:%i:%s.%f')`;
  },
  timeGrains: Object.keys(GRAINS),
  timeGrain: (expression, grain) => cutTo(GRAINS, grain, expression),
  epochToTime: (expression, unit) =>
    `FROM_UNIXTIME(${unit === "s" ? expression : `(${expression}/1000)`})`,
  genericType: (columnType) => columnKind(columnType, TYPES)?.generic ?? null,
  castToText: (expression) => `CAST(${expression} AS CHAR)`,
  ilike: (expression, pattern, negated) =>
    `LOWER(${expression}) ${negated ? "NOT " : ""}LIKE LOWER(${pattern})`,
  isBoolean: (expression, value) => `${expression} IS ${value ? "TRUE" : "FALSE"}`,
  seriesJoin: "INNER JOIN",
  explain: "EXPLAIN",
  limit(rows, offset) {
    if (rows === null && offset === null) return "";
    const limited = `LIMIT ${rows ?? ALL_ROWS}`;
    return offset === null ? limited : `${limited} OFFSET ${offset}`;
  },
};

/**
 * Both quotes and backslashes doubled: under `NO_BACKSLASH_ESCAPES` a backslash comes out twice,
 * and a quote ends the text in neither mode.
 */
function textLiteral(value: string): string {
  return `'${sqlText(value).replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
