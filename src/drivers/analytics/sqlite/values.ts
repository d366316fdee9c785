/**
 * SQLite's values by the type that a column was declared with, which is text that SQLite itself
 * hardly heeds; expressions have none.
 */
import type { GenericType, Value } from "../../../query/frame.ts";
import { bytesValue } from "../bytes.ts";
import type { Cell } from "./worker_program.ts";

export interface SqliteColumn {
  readonly name: string;
  readonly databaseType: string;
  readonly type: GenericType;
  readonly floating: boolean;
  readonly read: (cell: Cell) => Value;
}

const NUMERIC = 0, STRING = 1, TEMPORAL = 2, BOOLEAN = 3;

/** What a declared type is taken for (sqlite.org, "Datatypes", 3.1, and SQLAlchemy's names). */
export function genericTypeOf(declared: string): GenericType {
  const name = declared.toUpperCase();
  if (/^(DATE|TIMESTAMP)/.test(name)) return TEMPORAL;
  if (name.startsWith("BOOL")) return BOOLEAN;
  if (/INT|REAL|FLOA|DOUB|NUMERIC|DECIMAL/.test(name)) return NUMERIC;
  return STRING;
}

/**
 * @param declared null for an expression
 * @param planned what the plan knows of the column, for expressions
 * @param sample a value of it that is not null, for what neither knows
 */
export function sqliteColumn(
  name: string,
  declared: string | null,
  planned: GenericType | null,
  sample: Cell,
): SqliteColumn {
  const type = declared !== null && declared !== ""
    ? genericTypeOf(declared)
    : planned ?? (typeof sample === "number" ? NUMERIC : STRING);
  const isDate = declared !== null && /^DATE\b(?!TIME)/i.test(declared);
  return {
    name,
    databaseType: declared ?? storageClass(sample),
    type,
    floating: /REAL|FLOA|DOUB/i.test(declared ?? ""),
    read: type === TEMPORAL
      ? (isDate ? asDate : asTimestamp)
      : type === BOOLEAN
      ? asBoolean
      : plain,
  };
}

/** What an expression's first value is kept as (sqlite.org, "Datatypes", 2); empty where all are null. */
function storageClass(sample: Cell): string {
  if (sample === null) return "";
  if (typeof sample === "string") return "TEXT";
  if (sample instanceof Uint8Array) return "BLOB";
  return typeof sample === "bigint" || Number.isInteger(sample) ? "INTEGER" : "REAL";
}

function plain(cell: Cell): Value {
  return cell instanceof Uint8Array ? bytesValue(cell) : cell;
}

function asBoolean(cell: Cell): Value {
  return cell === 0 || cell === 1 ? cell === 1 : plain(cell);
}

function asDate(cell: Cell): Value {
  return typeof cell === "string" && /^\d{4}-\d\d-\d\d[ T]/.test(cell)
    ? cell.slice(0, 10)
    : plain(cell);
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** SQLAlchemy and SQLite's own functions write times as text, in UTC where they name no zone. */
function asTimestamp(cell: Cell): Value {
  const match = typeof cell === "string" ? TIMESTAMP.exec(cell) : null;
  if (match === null) return plain(cell);
  const [, day, time, fraction = "", zone = "Z"] = match;
  const instant = new Date(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(instant.getTime()) ? plain(cell) : instant;
}
