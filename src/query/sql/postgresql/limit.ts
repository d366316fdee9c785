/** The limit of a whole statement, set in its tree: of two limits the smaller holds. */
import type { Fields, Node } from "./tree.ts";

/** @param rows at least 1 */
export function withLimit(statement: Node, rows: number): Node {
  const select = statement.SelectStmt!;
  const own = select.limitCount as Node | undefined;
  return {
    SelectStmt: {
      ...select,
      limitCount: own === undefined ? whole(rows) : smaller(own, rows),
      limitOption: "LIMIT_OPTION_COUNT",
    },
  };
}

/** A limit that is worked out is compared on the server. LEAST passes over NULL, which is no limit. */
function smaller(own: Node, rows: number): Node {
  const constant = own.A_Const;
  if (constant?.isnull === true) return whole(rows);
  if (constant?.ival !== undefined) {
    return whole(Math.min(Number((constant.ival as Fields).ival ?? 0), rows));
  }
  return { MinMaxExpr: { op: "IS_LEAST", args: [own, whole(rows)] } };
}

/** Zero is written as an absent field. */
function whole(value: number): Node {
  return { A_Const: { ival: value === 0 ? {} : { ival: value } } };
}
