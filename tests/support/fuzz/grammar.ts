/** What random queries are made of: the tables of guarded_engine.ts, and what an engine can say. */

export type Type = "number" | "text";

export interface Column {
  /** As it is written where it can be seen. */
  readonly name: string;
  readonly type: Type;
  /** An expression of it that fails on a hidden row alone, with the column as `{}`. */
  readonly failing?: string;
}

/** What a row source brings along. */
export interface Source {
  readonly sql: string;
  readonly columns: readonly Column[];
  /** The name of its row, where it has one. */
  readonly row: string | null;
}

/** The tables that a name means where it is written. */
export type Scope = ReadonlyMap<string, readonly Column[]>;

const number = (name: string, failing?: string): Column => ({ name, type: "number", failing });
const text = (name: string, failing?: string): Column => ({ name, type: "text", failing });

/** Numbers over 700 and the texts that begin with CANARY are hidden (guarded_engine.ts). */
export const TABLES: Scope = new Map([
  ["sales", [
    number("id", "1 / ({} - 999)"),
    text("country"),
    text("territory"),
    number("year"),
    number("amount", "1 / ({} - 777)"),
    text("product", "CAST(substr({}, 2) AS int)"),
  ]],
  ["births", [
    text("name", "CAST(substr({}, 2) AS int)"),
    text("gender"),
    text("state"),
    number("num", "10 / ({} - 777)"),
  ]],
  ["notes", [number("id", "1 % ({} - 999)"), text("country"), text("note")]],
  ["permitted", [text("username"), text("country")]],
  ["plans", [number("id"), text("plan")]],
]);

/** What not each engine has, or its grammar reads. */
export const FEATURES = [
  "any and all",
  "arrays",
  "column lists",
  "distinct on",
  "failing expressions",
  "filter",
  "full join",
  "functions in from",
  "grouping sets",
  "is distinct from",
  "lateral",
  "materialized",
  "named windows",
  "natural join",
  "ordered aggregates",
  "ordered windows",
  "parentheses of set operations",
  "qualified names",
  "recursive",
  "right join",
  "rows in conditions",
  "table command",
  "using",
  "values",
  "whole rows",
  "with in subqueries",
] as const;

export type Feature = (typeof FEATURES)[number];
