/** What the documents and files beside the code say of it. */
import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { outdatedDocuments } from "../../scripts/docs.ts";
import { environmentNames, SETTINGS } from "../../src/config/settings.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));

Deno.test("the generated documents are as the code says", async () => {
  assert.deepEqual(await outdatedDocuments(), [], "run `deno task docs`");
});

Deno.test("the README names every setting and both commands", async () => {
  const readme = await read("README.md");
  const phrases = [
    ...SETTINGS.map((setting) => `\`${setting.name}\``),
    "npx -y deno@2.9.6 task start",
    "npx -y deno@2.9.6 task test",
  ];
  assert.deepEqual(phrases.filter((phrase) => !readme.includes(phrase)), []);
});

Deno.test("the service may read its settings from the environment, and PostgreSQL's own", () => {
  assert.deepEqual(
    [...project.permissions.service.env].sort(),
    [...environmentNames(), "PG*"].sort(),
  );
});

Deno.test("the service may write no file, start no program and load no library", () => {
  assert.deepEqual(Object.keys(project.permissions.service).sort(), ["env", "net", "read"]);
});

Deno.test("no task gives the service more than its permissions", () => {
  const tasks: Record<string, { command: string }> = project.tasks;
  for (const [name, { command }] of Object.entries(tasks)) {
    assert.ok(!/ run\b.* (-A|--allow-all)\b/.test(command), name);
    if (command.includes("main.ts")) {
      assert.match(command, /^deno run -q -P=service (--v8-flags=\S+ )?main\.ts$/);
    }
  }
});

Deno.test("one version of Deno is named everywhere", async () => {
  for (const path of ["README.md", "Dockerfile", ".ci/run"]) {
    const versions = [...(await read(path)).matchAll(/deno(?:@|:debian-)(\d+\.\d+\.\d+)/g)];
    assert.notEqual(versions.length, 0, path);
    for (const [, version] of versions) assert.equal(version, "2.9.6", path);
  }
});
