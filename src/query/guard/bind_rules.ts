/**
 * The rules of policies as one condition. Rules of one group key are OR'd, groups and rules without
 * a key are AND'd (Superset 6.1: superset/connectors/sqla/models.py, get_sqla_row_level_filters),
 * each clause read on its own first, so that none can reach out of its parentheses.
 */
import { ServiceError } from "../../errors.ts";
import type { RowPolicy, RowRule } from "../policy.ts";
import type { SqlParser } from "../sql/dialect.ts";

export interface BoundRules {
  /** Null where no rule binds. */
  readonly condition: string | null;
  readonly names: readonly string[];
  /** Each rule's clause as it was read, for the policy's key. */
  readonly clauses: readonly string[];
}

export const NO_RULES: BoundRules = { condition: null, names: [], clauses: [] };

/** @throws ServiceError forbidden_sql when a rule can't be read: the query is then not run */
export function bindRules(
  policies: readonly RowPolicy[],
  parser: SqlParser,
  mayReadRules: boolean,
): BoundRules {
  const bound = policies.map((policy) => bindPolicy(policy, parser, mayReadRules))
    .filter((rules) => rules.condition !== null);
  if (bound.length === 0) return NO_RULES;
  return {
    condition: all(bound.map((rules) => rules.condition!)),
    names: bound.flatMap((rules) => rules.names),
    clauses: bound.flatMap((rules) => rules.clauses),
  };
}

function bindPolicy({ rules }: RowPolicy, parser: SqlParser, mayReadRules: boolean): BoundRules {
  if (rules.length === 0) return NO_RULES;
  const groups = Map.groupBy(rules, (rule) => rule.groupKey ?? rule);
  const read = (rule: RowRule) => readClause(rule, parser, mayReadRules);
  return {
    condition: all([...groups.values()].map((group) => any(group.map(read)))),
    names: rules.map((rule) => rule.name),
    clauses: rules.map(read),
  };
}

/**
 * A rule's clause as the engine's grammar prints it.
 * @throws ServiceError forbidden_sql when it can't be read
 */
export function readClause(
  rule: Pick<RowRule, "name" | "clause">,
  parser: SqlParser,
  mayReadRules: boolean,
): string {
  try {
    return parser.clause(rule.clause);
  } catch (fault) {
    if (!(fault instanceof ServiceError) || fault.type === "unavailable") throw fault;
    // The reason quotes the clause, which is nobody's business but that of who may read rules.
    throw mayReadRules
      ? new ServiceError("forbidden_sql", `The row-level rule '${rule.name}' can't be read.`, {
        hint: `Correct its clause: ${fault.message}`,
      })
      : new ServiceError("forbidden_sql", "A row-level rule on this data can't be read.", {
        hint: "Nothing is shown until an administrator corrects the rule.",
      });
  }
}

const all = (conditions: readonly string[]) => joined(conditions, " AND ");
const any = (conditions: readonly string[]) => joined(conditions, " OR ");

function joined(conditions: readonly string[], operator: string): string {
  return conditions.map((condition) => `(${condition})`).join(operator);
}
