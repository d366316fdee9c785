import assert from "node:assert/strict";
import { compilerFor, denortVersion } from "../../../scripts/compile.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

for (
  const [what, content, version] of [
    ["its only user agent", "\0\x7fELF Deno/2.7.11Den\0", "2.7.11"],
    ["the running version among several", "Deno/0.80.0 \0 Deno/2.9.6", "2.9.6"],
  ] as const
) {
  Deno.test(`reads a base's version from ${what}`, () => {
    assert.equal(denortVersion(bytes(content), "2.9.6"), version);
  });
}

for (
  const [what, content] of [["names no version", "\x7fELF"], [
    "names two others",
    "Deno/1.0.0 Deno/2.0.0",
  ]] as const
) {
  Deno.test(`asks for DENO_COMPILE_VERSION where a base ${what}`, () => {
    assert.throws(() => denortVersion(bytes(content), "2.9.6"), /set DENO_COMPILE_VERSION/);
  });
}

Deno.test("compiles with the running Deno unless the base is of another version", () => {
  const own = { command: "/bin/deno", args: ["compile"] };
  assert.deepEqual(compilerFor(null, "2.9.6", "/bin/deno"), own);
  assert.deepEqual(compilerFor("2.9.6", "2.9.6", "/bin/deno"), own);
  assert.deepEqual(compilerFor("2.7.11", "2.9.6", "/bin/deno"), {
    command: "npx",
    args: ["-y", "deno@2.7.11", "compile"],
  });
});
