/**
 * Puts filtered selves in the place of tables: `(SELECT * FROM t WHERE (rule) LIMIT all) AS t`. LIMIT
 * keeps SQLite from pushing conditions into the subquery (where.c, pushDownWhereTerms) and MySQL and
 * MariaDB from merging it (reference manual, derived tables), so nothing that the caller wrote sees
 * a row before the rule has passed it.
 */
import { ServiceError } from "../../../errors.ts";
import type { Rewrite } from "../dialect.ts";
import { forbidden } from "../forbidden.ts";
import { bindClause } from "./bind_clause.ts";
import type { EngineGrammar } from "./engine_grammar.ts";
import { noSystemTable } from "./no_system_table.ts";
import { fold, type References, references } from "./tables.ts";
import {
  type Derived,
  eachNode,
  type Expression,
  mapTree,
  type Node,
  type Query,
  sameTree,
  type Table,
} from "./tree.ts";

export interface Parts {
  readonly grammar: EngineGrammar;
  readonly query: (sql: string) => Query;
  readonly clause: (text: string) => Expression;
  /** Prints, reads again and compares. */
  readonly print: (query: Query) => string;
}

interface Filtered {
  readonly table: Table;
  readonly condition: Expression;
}

/** @throws ServiceError forbidden_sql, or internal where the result is not what was meant */
export function rewriteQuery(
  query: Query,
  { tables, common }: References,
  { filters = new Map(), names = new Map(), virtual, schema = null, limit }: Rewrite,
  { grammar, query: parse, clause, print }: Parts,
): string {
  const replaced = new Map<Node, Node>();
  const filtered: Filtered[] = [];
  const open: Table[] = [];
  tables.forEach((table, index) => {
    const found = names.get(index);
    const spelled = found === undefined
      ? table
      : { ...table, schema: found.schema, name: found.table };
    noSystemTable(spelled, grammar);
    const rule = filters.get(index);
    if (rule === undefined) {
      open.push(spelled);
      replaced.set(table, spelled);
      return;
    }
    const condition = bindClause(clause(rule), spelled.name, schema, grammar);
    filtered.push({ table: spelled, condition });
    const inner = filter({ ...spelled, alias: null }, condition);
    replaced.set(table, { kind: "derived", query: inner, alias: table.alias ?? table.name });
  });
  const virtualQuery = virtual === undefined ? null : parse(virtual.sql);
  const virtualConditions: Expression[] = [];
  const renames = grammar.renamesCommonTables;
  const change = (node: Node): Node | null => {
    const other = replaced.get(node);
    if (other !== undefined) return other;
    if (node.kind === "name") return withoutSchema(node.parts);
    if (renames && node.kind === "cte") {
      return { ...node, name: ownName(node.name), query: mapTree(node.query, change) };
    }
    if (renames && node.kind === "table" && common.has(node)) {
      return { ...node, name: ownName(node.name), alias: node.alias ?? node.name };
    }
    const isVirtual = virtualQuery !== null && node.kind === "derived" &&
      sameTree(node.query, virtualQuery);
    if (!isVirtual) return null;
    if (node.alias === null) throw forbidden("a dataset's SQL without an alias");
    const condition = bindClause(clause(virtual!.filter), node.alias, schema, grammar);
    virtualConditions.push(condition);
    return { ...node, query: filter({ ...node, query: mapTree(node.query, change) }, condition) };
  };
  const result = mapTree(query, change);
  if (virtual !== undefined && virtualConditions.length === 0) {
    throw new ServiceError("internal", "Cannot find a dataset's SQL in its query.");
  }
  const sql = print(limit === undefined ? result : withLimit(result, limit));
  verifyFences(parse(sql), filtered, virtualConditions);
  return sql;

  function filter(from: Table | Derived, condition: Expression): Query {
    const { limit, offset } = grammar.fence;
    const value = { kind: "star", table: [] } as const;
    return {
      ...{ kind: "query", recursive: false, ctes: [], orderBy: [], limit, offset },
      body: {
        ...{ kind: "select", distinct: false, items: [{ kind: "item", value, alias: null }] },
        ...{ from, where: condition, groupBy: [], rollup: false, having: null, windows: [] },
      },
    };
  }

  /** `main.t.c` becomes `t.c` where that table is now a subquery, whose alias has no schema. */
  function withoutSchema(parts: readonly string[]): Node | null {
    if (parts.length < 3) return null;
    const name = fold(parts.at(-2)!);
    const isFiltered = filtered.some(({ table }) =>
      table.alias === null && fold(table.name) === name
    );
    return isFiltered ? { kind: "name", parts: parts.slice(-2) } : null;
  }

  function verifyFences(
    printed: Query,
    filtered: readonly Filtered[],
    virtual: readonly Expression[],
  ): void {
    const inside = new Set<Node>();
    eachNode(printed, (node) => {
      if (node.kind !== "query" || node.body.kind !== "select") return;
      const { from, where } = node.body;
      if (from === null || where === null || !sameTree(node.limit, grammar.fence.limit)) return;
      const isFence = filtered.some(({ table, condition }) =>
        from.kind === "table" && same(from, table) && sameTree(where, condition)
      );
      if (isFence) inside.add(from);
      // What a rule reads is the operator's own.
      if (isFence || virtual.some((condition) => sameTree(where, condition))) inside.add(where);
    });
    for (const table of references(printed, grammar, inside).tables) {
      const isOpen = open.some((one) => same(one, table)) &&
        !filtered.some((one) => same(one.table, table));
      if (isOpen) continue;
      throw new ServiceError("internal", "A table with row-level rules stands outside of them.");
    }
  }
}

/** Of two limits the smaller holds; one that is worked out can't be compared. */
function withLimit(query: Query, rows: number): Query {
  const own = query.limit;
  if (own !== null && (own.kind !== "literal" || own.type !== "number")) {
    throw forbidden("a LIMIT that is no number", "Write the number of rows.");
  }
  const smaller = own === null ? rows : Math.min(rows, Number(own.text));
  return { ...query, limit: { kind: "literal", type: "number", text: String(smaller) } };
}

/** What no table is called, so that a common table which the engine loses is not found as a table. */
function ownName(name: string): string {
  return `${name.slice(0, LONGEST_NAME - COMMON.length)}${COMMON}`;
}

const COMMON = " (WITH)";
/** Characters of a name in MySQL. */
const LONGEST_NAME = 64;

/** Letter for letter, as they were written anew: names that differ by case may be two tables'. */
function same(a: Table, b: Table): boolean {
  return a.name === b.name && a.schema === b.schema;
}
