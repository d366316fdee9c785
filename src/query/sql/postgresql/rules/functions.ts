/** Functions, operators and types by list, however they are spelled. */
import { forbidden } from "../../forbidden.ts";
import {
  POSTGRESQL_FUNCTIONS,
  POSTGRESQL_OPERATORS,
  POSTGRESQL_TYPES,
  RESULT_FIELDS,
} from "../functions.ts";
import { namesOf, type Node } from "../tree.ts";
import type { Rule } from "./rule.ts";

const EXTEND = "Use another function, or ask an operator to allow this one.";

export const functionsByList: Rule = (kind, fields, { functions }) => {
  if (kind === "FuncCall") {
    const name = builtIn(namesOf(fields.funcname));
    if (!POSTGRESQL_FUNCTIONS.has(name) && !functions.has(name)) {
      throw forbidden(`the function ${name}`, EXTEND);
    }
  }
  // `(x).f` is `f(x)` where x has no column f, of whatever type x is (PostgreSQL, 4.2.4 and 8.16.5).
  if (kind === "A_Indirection") {
    for (const step of fields.indirection as Node[]) {
      const name = step.String === undefined ? null : String(step.String.sval);
      if (name === null || RESULT_FIELDS.has(name)) continue;
      if (!POSTGRESQL_FUNCTIONS.has(name) && !functions.has(name)) {
        throw forbidden(
          `(…).${name}, which could call a function`,
          "Name the column by its table's alias, without parentheses.",
        );
      }
    }
  }
};

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

export const typesByList: Rule = (kind, fields, { types }) => {
  if (kind !== "TypeName") return;
  const name = builtIn(namesOf(fields.names));
  if (!POSTGRESQL_TYPES.has(name) && !types.has(name)) throw forbidden(`the type ${name}`);
};

export const valueFunctions: Rule = (kind, fields) => {
  if (kind !== "SQLValueFunction") return;
  const name = String(fields.op).replace(/^SVFOP_/, "").replace(/_N$/, "");
  if (!/^(CURRENT_DATE|CURRENT_TIME|CURRENT_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP)$/.test(name)) {
    throw forbidden(name, "The person asking is current_username() in Jinja.");
  }
};

/** A name without `pg_catalog.`; one of another schema keeps it, and so is in no list by default. */
function builtIn(names: readonly string[]): string {
  return names[0] === "pg_catalog" ? names.slice(1).join(".") : names.join(".");
}
