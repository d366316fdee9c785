/** What differs between the engines whose SQL is read by this grammar: words as data, no code. */
import type { Fence } from "./tree.ts";

export interface EngineGrammar {
  readonly name: string;
  /** Comments that run to the end of the line; MySQL's `--` only with a space after it. */
  readonly lineComments: readonly RegExp[];
  /** Openings of comments that the engine runs, or reads as hints. */
  readonly runComments: readonly string[];
  /** What encloses a name, by its opening; doubled inside, but for `[`. */
  readonly nameQuotes: Readonly<Record<string, string>>;
  readonly stringQuotes: readonly string[];
  /** Whether a backslash in a string escapes what comes next. */
  readonly backslashes: boolean;
  /** Infix operators from the loosest to the tightest; `NOT`, `BETWEEN` and `IN` mark levels. */
  readonly levels: readonly (readonly string[])[];
  readonly prefixes: readonly string[];
  /** Words of LIKE's kind, which may follow NOT. */
  readonly likes: readonly string[];
  readonly functions: ReadonlySet<string>;
  /** Functions that may stand in FROM. */
  readonly tableFunctions: ReadonlySet<string>;
  /** Functions that go without parentheses. */
  readonly bareFunctions: ReadonlySet<string>;
  /** Functions whose first argument is a unit of time. */
  readonly unitFirst: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** `INTERVAL 1 DAY` and the units it takes; empty where there is none. */
  readonly units: ReadonlySet<string>;
  /** Whether a comma joins more loosely than JOIN does. */
  readonly looseComma: boolean;
  /** Whether INTERSECT goes before UNION and EXCEPT, and operands may stand in parentheses. */
  readonly setPrecedence: boolean;
  /** Whether a query in WITH sees all of the clause without RECURSIVE too. */
  readonly mutualWith: boolean;
  /**
   * Whether WITH may stand within what stands under another WITH. MariaDB 10.11 then loses common
   * tables, looks for tables of their names, and may end altogether.
   */
  readonly nestedWith: boolean;
  /** Whether common tables get names that no table has, should the engine look for one. */
  readonly renamesCommonTables: boolean;
  readonly rollup: boolean;
  /** Whether DUAL in FROM stands for no table at all; it is no name then. */
  readonly dual: boolean;
  /** Whether columns of VALUES are called after the text of the first row. */
  readonly namesValues: boolean;
  /** LIMIT of a fence: all rows, but not none. */
  readonly fence: Fence;
  /** The connections' own functions by which a statement is ended; null where the server ends it. */
  readonly stopFunctions: StopFunctions | null;
  /** Schemas and tables of the engine itself. */
  isSystem(schema: string | null, table: string): boolean;
}

/** Each fails once the statement must end. */
export interface StopFunctions {
  /** True, whatever it is given. */
  readonly alive: string;
  /** Gives its one argument back; fails for a text that is too long to be worked on at one go. */
  readonly passed: string;
}
