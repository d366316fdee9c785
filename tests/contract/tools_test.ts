/** The registry as a whole, and as a client is told of it. */
import assert from "node:assert/strict";
import { isReadOnly } from "../../src/tools/define_tool.ts";
import { TOOLS } from "../../src/tools/registry.ts";
import { demoTools, wireBytes } from "../support/demo_tools.ts";

/** What Superset 6.1's 24 tools take, as compact JSON. */
const BUDGET_BYTES = 49_000;

const HINTS = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];

Deno.test("no two tools share a name", () => {
  const names = TOOLS.map((tool) => tool.name);
  assert.deepEqual(names, [...new Set(names)]);
});

Deno.test("every tool's name and arguments are snake_case", () => {
  const names = TOOLS.flatMap((tool) => [tool.name, ...Object.keys(tool.input.shape)]);
  assert.deepEqual(names.filter((name) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)), []);
});

Deno.test("every tool says who may use it", () => {
  const open = TOOLS.filter((tool) => tool.access !== "public" && tool.access.length === 0);
  assert.deepEqual(open.map((tool) => tool.name), []);
});

Deno.test("tools/list tells all that a client needs, within its budget of bytes", async (t) => {
  const tools = await demoTools();
  await t.step("names every tool of the registry to one who may use all", () => {
    assert.deepEqual(tools.map((tool) => tool.name).sort(), TOOLS.map((tool) => tool.name).sort());
  });
  for (const tool of tools) {
    await t.step(`${tool.name} has a title, a description, hints and both schemas`, () => {
      assert.ok(tool.title, "title");
      assert.match(tool.description ?? "", /^[A-Z].{8,}\.$/s, "description");
      assert.equal(tool.inputSchema.type, "object");
      assert.equal(tool.outputSchema?.type, "object");
      const hints = tool.annotations ?? {};
      assert.deepEqual(HINTS.filter((hint) => typeof hints[hint] !== "boolean"), [], "hints");
      const declared = TOOLS.find(({ name }) => name === tool.name)!;
      assert.equal(hints.readOnlyHint, isReadOnly(declared));
    });
  }
  await t.step(`takes no more than ${BUDGET_BYTES} bytes`, () => {
    const bytes = tools.reduce((sum, tool) => sum + wireBytes(tool), 0);
    assert.ok(bytes <= BUDGET_BYTES, `${tools.length} tools take ${bytes} bytes`);
  });
});
