/**
 * PostgreSQL's raw parse tree as its parser writes it in JSON: a node is an object with one key, its
 * kind. `FIELDS` is the part of the grammar that may be used at all; a kind or field that is not
 * named in it is refused, so that what a later PostgreSQL adds is closed until someone opens it.
 */
import { forbidden } from "../forbidden.ts";
import { CONSTRUCTS } from "./constructs.ts";

export type Fields = Readonly<Record<string, unknown>>;
export type Node = Readonly<Record<string, Fields>>;

/** What a field holds: a plain value, a node, a list of nodes, or the fields of a node of one kind. */
type Holds = "value" | "node" | "nodes" | `=${string}`;
type Kind = Readonly<Record<string, Holds>>;

const at = { location: "value" } as const;

export const FIELDS: Readonly<Record<string, Kind>> = {
  // Statements and what they read from.
  SelectStmt: {
    ...{ distinctClause: "nodes", targetList: "nodes", fromClause: "nodes", whereClause: "node" },
    ...{ groupClause: "nodes", groupDistinct: "value", havingClause: "node" },
    ...{ windowClause: "nodes", valuesLists: "nodes", sortClause: "nodes", limitOffset: "node" },
    ...{ limitCount: "node", limitOption: "value", withClause: "=WithClause", op: "value" },
    ...{ all: "value", larg: "=SelectStmt", rarg: "=SelectStmt" },
  },
  // Statements that write, which stand at the top only (rules/writes_at_the_top.ts), and what only they hold.
  InsertStmt: {
    ...{ relation: "=RangeVar", cols: "nodes", selectStmt: "node", override: "value" },
    ...{ onConflictClause: "=OnConflictClause", returningClause: "=ReturningClause" },
    withClause: "=WithClause",
  },
  UpdateStmt: {
    ...{ relation: "=RangeVar", targetList: "nodes", fromClause: "nodes", whereClause: "node" },
    ...{ returningClause: "=ReturningClause", withClause: "=WithClause" },
  },
  DeleteStmt: {
    ...{ relation: "=RangeVar", usingClause: "nodes", whereClause: "node" },
    ...{ returningClause: "=ReturningClause", withClause: "=WithClause" },
  },
  OnConflictClause: {
    ...{ action: "value", infer: "=InferClause", targetList: "nodes", whereClause: "node", ...at },
  },
  InferClause: { indexElems: "nodes", whereClause: "node", conname: "value", ...at },
  IndexElem: {
    ...{ name: "value", expr: "node", collation: "nodes", ordering: "value" },
    nulls_ordering: "value",
  },
  ReturningClause: { exprs: "nodes" },
  MultiAssignRef: { source: "node", colno: "value", ncolumns: "value" },
  SetToDefault: at,
  WithClause: { ctes: "nodes", recursive: "value", ...at },
  CommonTableExpr: {
    ...{ ctename: "value", aliascolnames: "nodes", ctematerialized: "value", ctequery: "node" },
    ...{ search_clause: "=CTESearchClause", cycle_clause: "=CTECycleClause", ...at },
  },
  CTESearchClause: {
    ...{
      search_col_list: "nodes",
      search_breadth_first: "value",
      search_seq_column: "value",
      ...at,
    },
  },
  CTECycleClause: {
    ...{ cycle_col_list: "nodes", cycle_mark_column: "value", cycle_mark_value: "node" },
    ...{ cycle_mark_default: "node", cycle_path_column: "value", ...at },
  },
  RangeVar: {
    ...{ catalogname: "value", schemaname: "value", relname: "value", inh: "value" },
    ...{ relpersistence: "value", alias: "=Alias", ...at },
  },
  RangeSubselect: { lateral: "value", subquery: "node", alias: "=Alias" },
  RangeFunction: {
    ...{ lateral: "value", ordinality: "value", is_rowsfrom: "value", functions: "nodes" },
    ...{ alias: "=Alias", coldeflist: "nodes" },
  },
  RangeTableSample: { relation: "node", method: "nodes", args: "nodes", repeatable: "node", ...at },
  JoinExpr: {
    ...{ jointype: "value", isNatural: "value", larg: "node", rarg: "node", usingClause: "nodes" },
    ...{ join_using_alias: "=Alias", quals: "node", alias: "=Alias" },
  },
  Alias: { aliasname: "value", colnames: "nodes" },
  ColumnDef: {
    ...{ colname: "value", typeName: "=TypeName", is_local: "value", collClause: "=CollateClause" },
    ...at,
  },
  ResTarget: { name: "value", val: "node", ...at },
  SortBy: { node: "node", sortby_dir: "value", sortby_nulls: "value", useOp: "nodes", ...at },
  GroupingSet: { kind: "value", content: "nodes", ...at },
  WindowDef: {
    ...{ name: "value", refname: "value", partitionClause: "nodes", orderClause: "nodes" },
    ...{ frameOptions: "value", startOffset: "node", endOffset: "node", ...at },
  },
  // Expressions.
  ColumnRef: { fields: "nodes", ...at },
  ParamRef: { number: "value", ...at },
  A_Const: {
    ...{ ival: "value", fval: "value", boolval: "value", sval: "value", bsval: "value" },
    ...{ isnull: "value", ...at },
  },
  A_Expr: {
    ...{ kind: "value", name: "nodes", lexpr: "node", rexpr: "node", rexpr_list_start: "value" },
    ...{ rexpr_list_end: "value", ...at },
  },
  BoolExpr: { boolop: "value", args: "nodes", ...at },
  NullTest: { arg: "node", nulltesttype: "value", ...at },
  BooleanTest: { arg: "node", booltesttype: "value", ...at },
  CaseExpr: { arg: "node", args: "nodes", defresult: "node", ...at },
  CaseWhen: { expr: "node", result: "node", ...at },
  CoalesceExpr: { args: "nodes", ...at },
  MinMaxExpr: { op: "value", args: "nodes", ...at },
  A_ArrayExpr: { elements: "nodes", list_start: "value", list_end: "value", ...at },
  RowExpr: { args: "nodes", row_format: "value", ...at },
  A_Indirection: { arg: "node", indirection: "nodes" },
  A_Indices: { is_slice: "value", lidx: "node", uidx: "node" },
  TypeCast: { arg: "node", typeName: "=TypeName", ...at },
  TypeName: { names: "nodes", typmods: "nodes", typemod: "value", arrayBounds: "nodes", ...at },
  CollateClause: { arg: "node", collname: "nodes", ...at },
  SubLink: { subLinkType: "value", testexpr: "node", operName: "nodes", subselect: "node", ...at },
  FuncCall: {
    ...{ funcname: "nodes", args: "nodes", agg_order: "nodes", agg_filter: "node" },
    ...{ over: "=WindowDef", agg_within_group: "value", agg_star: "value", agg_distinct: "value" },
    ...{ func_variadic: "value", funcformat: "value", ...at },
  },
  NamedArgExpr: { arg: "node", name: "value", argnumber: "value", ...at },
  GroupingFunc: { args: "nodes", ...at },
  SQLValueFunction: { op: "value", typmod: "value", ...at },
  JsonIsPredicate: {
    ...{ expr: "node", format: "=JsonFormat", item_type: "value", unique_keys: "value", ...at },
  },
  JsonFormat: { format_type: "value", encoding: "value", ...at },
  // Names and lists.
  String: { sval: "value" },
  Integer: { ival: "value" },
  A_Star: {},
  List: { items: "nodes" },
};

