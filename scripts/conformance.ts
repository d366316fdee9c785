/**
 * Runs the official MCP conformance suite against this service's endpoint with the suite's fixtures,
 * for every revision that names requirements, and exits non-zero when a required scenario fails.
 *
 * `deno run -A scripts/conformance.ts [--url http://…/mcp] [--processes N] [revision …]`: without a
 * URL it serves the endpoint itself; with N processes they share a bus, and requests go around.
 */
import { createConformanceFixtures } from "../src/mcp/conformance/fixtures.ts";
import { createMemoryBus } from "../src/mcp/bus.ts";
import { anEndpoint, serveEndpoint } from "../tests/support/mcp_endpoint.ts";
import type { McpEndpoint } from "../src/mcp/http.ts";

const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.11";
const REVISIONS = ["2025-11-25", "2026-07-28"];

/**
 * Deno 2.9 locks up once in some twenty starts of an npm program on a busy machine, before any of the
 * program runs: all its threads wait for each other. Such a start is ended and made again.
 */
const ATTEMPTS = 5;
const SILENCE_MS = 20_000;

if (import.meta.main) Deno.exit(await main(Deno.args));

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const url = valueOf(args, "--url");
  const processes = Number(valueOf(args, "--processes") ?? "1");
  const named = args.filter((arg) => REVISIONS.includes(arg));
  const served = url === undefined ? serve(processes) : null;
  const target = url ?? served?.url ?? "";

  let failed = 0;
  for (const revision of named.length > 0 ? named : REVISIONS) {
    console.log(`# conformance, revision ${revision}, ${target}`);
    const ok = await runSuite(target, revision);
    console.log(`# revision ${revision}: ${ok ? "every required scenario passes" : "FAILED"}`);
    if (!ok) failed++;
  }
  await served?.stop();
  return failed === 0 ? 0 : 1;
}

async function runSuite(url: string, revision: string): Promise<boolean> {
  // The suite writes its results under the working directory.
  const cwd = await Deno.makeTempDir({ prefix: "mcp-conformance-" });
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const outcome = await runOnce(url, revision, cwd);
      if (outcome !== "stuck") return outcome === "passed";
      console.log(`# the suite said nothing for ${SILENCE_MS / 1000} s; attempt ${attempt} ended`);
    }
    return false;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function runOnce(
  url: string,
  revision: string,
  cwd: string,
): Promise<"passed" | "failed" | "stuck"> {
  const suite = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--node-modules-dir=none", "-A", SUITE, "server", "--url", url]
      .concat("--requirements", revision),
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let spoke = false;
  const watch = setTimeout(() => spoke || suite.kill("SIGKILL"), SILENCE_MS);
  for await (const chunk of suite.stdout) {
    spoke = true;
    for (let at = 0; at < chunk.length;) at += Deno.stdout.writeSync(chunk.subarray(at));
  }
  clearTimeout(watch);
  const { success } = await suite.status;
  return success ? "passed" : spoke ? "failed" : "stuck";
}

function serve(processes: number): { url: string; stop(): Promise<void> } {
  const bus = createMemoryBus();
  const endpoints: McpEndpoint[] = Array.from(
    { length: processes },
    () => anEndpoint({ handlers: createConformanceFixtures(), bus }),
  );
  let turn = 0;
  const server = serveEndpoint({
    fetch: (request, options) => {
      const endpoint = endpoints[turn++ % endpoints.length];
      if (!endpoint) throw new Error(`--processes ${processes}: at least 1 is needed`);
      return endpoint.fetch(request, options);
    },
    close: async () => {},
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    async stop() {
      await Promise.all(endpoints.map((endpoint) => endpoint.close()));
      await server.shutdown();
    },
  };
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}
