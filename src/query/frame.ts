/** A table of values on its way from the database to the answer: columns in order, each with its values. */
import type { ColumnValues } from "./column_values.ts";

/**
 * One value. Instants are `Date` (a timestamp without a zone means UTC); whole numbers beyond ±2^53 and decimals of
 * more than 15 significant digits are text; what JSON can't say (NaN, infinities) is null by the time it is answered.
 */
export type Value = null | boolean | number | string | Date | readonly unknown[] | {
  readonly [key: string]: unknown;
};

/** Superset's `GenericDataType`: 0 numeric, 1 string, 2 temporal, 3 boolean. */
export type GenericType = 0 | 1 | 2 | 3;

export interface Column {
  readonly name: string;
  readonly type: GenericType;
  /** True where the database keeps floating-point numbers: a label made of 1 then reads `1.0`. */
  readonly floating?: boolean;
  readonly values: ColumnValues;
}

export interface Frame {
  readonly columns: readonly Column[];
  readonly rowCount: number;
}
