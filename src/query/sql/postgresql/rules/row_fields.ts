/**
 * Names that stand after a row: `t.f` and `(t).f` are `f(t)` where t has no column f. A table's row is
 * taken by functions that people made; which there are is known to the database, so these names are
 * handed to the guard, which refuses those (refuseCallByColumn in guard.ts).
 */
import { eachNode, namesOf, type Node } from "../tree.ts";
import type { Allowed } from "./rule.ts";

export function rowFields(statement: Node, { functions }: Allowed): readonly string[] {
  const names = new Set<string>();
  const [kind, fields] = Object.entries(statement)[0]!;
  eachNode(kind, fields, (kind, fields) => {
    const written = kind === "ColumnRef"
      ? namesOf(fields.fields).slice(1)
      : kind === "A_Indirection"
      ? (fields.indirection as Node[]).flatMap((step) => step.String ? namesOf([step]) : [])
      : [];
    for (const name of written) if (name !== "*" && !functions.has(name)) names.add(name);
  });
  return [...names];
}
