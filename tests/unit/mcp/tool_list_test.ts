/** The tools of a service as its settings leave them. */
import assert from "node:assert/strict";
import { servedTools } from "../../../src/mcp/tool_list.ts";
import { TOOLS } from "../../../src/tools/registry.ts";

function leftOut(...names: readonly string[]): string[] {
  const served = new Set(
    servedTools(TOOLS, { disabled: new Set(names), readOnly: false }).map(({ name }) => name),
  );
  return TOOLS.map(({ name }) => name).filter((name) => !served.has(name)).sort();
}

for (
  const [disabled, gone] of [
    ["list_charts", ["list_charts"]],
    ["execute_sql", ["execute_sql", "run_saved_query"]],
    ["run_saved_query", ["run_saved_query"]],
    ["save_sql_query", ["save_sql_query"]],
  ] as const
) {
  Deno.test(`where ${disabled} is disabled, ${gone.join(" and ")} ${gone.length > 1 ? "are" : "is"} not there`, () => {
    assert.deepEqual(leftOut(disabled), gone);
  });
}

Deno.test("what does another tool's work names one that is there", () => {
  const names = new Set(TOOLS.map(({ name }) => name));
  for (const { name, does = name } of TOOLS) assert.ok(names.has(does), `${name} does ${does}`);
});
