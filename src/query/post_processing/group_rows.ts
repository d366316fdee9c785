/** Rows by equal keys, in the keys' order. Each value is told apart once, and compared once with others like it. */
import type { Value } from "../frame.ts";
import { compareValues, identity, isMissing, type Key } from "./order.ts";

export interface Group {
  readonly key: readonly Value[];
  /** Positions, ascending. */
  readonly rows: readonly number[];
}

/**
 * Groups of equal keys in the keys' order.
 *
 * @param rowCount how many rows there are; all are of one group where there is no key
 * @param keepNulls whether rows with a missing key are of a group of their own, sorted last
 */
export function groupRows(
  keys: readonly Key[],
  rowCount: number,
  keepNulls = false,
): readonly Group[] {
  const coded = keys.map((key) => codedKey(key, rowCount));
  const codeOf = wholeCode(coded);
  const groups = new Map<number | string, Group & { readonly rows: number[] }>();
  for (let row = 0; row < rowCount; row++) {
    if (!keepNulls && coded.some(({ codes, missing }) => codes[row] === missing)) continue;
    const code = codeOf(row);
    const group = groups.get(code);
    if (group !== undefined) group.rows.push(row);
    else groups.set(code, { key: keys.map(({ values }) => values[row] ?? null), rows: [row] });
  }
  return [...groups.values()].sort((one, other) => {
    for (const { codes, places } of coded) {
      const order = places[codes[one.rows[0]!]!]! - places[codes[other.rows[0]!]!]!;
      if (order !== 0) return order;
    }
    return 0;
  });
}

interface CodedKey {
  /** By row: the number of its value among the different ones. */
  readonly codes: Int32Array;
  /** That of a missing value; -1 where none is. */
  readonly missing: number;
  /** By code: where the value comes in the key's order; those that no order tells apart alike. */
  readonly places: readonly number[];
}

function codedKey({ type, values }: Key, rowCount: number): CodedKey {
  const numbers = new Map<number, number>();
  const texts = new Map<string, number>();
  const others = new Map<string, number>();
  const different: Value[] = [];
  const codes = new Int32Array(rowCount);
  const code = <T>(known: Map<T, number>, as: T, value: Value): number => {
    const before = known.get(as);
    if (before !== undefined) return before;
    known.set(as, different.length);
    return different.push(value) - 1;
  };
  for (let row = 0; row < rowCount; row++) {
    const value = values[row] ?? null;
    codes[row] = typeof value === "string"
      ? code(texts, value, value)
      : typeof value === "number" && !isMissing(value)
      ? code(numbers, value, value)
      : code(others, identity(value), value);
  }
  return {
    codes,
    missing: different.findIndex(isMissing),
    places: placesOf(different, (one, other) => compareValues(one, other, type)),
  };
}

function placesOf(values: readonly Value[], compare: (one: Value, other: Value) => number) {
  const ordered = values.map((_, at) => at).sort((one, other) =>
    compare(values[one]!, values[other]!)
  );
  const places = new Array<number>(values.length);
  let place = 0;
  ordered.forEach((at, position) => {
    const before = ordered[position - 1];
    if (before !== undefined && compare(values[before]!, values[at]!) !== 0) place = position;
    places[at] = place;
  });
  return places;
}

/** One code for a row's whole key: a number as long as it holds all combinations, else a text. */
function wholeCode(coded: readonly CodedKey[]): (row: number) => number | string {
  const combinations = coded.reduce((count, { places }) => count * places.length, 1);
  if (combinations > Number.MAX_SAFE_INTEGER) {
    return (row) => coded.map(({ codes }) => codes[row]).join();
  }
  return (row) => {
    let whole = 0;
    for (const { codes, places } of coded) whole = whole * places.length + codes[row]!;
    return whole;
  };
}
