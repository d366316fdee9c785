/**
 * How an engine spells SQL, and its own grammar. One folder an engine; one line in a list
 * (dialects.ts). Everything is pure but `parser`, which may load a parser when it is first asked.
 */
import type { GenericType } from "../frame.ts";

export interface SqlDialect {
  /** Superset's backend name: postgresql, mysql, sqlite. */
  readonly name: string;
  /** An identifier in the engine's quotes, whatever stands in it. */
  quote(identifier: string): string;
  /** A value as a literal that can't be read as anything else. */
  literal(value: string | number | boolean | null): string;
  /** A literal of an instant, for a column of the type that the database says. */
  timeLiteral(instant: Date, columnType: string | null): string;
  /**
   * An expression cut to a time grain (an ISO 8601 duration such as P1M), as Superset's engine spec
   * does it. @throws ServiceError invalid_argument for a grain the engine has not
   */
  timeGrain(expression: string, grain: string, columnType: string | null): string;
  /** Seconds or milliseconds since 1970 as a time. */
  epochToTime(expression: string, unit: "s" | "ms"): string;
  /** What Superset takes a database type for. */
  genericType(columnType: string | null): GenericType;
  /** An expression as text, for LIKE on what is none. */
  castToText(expression: string): string;
  /** LIKE that ignores case. */
  ilike(expression: string, pattern: string, negated: boolean): string;
  limit(rows: number | null, offset: number | null): string;
  /** Whether ORDER BY may name a label of SELECT; every engine here may. */
  readonly parser: () => Promise<SqlParser>;
}

/** What can be asked of a statement's grammar. */
export interface SqlParser {
  /**
   * Checks that a text is one expression that calls only allowed functions and reads no table, and
   * prints it anew, without comments. Aggregates and window functions are expressions.
   * @throws ServiceError forbidden_sql naming the construct, invalid_sql with line and column
   */
  expression(text: string): string;
  /** Checks that a text is one reading statement, of allowed constructs and functions only. */
  statement(text: string): ParsedStatement;
}

export interface ParsedStatement {
  /** Every table it reads, as it names them, CTEs and aliases resolved away. */
  readonly tables: readonly NamedTable[];
  /**
   * The statement with tables replaced by their filtered selves, printed, parsed again and verified.
   * @param filters by index into `tables`: conditions to put around that reference, with a fence
   */
  rewrite(filters: ReadonlyMap<number, string>): string;
}

/** A table reference, folded as the engine folds it. */
export interface NamedTable {
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}
