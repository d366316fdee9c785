/**
 * Puts filtered selves in the place of tables: `(SELECT * FROM t WHERE (rule) OFFSET 0) AS t`.
 * OFFSET keeps PostgreSQL from merging the subquery and from pushing conditions into it
 * (is_simple_subquery, subquery_is_pushdown_safe), so nothing that the caller wrote sees a row
 * before the rule has passed it, not even to fail on it.
 */
import { ServiceError } from "../../../errors.ts";
import type { NamedTable, Rewrite } from "../dialect.ts";
import { forbidden } from "../forbidden.ts";
import { bindClause } from "./bind_clause.ts";
import { withLimit } from "./limit.ts";
import { printVerified } from "./print.ts";
import { noSystemCatalog } from "./rules/no_system_catalog.ts";
import { noSystemColumn } from "./rules/no_system_column.ts";
import type { TableReference } from "./tables.ts";
import { eachNode, type Fields, mapTree, namesOf, type Node, sameTree } from "./tree.ts";
import { type ProtectedTable, verifyFences } from "./verify.ts";

export interface Parts {
  readonly parse: (sql: string) => Node;
  readonly clause: (text: string) => Node;
}

/**
 * @returns the statement's text
 * @throws ServiceError forbidden_sql for what can't be filtered; internal where the result is not
 * what was meant, which nothing may run
 */
export function rewriteStatement(
  statement: Node,
  tables: readonly TableReference[],
  { filters = new Map(), names = new Map(), virtual, schema = null, limit }: Rewrite,
  { parse, clause }: Parts,
): string {
  const replaced = new Map<Fields, Node>();
  const filtered: ProtectedTable[] = [];
  tables.forEach((table, index) => {
    const rule = filters.get(index);
    const range = { ...table.range, ...spelled(names.get(index)) };
    if (rule === undefined) {
      if (names.has(index)) replaced.set(table.range, { RangeVar: range });
      return;
    }
    if (table.sampled) throw forbidden("TABLESAMPLE of a table with row-level rules");
    const condition = bindClause(clause(rule), String(range.relname), schema);
    filtered.push({ ...named(range), hasAlias: table.alias !== null, condition });
    replaced.set(table.range, fence(range, condition));
  });
  const virtualTree = virtual === undefined ? null : parse(virtual.sql);
  const virtualConditions: Node[] = [];
  if (filtered.length > 0) refuseSystemColumns(statement);

  const change = (kind: string, fields: Fields): Node | null => {
    const other = replaced.get(fields);
    if (other !== undefined) return other;
    if (kind === "ColumnRef") return withoutSchema(fields, filtered);
    const isVirtual = virtualTree !== null && kind === "RangeSubselect" &&
      sameTree(fields.subquery, virtualTree);
    if (!isVirtual) return null;
    const inner = mapTree(fields.subquery as Node, change);
    const alias = String((fields.alias as Fields | undefined)?.aliasname ?? "");
    const condition = bindClause(clause(virtual!.filter), alias, schema);
    virtualConditions.push(condition);
    return fenceSubquery({ ...fields, subquery: inner }, condition);
  };
  const changed = mapTree(statement, change);
  const result = limit === undefined ? changed : withLimit(changed, limit);
  if (virtual !== undefined && virtualConditions.length === 0) {
    throw new ServiceError("internal", "Cannot find a dataset's SQL in its query.");
  }
  const { sql, tree } = printVerified(result, parse);
  verifyFences(tree, filtered, virtualConditions);
  return sql;
}

function named(range: Fields): NamedTable {
  return {
    catalog: (range.catalogname ?? null) as string | null,
    schema: (range.schemaname ?? null) as string | null,
    table: String(range.relname),
  };
}

/** The fields of a table reference that say which table it is. */
export function spelled(name: NamedTable | undefined): Fields {
  if (name === undefined) return {};
  noSystemCatalog(name);
  return {
    relname: name.table,
    ...(name.schema === null ? {} : { schemaname: name.schema }),
    ...(name.catalog === null ? {} : { catalogname: name.catalog }),
  };
}

function fence(range: Fields, condition: Node): Node {
  const { alias, ...table } = range;
  return {
    RangeSubselect: {
      subquery: filter({ RangeVar: table }, condition),
      alias: alias ?? { aliasname: table.relname },
    },
  };
}

/** The subquery keeps its alias inside too, since the rule may name it. */
function fenceSubquery(fields: Fields, condition: Node): Node {
  return {
    RangeSubselect: { ...fields, subquery: filter({ RangeSubselect: fields }, condition) },
  };
}

function filter(from: Node, condition: Node): Node {
  const star = { ResTarget: { val: { ColumnRef: { fields: [{ A_Star: {} }] } } } };
  return {
    SelectStmt: {
      targetList: [star],
      fromClause: [from],
      whereClause: condition,
      limitOffset: { A_Const: { ival: {} } },
      limitOption: "LIMIT_OPTION_COUNT",
      op: "SETOP_NONE",
    },
  };
}

/** A filtered table has none; PostgreSQL would say so less plainly. */
function refuseSystemColumns(statement: Node): void {
  const [kind, fields] = Object.entries(statement)[0]!;
  const nothing = { functions: new Set<string>(), types: new Set<string>(), parameters: 0 };
  eachNode(kind, fields, (kind, fields) => noSystemColumn(kind, fields, nothing));
}

/** `public.t.c` becomes `t.c` where that table is now a subquery, whose alias has no schema. */
function withoutSchema(fields: Fields, filtered: readonly ProtectedTable[]): Node | null {
  const names = namesOf(fields.fields);
  if (names.length < 3) return null;
  const [table, schema] = [names.at(-2), names.at(-3)];
  const isFiltered = filtered.some((one) =>
    !one.hasAlias && one.table === table && one.schema === schema
  );
  return isFiltered ? { ColumnRef: { fields: (fields.fields as Node[]).slice(-2) } } : null;
}
