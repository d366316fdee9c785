/**
 * Ties a rule's clause to the table it is put on, so that nothing in the statement around it can
 * change what it says: its columns are written with the table's name (an outer query's column of
 * the same name would else stand in for one that the table has not), and its tables with their
 * schema (a common table expression of that name would else be read in their place).
 */
import { ServiceError } from "../../../errors.ts";
import { tableReferences } from "./tables.ts";
import { eachNode, type Fields, mapTree, namesOf, type Node } from "./tree.ts";

/**
 * @param row the name of the row that the clause is about: the table's, or the derived table's alias
 * @param schema where the clause's own unqualified tables are; null leaves them as they are
 * @throws ServiceError forbidden_sql for a column of a table that the clause does not know
 */
export function bindClause(clause: Node, row: string, schema: string | null): Node {
  const known = rowNames(clause).add(row);
  const unqualified = new Set<Fields>(
    tableReferences(clause).filter((table) => table.schema === null).map(({ range }) => range),
  );
  return bind(clause, true);

  function bind(node: Node, isTop: boolean): Node {
    return mapTree(node, (kind, fields) => {
      if (kind === "ColumnRef") return bindColumn(fields, isTop);
      if (kind === "RangeVar" && schema !== null && unqualified.has(fields)) {
        return { RangeVar: { ...fields, schemaname: schema } };
      }
      if (kind !== "SubLink") return null;
      // Within a subquery a bare name is a column of the tables there first.
      const { subselect, testexpr, ...rest } = fields;
      const below = { subselect: bind(subselect as Node, false) };
      const test = testexpr === undefined ? {} : { testexpr: bind(testexpr as Node, isTop) };
      return { SubLink: { ...rest, ...test, ...below } };
    });
  }

  function bindColumn(fields: Fields, isTop: boolean): Node | null {
    const names = namesOf(fields.fields);
    if (names.length === 1) {
      if (!isTop || names[0] === "*") return null;
      return { ColumnRef: { fields: [{ String: { sval: row } }, ...(fields.fields as Node[])] } };
    }
    if (known.has(names.at(-2)!)) return null;
    // Not by name: what a rule says is for those who may read rules.
    throw new ServiceError("forbidden_sql", "A row-level rule names a column of another table.", {
      hint: "Nothing is shown until an administrator corrects the rule.",
    });
  }
}

/** The names by which rows can be named within the clause's own subqueries. */
function rowNames(clause: Node): Set<string> {
  const names = new Set<string>();
  const [kind, fields] = Object.entries(clause)[0]!;
  eachNode(kind, fields, (kind, fields) => {
    if (kind === "Alias") names.add(String(fields.aliasname));
    if (kind === "RangeVar") names.add(String(fields.relname));
  });
  return names;
}
