/** Who may make what the drivers run. */
import assert from "node:assert/strict";

const SRC = new URL("../../src/", import.meta.url);

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) yield* sources(url);
    else if (entry.name.endsWith(".ts")) yield url;
  }
}

Deno.test("the token that makes a GuardedPlan is used in the guard's own folder alone", async () => {
  const users: string[] = [];
  for await (const source of sources(SRC)) {
    const text = await Deno.readTextFile(source);
    if (text.includes("GUARD_TOKEN")) users.push(source.href.slice(SRC.href.length));
  }
  assert.deepEqual(users.sort(), ["query/guard/guard.ts", "query/guard/guarded_plan.ts"]);
});
