/** Completion of identifiers: what is typed is looked for among the objects the caller may see. */
import type { Caller } from "../auth/caller.ts";
import type { Dao } from "../dao/dao.ts";
import type { Resource } from "../dao/resource.ts";

/** The most values of one answer (MCP revisions 2025-03-26 and later, "Completion"). */
const MAX_VALUES = 100;

export type Completed = {
  readonly values: string[];
  readonly total: number;
  readonly hasMore: boolean;
};

export const NOTHING: Completed = { values: [], total: 0, hasMore: false };

/**
 * Identifiers that begin with what was typed, or belong to objects whose name holds it: a slug where
 * there is one, else the id.
 */
export async function completeIdentifier(
  dao: Dao,
  caller: Caller,
  resource: Resource,
  typed: string,
): Promise<Completed> {
  const hasSlug = resource.identifiers.includes("slug");
  const isNumber = /^\d+$/.test(typed);
  const { items, totalCount } = await dao.list(resource, caller, {
    page: 1,
    pageSize: MAX_VALUES,
    columns: hasSlug ? ["id", "slug"] : ["id"],
    ...(isNumber || typed === "" ? {} : { search: typed.slice(0, 100) }),
  });
  const values = items
    .map(({ id, slug }) => isNumber || !slug ? String(id) : String(slug))
    .filter((value) => !isNumber || value.startsWith(typed));
  return {
    values,
    total: isNumber ? values.length : totalCount,
    hasMore: totalCount > items.length,
  };
}
