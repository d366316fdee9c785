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

/** By what stands for the right to make it. */
const MAKERS = {
  GUARD_TOKEN: ["query/guard/guard.ts", "query/guard/guarded_plan.ts"],
  WRITE_TOKEN: ["query/guard/guard_write.ts", "query/guard/guarded_write.ts"],
};

for (const [token, makers] of Object.entries(MAKERS)) {
  Deno.test(`${token}, which makes what is run, is used in the guard's own folder alone`, async () => {
    const users: string[] = [];
    for await (const source of sources(SRC)) {
      const text = await Deno.readTextFile(source);
      if (text.includes(token)) users.push(source.href.slice(SRC.href.length));
    }
    assert.deepEqual(users.sort(), makers);
  });
}
