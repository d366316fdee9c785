import assert from "node:assert/strict";
import * as z from "zod";
import { toolSchema } from "../../../src/mcp/tool_schema.ts";

const CASES: readonly (readonly [string, z.ZodType, unknown])[] = [
  ["text without its bounds", z.string().min(1).max(500), { type: "string" }],
  ["an id as a number", z.int().min(1).max(2 ** 31 - 1), { type: "integer" }],
  ["a bound that a caller has to know", z.int().min(1).max(100), {
    ...{ type: "integer", minimum: 1, maximum: 100 },
  }],
  ["a number's own least value", z.int().min(0), { type: "integer", minimum: 0 }],
  ["a list without its bound", z.array(z.string()).max(9), {
    ...{ type: "array", items: { type: "string" } },
  }],
  ["a pair with its length", z.tuple([z.string(), z.boolean()]), {
    type: "array",
    prefixItems: [{ type: "string" }, { type: "boolean" }],
    ...{ items: false, minItems: 2, maxItems: 2 },
  }],
  ["types that are one list of names", z.union([z.int().min(1).max(2 ** 31 - 1), z.string()]), {
    type: ["integer", "string"],
  }],
  ["what a list among them holds", z.union([z.string(), z.array(z.number()), z.null()]), {
    type: ["string", "array", "null"],
    items: { type: "number" },
  }],
  ["two kinds of lists apart", z.union([z.array(z.string()), z.array(z.number())]), {
    anyOf: [
      { type: "array", items: { type: "string" } },
      { type: "array", items: { type: "number" } },
    ],
  }],
  ["variants that say more than a type", z.union([z.string(), z.enum(["a", "b"])]), {
    anyOf: [{ type: "string" }, { type: "string", enum: ["a", "b"] }],
  }],
];

for (const [name, schema, expected] of CASES) {
  Deno.test(`a schema of tools/list holds ${name}`, () => {
    const { properties } = toolSchema(z.strictObject({ one: schema }), "input");
    assert.deepEqual(properties, { one: expected });
  });
}

Deno.test("an input says that it takes no other arguments, an output that it may hold more", () => {
  const schema = z.strictObject({ one: z.string() });
  assert.equal(toolSchema(schema, "input").additionalProperties, false);
  assert.equal(toolSchema(schema, "output").additionalProperties, undefined);
});

Deno.test("a description stands beside joined types", () => {
  const schema = z.object({ one: z.union([z.string(), z.null()]).describe("Words") });
  assert.deepEqual(toolSchema(schema, "input").properties, {
    one: { type: ["string", "null"], description: "Words" },
  });
});
