/** The rules that bind a caller in a database, as the guard takes them. */
import type { Caller } from "../auth/caller.ts";
import type { BindingRule } from "../dao/bound_database.ts";
import type { RowPolicy } from "../query/policy.ts";
import type { Templates } from "./templates.ts";

/**
 * Rendered when a table of theirs is asked for, so that a rule of another table stops no query.
 *
 * @param defaultSchema where a dataset that names no schema is: the connection's own, whatever schema
 *   the query is asked in (Superset 6.1: superset/utils/rls.py, `get_predicates_for_table`)
 */
export function rowPolicies(
  rules: readonly BindingRule[],
  templates: Pick<Templates, "renderRule">,
  defaultSchema: string | null,
): readonly RowPolicy[] {
  const byDataset = Map.groupBy(rules, ({ dataset }) => dataset.id);
  return [...byDataset.values()].map((ofOne) => {
    const { id, catalog, schema, table, virtual } = ofOne[0]!.dataset;
    return {
      datasetId: id,
      table: { catalog, schema: schema ?? defaultSchema, table },
      virtual,
      rules: ofOne.map((rule) => ({
        id: rule.id,
        name: rule.name,
        groupKey: rule.groupKey,
        get clause() {
          return templates.renderRule(rule);
        },
      })),
    };
  });
}

/** Whether the text of rules may be shown to a caller. */
export function mayReadRules({ permissions }: Caller): boolean {
  return permissions.has("can_read Row Level Security");
}
