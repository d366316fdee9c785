/** The order of values as pandas sorts them, and what tells them apart. */
import type { GenericType, Value } from "../frame.ts";

/** What rows are grouped and sorted by. */
export interface Key {
  readonly type: GenericType;
  readonly values: readonly Value[];
}

/** One text for equal keys, and another for every other. */
export function keyText(key: readonly Value[]): string {
  return key.map((value) => {
    const text = identity(value);
    return `${text.length}:${text}`;
  }).join("");
}

export function compareKeys(
  a: readonly Value[],
  b: readonly Value[],
  keys: readonly { readonly type: GenericType }[],
): number {
  for (let position = 0; position < keys.length; position++) {
    const order = compareValues(a[position] ?? null, b[position] ?? null, keys[position]!.type);
    if (order !== 0) return order;
  }
  return 0;
}

/** Ascending, missing values last; numbers before text in a column that holds both. */
export function compareValues(a: Value, b: Value, type: GenericType): number {
  if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
  if (type === 0) {
    const [left, right] = [numberOf(a), numberOf(b)];
    if (left !== right && !Number.isNaN(left) && !Number.isNaN(right)) return left < right ? -1 : 1;
    if (left === right) return compareDigits(a, b);
  }
  const [left, right] = [rank(a), rank(b)];
  if (left !== right) return left - right;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return Number(a) - Number(b);
}

export function isMissing(value: Value | undefined): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** By code points, as Python does; UTF-16 units sort the astral planes before U+E000. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let position = 0; position < length; position++) {
    const [left, right] = [a.charCodeAt(position), b.charCodeAt(position)];
    if (left === right) continue;
    return lift(left) - lift(right);
  }
  return a.length - b.length;
}

function lift(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function numberOf(value: Value): number {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? Number(value)
    : NaN;
}

/** Whole numbers that differ past the 53rd bit are text, and compared as such. */
function compareDigits(a: Value, b: Value): number {
  if (typeof a !== "string" || typeof b !== "string") return 0;
  if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) return 0;
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function rank(value: Value): number {
  if (typeof value === "number" || typeof value === "boolean") return 0;
  if (value instanceof Date) return 1;
  return typeof value === "string" ? 2 : 3;
}

/** One text for equal values, and another for every other. */
export function identity(value: Value): string {
  if (isMissing(value)) return "-";
  if (value instanceof Date) return `t${value.getTime()}`;
  if (typeof value === "object") return `j${JSON.stringify(value)}`;
  return `${(typeof value)[0]}${value}`;
}
