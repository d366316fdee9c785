/**
 * Ties a rule's clause to the table it is put on: its columns with the table's name, its own tables
 * with their schema, so that nothing around it can change what it says.
 */
import { ServiceError } from "../../../errors.ts";
import type { EngineGrammar } from "./engine_grammar.ts";
import { fold, references } from "./tables.ts";
import { eachNode, type Expression, mapTree, type Node } from "./tree.ts";

/**
 * @param row the name of the row that the clause is about
 * @param schema where the clause's own unqualified tables are; null leaves them as they are
 * @throws ServiceError forbidden_sql for a column of a table that the clause does not know
 */
export function bindClause(
  clause: Expression,
  row: string,
  schema: string | null,
  grammar: EngineGrammar,
): Expression {
  const known = new Set([fold(row)]);
  eachNode(clause, (node) => {
    if ("alias" in node && node.alias !== null) known.add(fold(node.alias));
    if (node.kind === "table" || node.kind === "cte") known.add(fold(node.name));
  });
  const tables = new Set<Node>(references(clause, grammar).tables);
  return bind(clause, true);

  function bind<Bound extends Node>(node: Bound, isTop: boolean): Bound {
    return mapTree(node, (inner): Node | null => {
      if (inner.kind === "name") {
        if (inner.parts.length === 1) {
          return isTop ? { kind: "name", parts: [row, ...inner.parts] } : null;
        }
        if (known.has(fold(inner.parts.at(-2)!))) return null;
        throw new ServiceError(
          "forbidden_sql",
          "A row-level rule names a column of another table.",
          {
            hint: "Nothing is shown until an administrator corrects the rule.",
          },
        );
      }
      if (inner.kind === "table" && tables.has(inner) && inner.schema === null) {
        return { ...inner, schema };
      }
      // Within a subquery a bare name is a column of the tables there first.
      return isTop && inner.kind === "query" && inner !== node ? bind(inner, false) : null;
    });
  }
}
