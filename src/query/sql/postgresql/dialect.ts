/** PostgreSQL's spelling (Superset 6.1: superset/db_engine_specs/postgres.py). */
import { columnKind, DOCUMENT, NUMBER, type TypePatterns } from "../column_types.ts";
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

const TYPES: TypePatterns = [
  [/^double precision/i, NUMBER],
  [/^(array|json|enum)/i, DOCUMENT],
];

const GRAINS: Readonly<Record<string, string>> = {
  PT1S: "DATE_TRUNC('second', {col})",
  PT5S: stepsOf("minute", "5 seconds", "SECOND", 5),
  PT30S: stepsOf("minute", "30 seconds", "SECOND", 30),
  PT1M: "DATE_TRUNC('minute', {col})",
  PT5M: stepsOf("hour", "5 minutes", "MINUTE", 5),
  PT10M: stepsOf("hour", "10 minutes", "MINUTE", 10),
  PT15M: stepsOf("hour", "15 minutes", "MINUTE", 15),
  PT30M: stepsOf("hour", "30 minutes", "MINUTE", 30),
  PT1H: "DATE_TRUNC('hour', {col})",
  P1D: "DATE_TRUNC('day', {col})",
  P1W: "DATE_TRUNC('week', {col})",
  P1M: "DATE_TRUNC('month', {col})",
  P3M: "DATE_TRUNC('quarter', {col})",
  P1Y: "DATE_TRUNC('year', {col})",
};

/** NAMEDATALEN - 1, in bytes: PostgreSQL cuts a longer name short without a word. */
const LONGEST_LABEL = 63;

const utf8 = new TextEncoder();

export const POSTGRESQL: SqlSpelling = {
  name: "postgresql",
  quote: (identifier) => quoted(identifier, '"'),
  label: (name) => shortLabel(name, utf8.encode(name).length, LONGEST_LABEL),
  literal: (value) => standardLiteral(value, textLiteral),
  timeLiteral(instant, columnType) {
    const family = columnKind(columnType, TYPES)?.family;
    if (family === "date") return `TO_DATE('${day(instant)}', 'YYYY-MM-DD')`;
    if (family !== "datetime") return null;
    return `TO_TIMESTAMP('${microseconds(instant)}', 'YYYY-MM-DD HH24:MI:SS.US')`;
  },
  timeGrains: Object.keys(GRAINS),
  timeGrain: (expression, grain) => cutTo(GRAINS, grain, expression),
  epochToTime: (expression, unit) =>
    `(TIMESTAMP 'epoch' + ${inSeconds(expression, unit)} * INTERVAL '1 second')`,
  genericType: (columnType) => columnKind(columnType, TYPES)?.generic ?? null,
  castToText: (expression) => `CAST(${expression} AS VARCHAR)`,
  ilike: (expression, pattern, negated) => `${expression} ${negated ? "NOT " : ""}ILIKE ${pattern}`,
  isBoolean: (expression, value) => `${expression} IS ${value ? "TRUE" : "FALSE"}`,
  seriesJoin: "INNER JOIN",
  explain: "EXPLAIN",
  limit: (rows, offset) =>
    [
      ...(rows === null ? [] : [`LIMIT ${rows}`]),
      ...(offset === null ? [] : [`OFFSET ${offset}`]),
    ].join(" "),
};

/** With a backslash in it as an escape string, which reads the same whatever the server's settings. */
function textLiteral(value: string): string {
  const text = sqlText(value).replaceAll("'", "''");
  return text.includes("\\") ? `E'${text.replaceAll("\\", "\\\\")}'` : `'${text}'`;
}

function stepsOf(unit: string, step: string, part: string, size: number): string {
  return `DATE_TRUNC('${unit}', {col}) + INTERVAL '${step}' * ` +
    `FLOOR(EXTRACT(${part} FROM {col}) / ${size})`;
}

/** Superset divides whole milliseconds as whole numbers, and so does this. */
function inSeconds(expression: string, unit: "s" | "ms"): string {
  return unit === "s" ? expression : `(${expression}/1000)`;
}
