import assert from "node:assert/strict";
import fc from "fast-check";
import { serializeToolResult, toolResult } from "../../../src/mcp/tool_result.ts";

Deno.test("a result on the wire is the same whether its content is printed once or twice", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (structured, isError) => {
      const result = toolResult(structured, { isError });
      const copy = { ...result };
      assert.deepEqual(JSON.parse(serializeToolResult(result)), JSON.parse(JSON.stringify(copy)));
      assert.deepEqual(JSON.parse(serializeToolResult(copy)), JSON.parse(JSON.stringify(copy)));
    }),
  );
});

Deno.test("a picture comes before the text that describes it", () => {
  const picture = { type: "image" as const, data: "AAAA", mimeType: "image/png" };
  const { content } = JSON.parse(
    serializeToolResult(toolResult({ width: 1 }, { before: [picture] })),
  );
  assert.deepEqual(content, [picture, { type: "text", text: '{"width":1}' }]);
});
