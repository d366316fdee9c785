import assert from "node:assert/strict";
import * as z from "zod";
import { defineTool } from "../../../src/tools/define_tool.ts";

Deno.test("makes a tool's schemas when they are first looked at, and once", () => {
  const made = { input: 0, output: 0 };
  const tool = defineTool({
    name: "count_words",
    title: "Count words",
    description: "Counts the words of a text.",
    kind: "system",
    action: "read",
    access: "public",
    input: () => {
      made.input += 1;
      return { text: z.string() };
    },
    output: () => {
      made.output += 1;
      return z.object({ count: z.int() });
    },
    handle: ({ text }) => Promise.resolve({ count: text.split(" ").length }),
  });
  assert.deepEqual(made, { input: 0, output: 0 });
  assert.throws(() => tool.input.parse({ text: "a b", more: 1 }));
  assert.deepEqual(tool.input.parse({ text: "a b" }), { text: "a b" });
  assert.deepEqual(tool.output.parse({ count: 2 }), { count: 2 });
  assert.deepEqual(made, { input: 1, output: 1 });
});
