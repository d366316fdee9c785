/** The rules over PostgreSQL's parse tree, in the order in which they are applied to each node. */
import { eachNode, type Node } from "../tree.ts";
import { noStar, noSubquery, noSystemColumn } from "./expression_only.ts";
import { functionsInFrom, sampling } from "./from.ts";
import { functionsByList, operatorsByList, typesByList, valueFunctions } from "./functions.ts";
import { knownParameters } from "./parameters.ts";
import { noCallByColumn } from "./call_by_column.ts";
import type { Allowed, Rule } from "./rule.ts";

const ALWAYS: readonly Rule[] = [
  functionsByList,
  operatorsByList,
  typesByList,
  valueFunctions,
  knownParameters,
  functionsInFrom,
  sampling,
];

const EXPRESSION: readonly Rule[] = [noSubquery, noStar, noSystemColumn, ...ALWAYS];

/** @throws ServiceError forbidden_sql */
export function checkExpression(node: Node, allowed: Allowed): void {
  check(node, EXPRESSION, allowed);
}

/** Also for a rule's clause, which may hold subqueries. @throws ServiceError forbidden_sql */
export function checkStatement(node: Node, allowed: Allowed): void {
  check(node, ALWAYS, allowed);
  noCallByColumn(node, allowed);
}

function check(node: Node, rules: readonly Rule[], allowed: Allowed): void {
  const [kind, fields] = Object.entries(node)[0]!;
  // A node's own rules come before its fields are looked into, so that the plainest reason is given.
  eachNode(kind, fields, (kind, fields) => {
    for (const rule of rules) rule(kind, fields, allowed);
  });
}