export type Visit = (kind: string, fields: Fields) => void;

/** Calls `visit` for each node right below `fields`. @throws ServiceError forbidden_sql */
export function eachChild(kind: string, fields: Fields, visit: Visit): void {
  const known = FIELDS[kind];
  if (known === undefined) throw forbidden(CONSTRUCTS[kind] ?? `the construct ${kind}`);
  for (const name in fields) {
    const value = fields[name];
    const holds = known[name];
    if (holds === undefined) {
      throw forbidden(CONSTRUCTS[`${kind}.${name}`] ?? `the construct ${kind} with ${name}`);
    }
    if (holds === "value") continue;
    else if (holds === "node") visitNode(value as Node, visit);
    else if (holds === "nodes") { for (const item of value as Node[]) visitNode(item, visit); }
    else visit(holds.slice(1), value as Fields);
  }
}

/** An absent item of a list is written `{}`. */
function visitNode(node: Node, visit: Visit): void {
  for (const kind in node) visit(kind, node[kind]!);
}

/** Calls `visit` for a node and everything below it, parents first. */
export function eachNode(kind: string, fields: Fields, visit: Visit): void {
  visit(kind, fields);
  eachChild(kind, fields, (childKind, child) => eachNode(childKind, child, visit));
}

/**
 * The tree with other nodes where `change` gives them; null keeps one and looks below it. What does
 * not change is shared, not copied.
 */
export function mapTree(
  node: Node,
  change: (kind: string, fields: Fields) => Node | null,
): Node {
  for (const kind in node) {
    const fields = node[kind]!;
    const other = change(kind, fields);
    if (other !== null) return other;
    const mapped = mapFields(kind, fields, change);
    return mapped === fields ? node : { [kind]: mapped };
  }
  return node;
}

function mapFields(
  kind: string,
  fields: Fields,
  change: (kind: string, fields: Fields) => Node | null,
): Fields {
  let copy: Record<string, unknown> | null = null;
  for (const name in fields) {
    const value = fields[name];
    const holds = FIELDS[kind]?.[name] ?? "value";
    if (holds === "value") continue;
    const mapped = holds === "node"
      ? mapTree(value as Node, change)
      : holds === "nodes"
      ? mapNodes(value as readonly Node[], change)
      : mapFields(holds.slice(1), value as Fields, change);
    if (mapped !== value) (copy ??= { ...fields })[name] = mapped;
  }
  return copy ?? fields;
}

function mapNodes(
  nodes: readonly Node[],
  change: (kind: string, fields: Fields) => Node | null,
): readonly Node[] {
  const mapped = nodes.map((node) => mapTree(node, change));
  return mapped.some((node, index) => node !== nodes[index]) ? mapped : nodes;
}

/** Where a node stood in the text, and how it was spelled where both spellings mean one thing. */
const NO_MEANING: ReadonlySet<string> = new Set([
  ...["location", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end"],
  ...["stmt_location", "stmt_len", "funcformat", "version"],
]);

/** Whether two trees mean the same: equal but for positions. */
export function sameTree(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length &&
      a.every((item, index) => sameTree(item, b[index]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key in left) {
    if (NO_MEANING.has(key) || left[key] === undefined) continue;
    if (!sameTree(left[key], right[key])) return false;
  }
  for (const key in right) {
    if (NO_MEANING.has(key) || right[key] === undefined) continue;
    if (left[key] === undefined) return false;
  }
  return true;
}

/** The names in a list of `String` nodes; a star is `*`. */
export function namesOf(nodes: unknown): string[] {
  return ((nodes ?? []) as Node[]).map((node) =>
    node.String === undefined ? "*" : String(node.String.sval ?? "")
  );
}
