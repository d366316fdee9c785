/** A tool's schemas as `tools/list` shows them: JSON Schema in as few bytes as tell a model all. */
import * as z from "zod";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * JSON Schema 2020-12, the protocol's default since 2025-11-25. What says nothing to who fills it in
 * is left out: the bounds of text and lists, and those that any number of its kind has. They are
 * checked all the same, and a refusal names them.
 */
export function toolSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => shorten(jsonSchema),
  }) as JsonSchema & { $schema?: unknown };
  if (io === "output" && made.additionalProperties === false) delete made.additionalProperties;
  return { type: "object", ...made };
}

/** Those of a safe integer, and of an id as Superset's tables hold it. */
const GREATEST: readonly unknown[] = [Number.MAX_SAFE_INTEGER, 2 ** 31 - 1];

function shorten(schema: JsonSchema): void {
  delete schema.minLength;
  delete schema.maxLength;
  if (schema.items !== undefined && schema.prefixItems === undefined) delete schema.maxItems;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (GREATEST.includes(schema.maximum)) {
    delete schema.maximum;
    if (schema.minimum === 1) delete schema.minimum;
  }
  if (isEmptyObject(schema.additionalProperties)) delete schema.additionalProperties;
  if (isEmptyObject(schema.properties)) delete schema.properties;
  joinVariants(schema);
}

/** `anyOf` of types that say no more than their name is one list of types. */
function joinVariants(schema: JsonSchema): void {
  const variants = (schema.anyOf ?? []) as readonly JsonSchema[];
  const lists = variants.filter(({ type }) => type === "array");
  const joins = variants.length > 0 && lists.length <= 1 && variants.every(isPlain);
  if (!joins) return;
  delete schema.anyOf;
  // `items` says something about lists only.
  const items = lists[0]?.items;
  const types = variants.flatMap(({ type }) => type as string | string[]);
  Object.assign(schema, { type: [...new Set(types)] }, items === undefined ? {} : { items });
}

function isPlain(schema: JsonSchema): boolean {
  const known = schema.type === "array" ? ["type", "items"] : ["type"];
  return schema.type !== undefined && Object.keys(schema).every((key) => known.includes(key));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
