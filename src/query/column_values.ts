/** The values of a column, however they are kept. */
import type { Value } from "./frame.ts";

/** Values in order; an array is one. */
export interface ColumnValues extends Iterable<Value> {
  readonly length: number;
  /** @param row from 0; undefined beyond the last */
  at(row: number): Value | undefined;
}

/** All values at once, for what has to go back and forth in them. */
export function arrayOf(values: ColumnValues): readonly Value[] {
  return Array.isArray(values) ? values : [...values];
}

/** Each value made when it is asked for, so that the result takes no memory. */
export function mappedValues(
  values: ColumnValues,
  map: (value: Value) => Value,
): ColumnValues {
  return {
    length: values.length,
    at(row) {
      const value = values.at(row);
      return value === undefined ? undefined : map(value);
    },
    *[Symbol.iterator]() {
      for (const value of values) yield map(value);
    },
  };
}
