/** Operators by list: in expressions, before ANY and ALL, and in ORDER BY … USING. */
import { forbidden } from "../../forbidden.ts";
import { POSTGRESQL_OPERATORS } from "../functions.ts";
import { namesOf } from "../tree.ts";
import { builtIn } from "./built_in.ts";
import type { Rule } from "./rule.ts";

export const operatorsByList: Rule = (kind, fields) => {
  const spelled = kind === "SubLink"
    ? fields.operName
    : kind === "SortBy"
    ? fields.useOp
    : kind === "A_Expr" && OPERATOR_KINDS.has(String(fields.kind))
    ? fields.name
    : undefined;
  if (spelled === undefined) return;
  const name = builtIn(namesOf(spelled));
  if (!POSTGRESQL_OPERATORS.has(name)) throw forbidden(`the operator ${name}`);
};

/** Kinds of `A_Expr` whose name is an operator; that of the others is a keyword, as in BETWEEN. */
const OPERATOR_KINDS: ReadonlySet<string> = new Set([
  ...["AEXPR_OP", "AEXPR_OP_ANY", "AEXPR_OP_ALL", "AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"],
  ...["AEXPR_NULLIF", "AEXPR_IN", "AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR"],
]);
