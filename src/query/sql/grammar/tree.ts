/**
 * The syntax tree of one reading statement: the part of SQL that this grammar knows, so that what it
 * does not know can't be in it. A node is plain data with its `kind`; nothing in it is optional, and
 * positions are not kept, so that two trees are equal when they mean the same.
 */

export type Expression =
  | { readonly kind: "literal"; readonly type: LiteralType; readonly text: string }
  | { readonly kind: "name"; readonly parts: readonly string[] }
  | { readonly kind: "star"; readonly table: readonly string[] }
  | { readonly kind: "parameter" }
  | { readonly kind: "bare"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | Binary
  | {
    readonly kind: "between";
    readonly not: boolean;
    readonly operand: Expression;
    readonly low: Expression;
    readonly high: Expression;
  }
  | {
    readonly kind: "in";
    readonly not: boolean;
    readonly operand: Expression;
    readonly among: readonly Expression[] | Query;
  }
  | {
    readonly kind: "like";
    readonly not: boolean;
    readonly operator: string;
    readonly operand: Expression;
    readonly pattern: Expression;
    readonly escape: Expression | null;
  }
  | {
    readonly kind: "case";
    readonly operand: Expression | null;
    readonly branches: readonly Branch[];
    readonly otherwise: Expression | null;
  }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: string }
  | { readonly kind: "convert"; readonly operand: Expression; readonly charset: string }
  | { readonly kind: "typed"; readonly type: string; readonly text: string }
  | { readonly kind: "extract"; readonly unit: string; readonly operand: Expression }
  | { readonly kind: "interval"; readonly unit: string; readonly amount: Expression }
  | { readonly kind: "unit"; readonly unit: string }
  | { readonly kind: "collate"; readonly operand: Expression; readonly collation: string }
  | { readonly kind: "row"; readonly items: readonly Expression[] }
  | { readonly kind: "exists"; readonly query: Query }
  | { readonly kind: "subquery"; readonly query: Query }
  | Call;

export type LiteralType = "string" | "number" | "blob" | "word";

export interface Binary {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Branch {
  readonly kind: "branch";
  readonly when: Expression;
  readonly then: Expression;
}

export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly distinct: boolean;
  readonly args: readonly Expression[];
  readonly orderBy: readonly Order[];
  readonly separator: string | null;
  readonly filter: Expression | null;
  readonly over: Window | null;
}

export interface Order {
  readonly kind: "order";
  readonly by: Expression;
  readonly direction: string | null;
  readonly nulls: string | null;
}

/** A window by name, or as it is written. */
export interface Window {
  readonly kind: "window";
  readonly name: string | null;
  readonly base: string | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Order[];
  readonly frame: Frame | null;
}

export interface Frame {
  readonly kind: "frame";
  readonly unit: string;
  readonly start: Bound;
  readonly end: Bound | null;
  readonly exclude: string | null;
}

export interface Bound {
  readonly kind: "bound";
  /** Words such as UNBOUNDED PRECEDING, or the direction of `amount`. */
  readonly words: string;
  readonly amount: Expression | null;
}

export interface Query {
  readonly kind: "query";
  readonly recursive: boolean;
  readonly ctes: readonly CommonTable[];
  readonly body: Body;
  readonly orderBy: readonly Order[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export interface CommonTable {
  readonly kind: "cte";
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
}

export type Body = Select | Values | Compound | Query;

export interface Compound {
  readonly kind: "compound";
  readonly operator: string;
  readonly left: Body;
  readonly right: Body;
}

export interface Values {
  readonly kind: "values";
  /** Whether rows are written ROW(…), as MySQL wants it and MariaDB does not. */
  readonly withRow: boolean;
  readonly rows: readonly (readonly Expression[])[];
}

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly Item[];
  readonly from: Source | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly rollup: boolean;
  readonly having: Expression | null;
  readonly windows: readonly NamedWindow[];
}

export interface Item {
  readonly kind: "item";
  readonly value: Expression;
  readonly alias: string | null;
}

export interface NamedWindow {
  readonly kind: "namedWindow";
  readonly name: string;
  readonly window: Window;
}

export type Source = Table | Derived | TableFunction | Join;

export interface Table {
  readonly kind: "table";
  readonly schema: string | null;
  readonly name: string;
  readonly alias: string | null;
}

export interface Derived {
  readonly kind: "derived";
  readonly query: Query;
  readonly alias: string | null;
}

export interface TableFunction {
  readonly kind: "tableFunction";
  readonly name: string;
  readonly args: readonly Expression[];
  readonly alias: string | null;
}

export interface Join {
  readonly kind: "join";
  /** `,` or words such as LEFT JOIN. */
  readonly join: string;
  readonly left: Source;
  readonly right: Source;
  readonly on: Expression | null;
  readonly using: readonly string[];
}

/** LIMIT and OFFSET of a fence. */
export interface Fence {
  readonly limit: Expression;
  readonly offset: Expression | null;
}

export type Node =
  | Expression
  | Branch
  | Order
  | Window
  | Frame
  | Bound
  | Query
  | CommonTable
  | Body
  | Item
  | NamedWindow
  | Source;

/** A plain call of a function. */
export function callOf(name: string, args: readonly Expression[]): Call {
  return {
    ...{ kind: "call", name, args, distinct: false },
    ...{ orderBy: [], separator: null, filter: null, over: null },
  };
}

/** Calls `visit` for each node right below one. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const value of Object.values(node)) eachIn(value, visit);
}

function eachIn(value: unknown, visit: (child: Node) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) { for (const item of value) eachIn(item, visit); }
  else visit(value as Node);
}

/** Calls `visit` for a node and all below it, parents first. */
export function eachNode(node: Node, visit: (node: Node) => void): void {
  visit(node);
  eachChild(node, (child) => eachNode(child, visit));
}

/** The tree with other nodes where `change` gives them; null keeps one and looks below it. */
export function mapTree<Kept extends Node>(
  node: Kept,
  change: (node: Node) => Node | null,
): Kept {
  return mapValue(node, change) as Kept;
}

function mapValue(value: unknown, change: (node: Node) => Node | null): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapValue(item, change));
  const other = change(value as Node);
  if (other !== null) return other;
  const entries = Object.entries(value).map(([name, below]) => [name, mapValue(below, change)]);
  return Object.fromEntries(entries);
}

export function sameTree(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  if (left.length !== Object.keys(b).length || Array.isArray(a) !== Array.isArray(b)) return false;
  return left.every(([name, value]) => sameTree(value, (b as Record<string, unknown>)[name]));
}
