/** What a process evaluates before it answers: docs/decisions/0016-start.md. */
import assert from "node:assert/strict";
import { dirname } from "node:path";

const ROOT = new URL("../../", import.meta.url).href;

interface Dependency {
  readonly code?: { readonly specifier?: string };
  readonly isDynamic?: boolean;
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

/** Files and packages: all of the program, and what main.ts reaches without dynamic imports and types. */
async function modulesOfProgram(): Promise<{ all: readonly string[]; atStart: readonly string[] }> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: dirname(dirname(import.meta.dirname!)),
    stdin: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  const dependencies = new Map(modules.map((one) => [one.specifier, one.dependencies ?? []]));
  const reached = new Set<string>();
  const visit = (specifier: string) => {
    if (reached.has(specifier)) return;
    reached.add(specifier);
    for (const { code, isDynamic } of dependencies.get(specifier) ?? []) {
      if (code?.specifier && !isDynamic) visit(code.specifier);
    }
  };
  visit(`${ROOT}main.ts`);
  const named = (specifiers: Iterable<string>) =>
    [...specifiers].map((specifier) => specifier.replace(ROOT, ""));
  return { all: named(dependencies.keys()), atStart: named(reached) };
}

const LATER = [
  ["the SDK", /^npm:\/?@modelcontextprotocol\//],
  ["mysql2", /^npm:\/?mysql2/],
  ["PostgreSQL's parser and printer", /^npm:\/?(libpg-query|pgsql-deparser)/],
  ["the index of prom-client", /^npm:\/?prom-client@[\d.]+$/],
  ["engines of analytics databases", /^src\/drivers\/analytics\/.*\/(engine|connection)\.ts$/],
  ["the service for queries", /^src\/data\/(data_service|session)\.ts$/],
  ["plans and the guard", /^src\/query\/(plan|guard)\/(plan_query|guard)\.ts$/],
  ["grammars", /^src\/query\/sql\/.*\/parser\.ts$/],
  ["chart kinds", /^src\/query\/charts\//],
  ["post-processing", /^src\/query\/post_processing\//],
  ["templates", /^src\/query\/jinja\//],
  ["the demo's workspace", /^src\/demo\/(?!settings\.ts$)/],
  ["the checks", /^src\/check\/(?!finding\.ts$)/],
  ["stdio", /^src\/mcp\/stdio/],
  ["the conformance fixtures", /^src\/mcp\/conformance\//],
] as const;

Deno.test("a start evaluates only what the first request needs", async (test) => {
  const { all, atStart } = await modulesOfProgram();
  assert.ok(atStart.includes("src/mcp/http.ts") && atStart.includes("src/tools/registry.ts"));
  for (const [what, pattern] of LATER) {
    await test.step(`and so not ${what}`, () => {
      assert.ok(all.some((specifier) => pattern.test(specifier)), "it is no part of the program");
      assert.deepEqual(atStart.filter((specifier) => pattern.test(specifier)), []);
    });
  }
});
