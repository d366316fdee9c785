import assert from "node:assert/strict";
import { z } from "zod";
import { toolsPage, typeName } from "../../../scripts/docs/tools_page.ts";
import { settingsTable, withSettings } from "../../../scripts/docs/settings_table.ts";
import { defineTool } from "../../../src/tools/define_tool.ts";

const greet = defineTool({
  name: "greet",
  title: "Greet | wave",
  description: "Says hello to a person.",
  kind: "chart",
  action: "read",
  access: [{ method: "can_read", view: "Chart" }, { method: "can_write", view: "Chart" }],
  input: () => ({
    identifier: z.union([z.int(), z.string()]).describe("Whom:\n id | name"),
    times: z.int().default(1).describe("How often"),
    moods: z.array(z.enum(["calm", "cross"])).optional(),
  }),
  ignored: ["refresh_metadata"],
  output: () => z.object({ greeting: z.string(), count: z.int() }),
  handle: () => Promise.resolve({ greeting: "hello", count: 1 }),
});

Deno.test("a tool that may write says which scope that needs", () => {
  assert.match(
    toolsPage([{ ...greet, mayWrite: true }]),
    /`superset:chart:read`, and `superset:chart:write` to write\n/,
  );
});

Deno.test("a tool's section says who may use it, its arguments and its answer", () => {
  const page = toolsPage([greet]);
  for (
    const line of [
      "1 tools. What a caller may not use is not in their `tools/list`. An object that",
      "| [`greet`](#greet) | Greet \\| wave |",
      "- **Who**: `can_read` on `Chart` or `can_write` on `Chart`",
      "- **Scope**, where they are enforced: `superset:chart:read`",
      "| `identifier` | integer \\| string | required | Whom: id \\| name |",
      "| `times` | integer | `1` | How often |",
      '| `moods` | ("calm" \\| "cross")[] |  |  |',
      "Accepted and without meaning here: `refresh_metadata`.",
      "Answers `greeting`, `count`.",
    ]
  ) {
    assert.ok(page.split("\n").includes(line), `the page lacks: ${line}\n${page}`);
  }
});

for (
  const [schema, name] of [
    [z.string(), "string"],
    [z.string().nullable(), "string | null"],
    [z.literal("asc"), '"asc"'],
    [z.array(z.object({ col: z.string(), value: z.unknown() })), "{col, value}[]"],
    [z.unknown(), "any"],
  ] as const
) {
  Deno.test(`names a type ${name}`, () => assert.equal(typeName(z.toJSONSchema(schema)), name));
}

const settings = [
  { name: "A_SECRET", default: "", meaning: "opens", secret: true, file: true },
  { name: "LATER", default: "3", meaning: "counts", unused: true },
] as const;

Deno.test("the table of settings names files and what is not used yet", () => {
  assert.equal(
    settingsTable(settings),
    "| name | default | meaning |\n| --- | --- | --- |\n" +
      "| `A_SECRET`, `A_SECRET_FILE` | | opens |\n" +
      "| `LATER` | 3 | counts (checked, not used by this version) |",
  );
});

Deno.test("puts the table between the README's marks, and the same again changes nothing", () => {
  const readme =
    "# R\n\n<!-- settings: written by `deno task docs` -->\nold\n<!-- end of settings -->\n\nend\n";
  const once = withSettings(readme, settings);
  assert.ok(!once.includes("old") && once.endsWith("<!-- end of settings -->\n\nend\n"));
  assert.equal(withSettings(once, settings), once);
});

Deno.test("says so when the README has lost its marks", () => {
  assert.throws(() => withSettings("# R", settings), /lacks the marks/);
});
