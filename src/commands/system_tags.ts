/**
 * The tags that Superset itself gives each new object where TAGGING_SYSTEM is on: its kind and its
 * owners (6.1, superset/tags/models.py `ObjectUpdater.after_insert`).
 */
import { sql } from "../dao/sql.ts";
import { madeBy } from "./audit.ts";
import type { CommandContext } from "./define_command.ts";

/** What the tags call an object's kind; a saved query is a `query` there. */
export type TaggedKind = "query" | "chart" | "dashboard" | "dataset";

export async function tagNewObject(
  context: CommandContext,
  kind: TaggedKind,
  id: number,
  ownerIds: readonly number[],
): Promise<void> {
  if (context.featureFlags.TAGGING_SYSTEM !== true) return;
  const tags = [
    ...ownerIds.map((owner) => ({ name: `owner:${owner}`, type: "owner" })),
    { name: `type:${kind}`, type: "type" },
  ];
  for (const tag of tags) {
    const tagId = await idOf(context, tag);
    await context.transaction.insert("tagged_object", {
      ...madeBy(context.caller, context.now),
      ...{ tag_id: tagId, object_id: id, object_type: kind },
    });
  }
}

async function idOf(
  { transaction, caller, now }: CommandContext,
  tag: { readonly name: string; readonly type: string },
): Promise<number> {
  const [known] = await transaction.run(
    sql`select id from tag where name = ${tag.name} and type = ${tag.type}`,
  );
  if (known !== undefined) return Number(known.id);
  return await transaction.insert("tag", { ...madeBy(caller, now), ...tag });
}
