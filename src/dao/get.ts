/** One object by id, UUID or slug, as a caller may see it. */
import type { Caller } from "../auth/caller.ts";
import { UUID } from "./filters.ts";
import { storedExpression } from "./list.ts";
import { type Reader, selectionOf } from "./read.ts";
import type { Resource, Values } from "./resource.ts";
import { type Condition, parameter, sql } from "./sql.ts";

export type Identifier = number | string;

/**
 * The object, or null where there is none that the caller may see. A number, or text of digits, is
 * an id; else it is a UUID or a slug where the resource has one.
 * @param values of parameters that the resource's own condition names
 */
export async function get(
  reader: Reader,
  resource: Resource,
  caller: Caller,
  identifier: Identifier,
  columns: readonly string[],
  values: Readonly<Record<string, unknown>> = {},
): Promise<Values | null> {
  const lookup = lookupOf(reader, resource, identifier);
  if (lookup === null) return null;
  const selection = selectionOf(resource, columns);
  const rows = await reader.run(
    caller,
    `get|${resource.plural}|${lookup.by}|${columns.join(",")}`,
    (view) =>
      reader.dialect.builder
        .selectFrom(resource.table)
        .select(selection.stored.map((name) => storedExpression(reader, resource, name).as(name)))
        .where(lookup.condition)
        .where(resource.visible(view))
        .limit(1),
    { ...values, identifier: lookup.value },
  );
  const row = rows[0];
  if (!row) return null;
  const related = await reader.related(caller, resource, selection, [Number(row.id)]);
  return reader.present(resource, selection, row, related, reader.deriveContext);
}

interface Lookup {
  readonly by: "id" | "uuid" | "slug";
  readonly value: unknown;
  readonly condition: Condition;
}

/**
 * Superset: ids first, then UUIDs, then slugs (6.1, superset/mcp_service/mcp_core.py); null for what
 * can be none. The condition's value is the parameter `identifier`.
 */
export function lookupOf(
  reader: Reader,
  resource: Resource,
  identifier: Identifier,
): Lookup | null {
  const by = (by: Lookup["by"], value: unknown): Lookup => {
    const column = sql.ref(`${resource.table}.${by}`), wanted = parameter("identifier");
    const condition = by === "slug"
      ? reader.dialect.equals(column, wanted)
      : sql<boolean>`${column} = ${wanted}`;
    return { by, value, condition };
  };
  const text = String(identifier);
  if (/^\d{1,10}$/.test(text)) {
    const id = Number(text);
    return id < 2 ** 31 ? by("id", id) : null;
  }
  if (resource.identifiers.includes("uuid") && UUID.test(text)) {
    return by("uuid", reader.dialect.uuid(text));
  }
  return resource.identifiers.includes("slug") && !text.includes("\0") ? by("slug", text) : null;
}
