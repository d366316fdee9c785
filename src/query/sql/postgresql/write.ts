/** One INSERT, UPDATE or DELETE, read, and written anew with the full names of its tables. */
import type { NamedTable, ParsedWrite } from "../dialect.ts";
import { shallowEnough } from "../syntax_fault.ts";
import { CONSTRUCTS } from "./constructs.ts";
import { printReadable, printVerified } from "./print.ts";
import { spelled } from "./rewrite.ts";
import type { TableReference } from "./tables.ts";
import { type Fields, mapTree, type Node } from "./tree.ts";

/**
 * @param statement has been checked
 * @param named what it names
 * @param parse reads one statement
 */
export function parsedWrite(
  statement: Node,
  { tables, fields: rowFields }: {
    readonly tables: readonly TableReference[];
    readonly fields: readonly string[];
  },
  parse: (sql: string) => Node,
): ParsedWrite {
  const [kind, fields] = Object.entries(statement)[0]!;
  const print = (tree: Node) => shallowEnough(() => printVerified(tree, parse).sql);
  return {
    construct: CONSTRUCTS[kind]!,
    tables,
    fields: rowFields,
    target: tables.findIndex(({ range }) => range === fields.relation),
    get sql() {
      return print(statement);
    },
    get readable() {
      return shallowEnough(() => printReadable(statement, parse));
    },
    named: (names) => print(shallowEnough(() => withNames(kind, fields, tables, names))),
  };
}

function withNames(
  kind: string,
  fields: Fields,
  tables: readonly TableReference[],
  names: ReadonlyMap<number, NamedTable>,
): Node {
  const full = new Map<Fields, Fields>(
    tables.map(({ range }, index) => [range, { ...range, ...spelled(names.get(index)) }]),
  );
  const named = mapTree({ [kind]: fields }, (_, inner) => {
    const range = full.get(inner);
    return range === undefined ? null : { RangeVar: range };
  });
  // The target is a field of the statement and no node of its own.
  const relation = full.get(fields.relation as Fields)!;
  return { [kind]: { ...named[kind], relation } };
}
