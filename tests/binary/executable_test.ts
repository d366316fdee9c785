/** The executable by itself: no environment, another folder, another user. */
import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { freePort } from "../support/free_port.ts";
import { mcpClient } from "../support/mcp_calls.ts";
import { isInstalled } from "../support/programs.ts";

const EXECUTABLE = decodeURIComponent(new URL("../../dist/superset-mcp", import.meta.url).pathname);
const missing = isInstalled(EXECUTABLE)
  ? ""
  : " (skipped: dist/superset-mcp is not there; run `deno task compile`)";
const noOther = Deno.uid() === 0 && isInstalled("setpriv")
  ? ""
  : " (skipped: only root can become another user)";

/** Runs a program that becomes nobody and then the executable. */
const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"];

function execute(
  line: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  const [command, ...rest] = line;
  return new Deno.Command(command!, {
    args: rest,
    cwd: "/",
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test({
  name: `the executable tells its version with no environment${missing}`,
  ignore: missing !== "",
}, async () => {
  const { code, stdout, stderr } = await execute([EXECUTABLE, "--version"]).output();
  const text = new TextDecoder();
  assert.equal(code, 0, text.decode(stderr));
  assert.match(text.decode(stdout), new RegExp(project.version.replaceAll(".", "\\.")));
});

for (
  const [how, wrapper, hasTemporary, skipped] of [
    ["with no environment", [], false, missing],
    ["and leaves nothing in the temporary folder", [], true, missing],
    ["as nobody", AS_NOBODY, false, missing || noOther],
  ] as const
) {
  Deno.test({
    name: `the executable serves the demo ${how}${skipped}`,
    ignore: skipped !== "",
  }, async () => {
    const port = freePort();
    // Where everyone may go, which the project's folder need not be.
    const folder = await Deno.makeTempDir();
    const executable = `${folder}/superset-mcp`;
    await Deno.copyFile(EXECUTABLE, executable);
    await Deno.chmod(folder, 0o755);
    const temporary = `${folder}/tmp`;
    await Deno.mkdir(temporary);
    const child = execute(
      [...wrapper, executable, "--port", String(port)],
      hasTemporary ? { TMPDIR: temporary } : {},
    ).spawn();
    const output = Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    let ended = false;
    const status = child.status.finally(() => ended = true);
    try {
      const url = `http://127.0.0.1:${port}`;
      let healthy = false;
      for (let tries = 0; tries < 200 && !healthy && !ended; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        healthy = await fetch(`${url}/health`).then(async (response) => {
          await response.body?.cancel();
          return response.ok;
        }, () => false);
      }
      assert.ok(healthy, ended ? (await output).join("\n") : "not healthy within 5 s");
      const { isError, content } = await mcpClient(url, null).call("list_charts");
      assert.ok(!isError && (content.charts as unknown[]).length > 0, JSON.stringify(content));
    } finally {
      if (!ended) child.kill("SIGTERM");
      const { code } = await status;
      const left = [...Deno.readDirSync(temporary)].map((entry) => entry.name);
      await Deno.remove(folder, { recursive: true });
      assert.deepEqual(left, []);
      assert.equal(code, 0, (await output).join("\n"));
    }
  });
}
