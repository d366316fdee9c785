/** The rules that bind a caller in a database, as the guard takes them. */
import type { Caller } from "../auth/caller.ts";
import type { BindingRule } from "../dao/bound_database.ts";
import type { RowPolicy } from "../query/policy.ts";
import type { Templates } from "./templates.ts";

/** Where a dataset is that does not say it, whatever place the query is asked in. */
export interface Home {
  /** The connection's own; null where the engine has none, and a dataset's then says nothing. */
  readonly catalog: string | null;
  /** A table of its name in any of these may be meant, and is bound. */
  readonly schemas: readonly (string | null)[];
}

/**
 * Rendered when a table of theirs is asked for, so that a rule of another table stops no query. The
 * home is the connection's (Superset 6.1: superset/utils/rls.py, `get_predicates_for_table`).
 */
export function rowPolicies(
  rules: readonly BindingRule[],
  templates: Pick<Templates, "renderRule">,
  home: Home,
): readonly RowPolicy[] {
  const byDataset = Map.groupBy(rules, ({ dataset }) => dataset.id);
  return [...byDataset.values()].flatMap((ofOne) => {
    const { id, catalog, schema, table, virtual } = ofOne[0]!.dataset;
    const schemas = schema === null ? home.schemas : [schema];
    return schemas.map((schema) => ({
      datasetId: id,
      table: { catalog: home.catalog === null ? null : catalog ?? home.catalog, schema, table },
      virtual,
      rules: ofOne.map((rule) => ({
        id: rule.id,
        name: rule.name,
        groupKey: rule.groupKey,
        get clause() {
          return templates.renderRule(rule);
        },
      })),
    }));
  });
}

/** Whether the text of rules may be shown to a caller. */
export function mayReadRules({ permissions }: Caller): boolean {
  return permissions.has("can_read Row Level Security");
}
