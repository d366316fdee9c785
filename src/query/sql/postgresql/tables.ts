/**
 * Which tables a statement reads, each name resolved as PostgreSQL resolves it: a name without a
 * schema is a common table expression where one of that name is visible, else a table. In WITH, a
 * query sees those before it; in WITH RECURSIVE all of them, itself included (transformWithClause
 * in PostgreSQL's parse_cte.c, scanNameSpaceForCTE in parse_relation.c).
 */
import { WRITES } from "./rules/writes_at_the_top.ts";
import { eachChild, type Fields, type Node } from "./tree.ts";

export interface TableReference {
  /** The `RangeVar`, by identity. */
  readonly range: Fields;
  readonly catalog: string | null;
  readonly schema: string | null;
  readonly table: string;
  readonly alias: Fields | null;
  /** True within TABLESAMPLE, which takes a table only. */
  readonly sampled: boolean;
}

type Scope = ReadonlySet<string>;

/** @param skip nodes whose tables are left out, by identity of their fields */
export function tableReferences(node: Node, skip: ReadonlySet<Fields> = new Set()) {
  const found: TableReference[] = [];
  const [kind, fields] = Object.entries(node)[0]!;
  visit(kind, fields, new Set(), false);
  return found;

  function visit(kind: string, fields: Fields, scope: Scope, sampled: boolean): void {
    if (skip.has(fields)) return;
    if (kind === "RangeVar") {
      const schema = (fields.schemaname ?? null) as string | null;
      const table = String(fields.relname);
      if (schema === null && scope.has(table)) return;
      const catalog = (fields.catalogname ?? null) as string | null;
      const alias = (fields.alias ?? null) as Fields | null;
      found.push({ range: fields, catalog, schema, table, alias, sampled });
      return;
    }
    const writes = WRITES.has(kind);
    const inner = kind === "SelectStmt" || writes ? withClause(fields, scope) : scope;
    eachChild(kind, fields, (childKind, child) => {
      if (childKind === "WithClause") return;
      // What is written to is a table, though a common table expression has its name (setTargetTable
      // in PostgreSQL's parse_clause.c).
      const isTarget = writes && child === fields.relation;
      visit(childKind, child, isTarget ? new Set() : inner, kind === "RangeTableSample");
    });
  }

  /** Visits the queries of WITH. @returns the scope of the statement's own parts */
  function withClause(select: Fields, outer: Scope): Scope {
    const clause = select.withClause as Fields | undefined;
    if (clause === undefined) return outer;
    const ctes = (clause.ctes as Node[]).map((node) => node.CommonTableExpr!);
    const names = ctes.map((cte) => String(cte.ctename));
    // One set that grows: a copy for each of thousands would take seconds.
    const visible = new Set(clause.recursive === true ? [...outer, ...names] : outer);
    ctes.forEach((cte, index) => {
      visit("CommonTableExpr", cte, visible, false);
      visible.add(names[index]!);
    });
    return visible;
  }
}
