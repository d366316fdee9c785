/** Columns, relations and filters that several kinds of objects have alike. */
import type { Schema } from "../schema.ts";
import type { Relation, RelationFilter } from "../relation.ts";
import { type Column, derived, lookedUp, related, stored } from "../resource.ts";
import { ofPage } from "../relation.ts";
import { any, type Condition, type RawBuilder, sql } from "../sql.ts";
import { humanized } from "../decode.ts";
import type { View } from "../visibility.ts";

/** The tables that record who made and changed a row. */
type AuditedTable = {
  [Table in keyof Schema]: Schema[Table] extends { created_by_fk: unknown } ? Table : never;
}[keyof Schema];

/** A person's name by a reference to ab_user. */
function nameOf(reference: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select u.first_name || ' ' || u.last_name from ab_user u where u.id = ${reference})`;
}

/** When a row was made and changed, and by whom. */
export function auditColumns<Table extends AuditedTable & string>(
  table: Table,
): Record<string, Column> {
  const own = (name: "created_on" | "changed_on" | "created_by_fk" | "changed_by_fk") =>
    name as keyof Schema[Table] & string;
  const createdBy = nameOf(sql.ref(`${table}.created_by_fk`));
  const changedBy = nameOf(sql.ref(`${table}.changed_by_fk`));
  const at = { sortable: true };
  return {
    created_on: stored(table, own("created_on"), "datetime", "When it was made", at),
    changed_on: stored(table, own("changed_on"), "datetime", "When it was last changed", at),
    created_by_fk: stored(table, own("created_by_fk"), "int", "User id of who made it"),
    changed_by_fk: stored(table, own("changed_by_fk"), "int", "User id of who changed it last"),
    created_by: lookedUp(createdBy, "str", "Name of who made it"),
    created_by_name: lookedUp(createdBy, "str", "Name of who made it"),
    changed_by: lookedUp(changedBy, "str", "Name of who changed it last"),
    changed_by_name: lookedUp(changedBy, "str", "Name of who changed it last"),
    created_on_humanized: derived(
      "str",
      "How long ago it was made",
      ["created_on"],
      (values, { now }) => humanized(values.created_on, now),
    ),
    changed_on_humanized: derived(
      "str",
      "How long ago it was changed",
      ["changed_on"],
      (values, { now }) => humanized(values.changed_on, now),
    ),
  };
}

/** The join table of owners: whose rows name an object and a user. */
interface OwnerTable {
  readonly table: keyof Schema & string;
  readonly object: string;
}

export function ownersColumn({ table, object }: OwnerTable): Column {
  const relation: Relation = {
    name: "owners",
    types: { id: "int", username: "str", first_name: "str", last_name: "str" },
    statement: ({ dialect }) =>
      sql`select ${sql.ref(`o.${object}`)} as owner_id, u.id, u.username, u.first_name, u.last_name
            from ${sql.table(table)} o join ab_user u on u.id = o.user_id
           where ${ofPage(dialect, `o.${object}`)} order by u.id`,
  };
  return related("Who owns it", relation);
}

export function ownerFilter(
  owned: keyof Schema & string,
  { table, object }: OwnerTable,
): RelationFilter {
  return {
    type: "int",
    description: "User id of an owner",
    where: (fits) =>
      sql`${sql.ref(`${owned}.id`)} in (
        select ${sql.ref(`o.${object}`)} from ${sql.table(table)} o where ${fits(sql`o.user_id`)})`,
  };
}

/**
 * The numbers under which Superset's answers give a tag's type (6.1, superset/tags/models.py
 * `TagType`); the column holds the word.
 */
const TAG_TYPES: Readonly<Record<string, string>> = {
  custom: "1",
  type: "2",
  owner: "3",
  favorited_by: "4",
};

/** The words in tagged_object.object_type. */
type TaggedType = "chart" | "dashboard" | "dataset" | "query";

export function tagsColumn(type: TaggedType): Column {
  const relation: Relation = {
    name: "tags",
    types: { id: "int", name: "str", type: "str", description: "str" },
    statement: ({ dialect }) =>
      sql`select tt.object_id as owner_id, t.id, t.name, t.type, t.description
            from tagged_object tt join tag t on t.id = tt.tag_id
           where tt.object_type = ${sql.lit(type)} and ${ofPage(dialect, "tt.object_id")}
           order by t.id`,
    shape: (tag) => ({ ...tag, type: TAG_TYPES[String(tag.type)] ?? tag.type }),
  };
  return related("Its tags", relation);
}

export function tagFilter(owned: keyof Schema & string, type: TaggedType): RelationFilter {
  return {
    type: "str",
    description: "Name of a tag",
    where: (fits) =>
      sql`${sql.ref(`${owned}.id`)} in (
        select tt.object_id from tagged_object tt join tag t on t.id = tt.tag_id
         where tt.object_type = ${sql.lit(type)} and ${fits(sql`t.name`)})`,
  };
}

/** Whether the caller has marked it with a star (favstar.class_name as Superset writes it). */
export function favoriteFilter(
  owned: keyof Schema & string,
  className: "slice" | "Dashboard",
  userId: RawBuilder<unknown>,
): RelationFilter {
  const starred: Condition = sql`${sql.ref(`${owned}.id`)} in (
    select f.obj_id from favstar f
     where f.class_name = ${sql.lit(className)} and f.user_id = ${userId})`;
  return {
    type: "bool",
    description: "True for those the caller has starred",
    where: (fits) => fits(truth(starred)),
  };
}

/** True for what somebody has certified. */
export function certifiedFilter(certifiedBy: RawBuilder<unknown>): RelationFilter {
  return {
    type: "bool",
    description: "True for those that are certified",
    where: (fits) => fits(truth(sql`coalesce(${certifiedBy}, '') <> ''`)),
  };
}

/** A condition as a value that a boolean can be compared with, in every dialect. */
function truth(condition: Condition): RawBuilder<unknown> {
  return sql`(case when ${condition} then ${sql.lit(true)} else ${sql.lit(false)} end)`;
}

/** Either of the conditions, for a filter that takes an id or a name. */
export function either(...conditions: readonly Condition[]): Condition {
  return any(conditions);
}

export type { View };
