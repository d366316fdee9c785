/** What stands beside an object in another table: loaded for a whole page at once, or filtered by. */
import type { Condition, Dialect, RawBuilder } from "./sql.ts";
import type { ColumnType, HasColumn, Values } from "./resource.ts";
import type { View } from "./visibility.ts";
import { parameter, sql } from "./sql.ts";

/**
 * A relation's rows for a page of objects, by one statement. The statement must give `owner_id`,
 * the id of the object it belongs to, and sees the page as the list parameter `ids`; it holds the
 * visibility of what it reads itself.
 */
export interface Relation {
  readonly name: string;
  readonly statement: (view: View, has: HasColumn) => RawBuilder<unknown>;
  /** The types of the columns given, by name. */
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Makes the outward form of a row, where it differs from the row. */
  readonly shape?: (row: Values) => Values;
}

/** True for the objects of the page. */
export function ofPage(dialect: Dialect, column: string): Condition {
  return dialect.isOneOf(sql.ref(column), parameter("ids"), "integer");
}

/** A filter that looks at another table: which objects have a related row that fits. */
export interface RelationFilter {
  readonly type: "int" | "str" | "bool";
  readonly description: string;
  /**
   * @param fits compares the related column with the filter's value
   * @param view what the caller may see: a hidden related object must count as none
   */
  readonly where: (
    fits: (column: RawBuilder<unknown>) => Condition,
    view: View,
  ) => Condition;
}
