/** The last look at what was rewritten: every protected table stands inside its rule, or nothing runs. */
import { ServiceError } from "../../../errors.ts";
import type { NamedTable } from "../dialect.ts";
import { tableReferences } from "./tables.ts";
import { eachNode, type Fields, type Node, sameTree } from "./tree.ts";

export interface ProtectedTable extends NamedTable {
  readonly hasAlias: boolean;
  readonly condition: Node;
}

/**
 * @param virtual the conditions around a dataset's own SQL
 * @throws ServiceError internal
 */
export function verifyFences(
  statement: Node,
  tables: readonly ProtectedTable[],
  virtual: readonly Node[],
): void {
  const [kind, fields] = Object.entries(statement)[0]!;
  const fenced = new Set<Fields>();
  const clauses = new Set<Fields>();
  eachNode(kind, fields, (kind, fields) => {
    if (kind === "SelectStmt" && virtual.some((one) => sameTree(fields.whereClause, one))) {
      clauses.add(Object.values(fields.whereClause as Node)[0]!);
    }
    if (kind !== "RangeSubselect") return;
    const found = fenceOf(fields, tables);
    if (found === null) return;
    fenced.add(found.range);
    // What a rule reads is the operator's own; the tables in it are named by nobody else.
    clauses.add(found.clause);
  });
  for (const { range, catalog, schema, table } of tableReferences(statement, clauses)) {
    const isProtected = tables.some((one) =>
      one.table === table && one.schema === schema && one.catalog === catalog
    );
    if (isProtected && !fenced.has(range)) {
      throw new ServiceError("internal", "A table with row-level rules stands outside of them.");
    }
  }
}

function fenceOf(subselect: Fields, tables: readonly ProtectedTable[]) {
  const select = (subselect.subquery as Node | undefined)?.SelectStmt;
  const from = (select?.fromClause ?? []) as Node[];
  const range = from[0]?.RangeVar;
  if (select === undefined || from.length !== 1 || range === undefined) return null;
  if (!sameTree(select.limitOffset, { A_Const: { ival: {} } })) return null;
  const isFence = tables.some((one) =>
    one.table === range.relname && one.schema === (range.schemaname ?? null) &&
    one.catalog === (range.catalogname ?? null) && sameTree(one.condition, select.whereClause)
  );
  if (!isFence) return null;
  return { range, clause: Object.values(select.whereClause as Node)[0]! };
}
