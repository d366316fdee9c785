/**
 * Which tables a statement reads: a name without a schema is a common table expression where one of
 * that name is visible, else a table. Where engines, or their versions, do not agree on which it is,
 * the statement is refused.
 */
import { forbidden } from "../forbidden.ts";
import type { EngineGrammar } from "./engine_grammar.ts";
import { eachChild, eachNode, type Node, type Query, type Table } from "./tree.ts";

/** By folded name: the names as they are written. */
type Scope = ReadonlyMap<string, string>;

export interface References {
  readonly tables: readonly Table[];
  /** References to common tables. */
  readonly common: ReadonlySet<Node>;
}

/**
 * @param skip nodes whose tables are left out, by identity
 * @throws ServiceError forbidden_sql for a name of which it can't be told what it is
 */
export function references(
  root: Node,
  grammar: EngineGrammar,
  skip: ReadonlySet<Node> = new Set(),
): References {
  const tables: Table[] = [];
  const common = new Set<Node>();
  visit(root, new Map());
  return { tables, common };

  function visit(node: Node, scope: Scope): void {
    if (skip.has(node)) return;
    if (node.kind === "table") {
      if (isCommon(node, scope)) common.add(node);
      else tables.push(node);
      return;
    }
    if (node.kind === "query" && node.ctes.length > 0) return visitWith(node, scope);
    eachChild(node, (child) => visit(child, scope));
  }

  function visitWith(query: Query, outer: Scope): void {
    if (!grammar.nestedWith) refuseNested(query);
    const own = query.ctes.map(({ name }) => [fold(name), name] as const);
    const all = new Map([...outer, ...own]);
    // Maps of the whole clause, of which one grows: copies for each of thousands would take seconds.
    const before = new Map(outer);
    const lastAt = new Map(own.map(([name], at) => [name, at]));
    query.ctes.forEach((cte, index) => {
      const itself = () => before.set(...own[index]!);
      if (grammar.mutualWith) return visit(cte.query, all);
      if (query.recursive) {
        refuseForward(cte.query, (name) => lastAt.get(name)! > index);
        itself();
      }
      visit(cte.query, before);
      itself();
    });
    eachChild(query, (child) => {
      if (child.kind !== "cte") visit(child, all);
    });
  }

  function refuseNested(outer: Query): void {
    eachChild(outer, (child) =>
      eachNode(child, (node) => {
        if (node.kind !== "query" || node.ctes.length === 0) return;
        throw forbidden("WITH within WITH", "Put all common tables into one WITH.");
      }));
  }

  /** MySQL takes a name that comes later in WITH RECURSIVE for a table, and MariaDB does not. */
  function refuseForward(query: Query, isLater: (folded: string) => boolean): void {
    const check = (node: Node): void => {
      if (node.kind === "table" && node.schema === null && isLater(fold(node.name))) {
        throw forbidden(`${node.name} before WITH says what it is`, "Put it first in WITH.");
      }
      eachChild(node, check);
    };
    check(query);
  }

  function isCommon({ schema, name }: Table, scope: Scope): boolean {
    if (schema !== null) return false;
    const written = scope.get(fold(name));
    if (written === undefined) return false;
    if (written !== name && !isAsciiFolded(written, name)) {
      throw forbidden(`${name} and ${written} in one statement`, "Write the name in one way.");
    }
    return true;
  }

  /** SQLite's names fold letters of ASCII; MySQL's, by the file system of the server. */
  function isAsciiFolded(a: string, b: string): boolean {
    const ascii = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    return grammar.mutualWith && ascii(a) === ascii(b);
  }
}

/** Names that some engine may hold for one. */
export function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
