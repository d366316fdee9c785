/**
 * The rules over PostgreSQL's parse tree, by the name of their file here and of their fixtures
 * (tests/fixtures/guard/postgresql/rules). Two stand before them: a text is one statement of a kind
 * that is allowed (parser.ts), and no construct is looked at that the grammar's list leaves out
 * (tree.ts); and one after them, on each table that a statement names (no_system_catalog.ts).
 */
import { eachNode, type Node } from "../tree.ts";
import { functionsByList } from "./functions_by_list.ts";
import { functionsInFrom } from "./functions_in_from.ts";
import { knownParameters } from "./known_parameters.ts";
import { noCallByColumn } from "./no_call_by_column.ts";
import { noCallByField } from "./no_call_by_field.ts";
import { noStar } from "./no_star.ts";
import { noSubquery } from "./no_subquery.ts";
import { noSystemColumn } from "./no_system_column.ts";
import { noWithTies } from "./no_with_ties.ts";
import { operatorsByList } from "./operators_by_list.ts";
import type { Allowed, Rule, StatementRule } from "./rule.ts";
import { samplingMethods } from "./sampling_methods.ts";
import { typesByList } from "./types_by_list.ts";
import { valueFunctions } from "./value_functions.ts";
import { writesAtTheTop } from "./writes_at_the_top.ts";

type Rules<Kind> = Readonly<Record<string, Kind>>;

/** Of every node, in this order. */
export const NODE_RULES: Rules<Rule> = {
  writes_at_the_top: writesAtTheTop,
  functions_by_list: functionsByList,
  no_call_by_field: noCallByField,
  operators_by_list: operatorsByList,
  types_by_list: typesByList,
  value_functions: valueFunctions,
  known_parameters: knownParameters,
  functions_in_from: functionsInFrom,
  sampling_methods: samplingMethods,
  no_with_ties: noWithTies,
};

/** Of a statement as a whole, when its nodes are allowed. */
export const STATEMENT_RULES: Rules<StatementRule> = { no_call_by_column: noCallByColumn };

/** Of the nodes of an expression that stands in the service's own query, before the others. */
export const EXPRESSION_RULES: Rules<Rule> = {
  no_subquery: noSubquery,
  no_star: noStar,
  no_system_column: noSystemColumn,
};

const ALWAYS = Object.values(NODE_RULES);
const EXPRESSION = [...Object.values(EXPRESSION_RULES), ...ALWAYS];
const STATEMENT = Object.values(STATEMENT_RULES);

/** @throws ServiceError forbidden_sql */
export function checkExpression(node: Node, allowed: Allowed): void {
  check(node, EXPRESSION, allowed);
}

/** Also for a rule's clause, which may hold subqueries. @throws ServiceError forbidden_sql */
export function checkStatement(node: Node, allowed: Allowed): void {
  check(node, ALWAYS, allowed);
  for (const rule of STATEMENT) rule(node, allowed);
}

function check(node: Node, rules: readonly Rule[], allowed: Allowed): void {
  const [kind, fields] = Object.entries(node)[0]!;
  // A node's own rules come before its fields are looked into, so that the plainest reason is given.
  eachNode(kind, fields, (kind, fields) => {
    for (const rule of rules) rule(kind, fields, allowed);
  });
}
