/**
 * What Superset takes the name of a database type for (6.1: superset/db_engine_specs/base.py,
 * `_default_column_type_mappings`, and the mappings of each engine). The first pattern counts.
 */
import type { GenericType } from "../frame.ts";

/** What matters of SQLAlchemy's type: how an instant is compared with a column of it. */
export type TypeFamily = "text" | "number" | "date" | "datetime" | "boolean" | "other";

export interface ColumnKind {
  readonly family: TypeFamily;
  readonly generic: GenericType;
}

export type TypePatterns = readonly (readonly [RegExp, ColumnKind])[];

export const NUMBER: ColumnKind = { family: "number", generic: 0 };
export const TEXT: ColumnKind = { family: "text", generic: 1 };
/** Text to Superset, and no string to SQLAlchemy. */
export const DOCUMENT: ColumnKind = { family: "other", generic: 1 };

const DATE: ColumnKind = { family: "date", generic: 2 };
const DATETIME: ColumnKind = { family: "datetime", generic: 2 };
/** A time of day or a span: temporal, and compared with no instant. */
const TIME: ColumnKind = { family: "other", generic: 2 };
const BOOLEAN: ColumnKind = { family: "boolean", generic: 3 };

/** `int` comes before `interval`, which Superset therefore takes for a number. */
const COMMON: TypePatterns = [
  [/^(string|n((var)?char|text)|(var)?char|(tiny|medium|long)?text)/i, TEXT],
  [/^(smallint|int|bigint|long|decimal|numeric|float|double|real)/i, NUMBER],
  [/^(smallserial|serial|bigserial|money)/i, NUMBER],
  [/^(timestamp|datetime)/i, DATETIME],
  [/^date/i, DATE],
  [/^time/i, TIME],
  [/^bool/i, BOOLEAN],
];

/**
 * The kind of a type's name.
 *
 * @param own the engine's patterns, which come before those of every engine
 */
export function columnKind(columnType: string | null, own: TypePatterns): ColumnKind | null {
  if (columnType === null || columnType === "") return null;
  return [...own, ...COMMON].find(([pattern]) => pattern.test(columnType))?.[1] ?? null;
}
