/**
 * How an engine spells SQL, and its own grammar. One folder an engine; one line in a list
 * (src/data/dialects.ts). Everything is pure but `parser`, which loads a parser when first asked.
 */
import type { GenericType } from "../frame.ts";

/** How an engine spells what a plan is made of. Pure. */
export interface SqlSpelling {
  /** Superset's backend name: postgresql, mysql, sqlite. */
  readonly name: string;
  /** An identifier in the engine's quotes, whatever stands in it. */
  quote(identifier: string): string;
  /** The name that a column of the answer has in SQL: itself, or a digest where it is too long. */
  label(name: string): string;
  /**
   * A value as a literal that can't be read as anything else. Big whole numbers come as `bigint`.
   * @throws ServiceError invalid_argument for what the engine can't hold: NUL, NaN, an infinity
   */
  literal(value: string | number | bigint | boolean | null): string;
  /** A literal of an instant, for a column of the type that the database says; null for others. */
  timeLiteral(instant: Date, columnType: string | null): string | null;
  /** The time grains it has, as ISO 8601 durations. */
  readonly timeGrains: readonly string[];
  /**
   * An expression cut to a time grain (an ISO 8601 duration such as P1M), as Superset's engine spec
   * does it. @throws ServiceError invalid_argument for a grain the engine has not
   */
  timeGrain(expression: string, grain: string, columnType: string | null): string;
  /** Seconds or milliseconds since 1970 as a time. */
  epochToTime(expression: string, unit: "s" | "ms"): string;
  /** What Superset takes a database type for; null for one it does not know. */
  genericType(columnType: string | null): GenericType | null;
  /** An expression as text, for LIKE on what is none. */
  castToText(expression: string): string;
  /** LIKE that ignores case. `pattern` is a literal. */
  ilike(expression: string, pattern: string, negated: boolean): string;
  /** A condition that a boolean is true, or false; unknown is neither. */
  isBoolean(expression: string, value: boolean): string;
  /** How rows are joined with the few series that are kept, so that the engine looks for these once. */
  readonly seriesJoin: "INNER JOIN" | "CROSS JOIN";
  /** What stands in front of a statement to ask for its plan, and not to run it. */
  readonly explain: string;
  /** The clause, or nothing where nothing is limited. */
  limit(rows: number | null, offset: number | null): string;
}

export interface SqlDialect extends SqlSpelling {
  readonly parser: () => Promise<SqlParser>;
}

/** What an operator allows beyond an engine's own lists. */
export interface ParserOptions {
  /** Further functions, as the engine folds their names. */
  readonly functions?: ReadonlySet<string>;
  /** Further types. */
  readonly types?: ReadonlySet<string>;
}

/** What can be asked of a statement's grammar. */
export interface SqlParser {
  /**
   * Checks that a text is one expression that calls only allowed functions and reads no table, and
   * prints it anew, without comments. Aggregates and window functions are expressions.
   * @throws ServiceError forbidden_sql naming the construct, invalid_sql with line and column
   */
  expression(text: string): string;
  /**
   * The same for the clause of a row-level rule, which an operator wrote: it may read tables in
   * subqueries, with allowed constructs and functions only.
   * @throws ServiceError forbidden_sql, invalid_sql
   */
  clause(text: string): string;
  /**
   * Checks that a text is one reading statement, of allowed constructs and functions only.
   * @param options `parameters`: how many `$n` it may name; none without it
   * @throws ServiceError forbidden_sql, invalid_sql
   */
  statement(text: string, options?: { readonly parameters?: number }): ParsedStatement;
  /**
   * Checks that a text is one INSERT, UPDATE or DELETE, of allowed constructs and functions only. A
   * grammar that has it not writes nothing, and `statement` refuses by name what would.
   * @returns null for a statement of another kind
   * @throws ServiceError forbidden_sql, invalid_sql
   */
  write?(text: string): ParsedWrite | null;
  /**
   * The texts of a script's statements, of any kind and not checked.
   * @throws ServiceError invalid_sql with line and column
   */
  split(text: string): readonly string[];
  /**
   * The tables that a view reads, by its query or the statement that made it, whatever functions it
   * calls. Only where the engine does not tell them itself.
   * @throws ServiceError forbidden_sql, invalid_sql for what can't be read
   */
  viewTables?(text: string): readonly NamedTable[];
}

export interface ParsedStatement {
  /** The statement printed anew, without comments, and parsed again. */
  readonly sql: string;
  /** The same over several lines, for a person; as `sql` where that can't be done without a change. */
  readonly readable: string;
  /** Every table it reads, as it names them, CTEs and aliases resolved away. */
  readonly tables: readonly NamedTable[];
  /**
   * Names written after a row, `t.f`, which may call a function f of that row where the engine has
   * such a notation; without those that may be called anyway.
   */
  readonly fields?: readonly string[];
  /**
   * The statement with tables replaced by their filtered selves, printed, parsed again and verified.
   * @throws ServiceError forbidden_sql for what can't be filtered
   */
  rewrite(changes: Rewrite): string;
  /**
   * For engines that can be stopped only where they call back: the statement with such calls in it.
   * @param columns a column of each table and view, by lower-case name
   */
  stoppable?(columns: ReadonlyMap<string, string>): string;
}

/** A statement that writes: no `ParsedStatement`, so that nobody takes it for one that reads. */
export interface ParsedWrite {
  /** What a person calls it: `INSERT`. */
  readonly construct: string;
  /** The statement printed anew, without comments, and parsed again. */
  readonly sql: string;
  /** As in `ParsedStatement`. */
  readonly readable: string;
  /** Every table it names, as in `ParsedStatement`. */
  readonly tables: readonly NamedTable[];
  /** Names written after a row, as in `ParsedStatement`. */
  readonly fields: readonly string[];
  /** Which of the tables it writes to, by index. */
  readonly target: number;
  /**
   * The statement with the full names of its tables, by index; printed, and parsed again.
   * @throws ServiceError forbidden_sql
   */
  named(names: ReadonlyMap<number, NamedTable>): string;
}

export interface Rewrite {
  /** By index into `tables`: conditions to put around that reference, with a fence. */
  readonly filters?: ReadonlyMap<number, string>;
  /** By index into `tables`: the full name to write for that reference. */
  readonly names?: ReadonlyMap<number, NamedTable>;
  /** A dataset's own SQL as it stands in the statement, and the condition to put around it. */
  readonly virtual?: { readonly sql: string; readonly filter: string };
  /** The most rows that the statement may give; a smaller limit of its own stays. */
  readonly limit?: number;
  /** The schema that a name without one is in. */
  readonly schema?: string | null;
}

/** A table reference, folded as the engine folds it. */
export interface NamedTable {
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
}
