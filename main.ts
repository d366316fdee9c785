/**
 * The command line of superset-mcp: reads what is asked for, makes the state and serves it.
 * The exit code is 0 when all went well, 1 when something could not be done, 2 for a wrong usage.
 */
import { type CommandLine, parseCommandLine, USAGE } from "./src/config/command_line.ts";
import { type Config, ConfigError, type Flags, loadConfig } from "./src/config.ts";
import { environmentNames } from "./src/config/settings.ts";
import { VERSION } from "./src/config/version.ts";
import { makeHealth } from "./src/http/health.ts";
import { Running } from "./src/http/running.ts";
import { listen } from "./src/http/serve.ts";
import { CALL_TIMEOUT_MS, makeHandler, ROUTES } from "./src/http/server.ts";
import { onStopSignal } from "./src/http/signals.ts";
import { makeGate } from "./src/mcp/admit.ts";
import { createMcpEndpoint } from "./src/mcp/http.ts";
import type { ByteOutput } from "./src/observe/line_writer.ts";
import { openState, type State } from "./src/state.ts";
import * as parts from "./src/state/parts.ts";

type Run = Extract<CommandLine, { kind: "run" }>;

/** What each command does; it gives the exit code. */
const COMMANDS: Readonly<Record<Run["command"], (flags: Flags) => Promise<number>>> = {
  serve,
  stdio: (flags) => notYet("stdio", flags),
  check: (flags) => notYet("check", flags),
  "install-index": (flags) => notYet("install-index", flags),
};

async function main(args: readonly string[]): Promise<number> {
  const asked = parseCommandLine(args);
  switch (asked.kind) {
    case "help":
      console.log(USAGE);
      return 0;
    case "version":
      console.log(`superset-mcp ${VERSION}`);
      return 0;
    case "fault":
      console.error(`superset-mcp: ${asked.message}\n\n${USAGE}`);
      return 2;
    case "run":
      return await COMMANDS[asked.command](asked.flags);
  }
}

/** Serves over HTTP until a signal asks it to stop. */
async function serve(flags: Flags): Promise<number> {
  const config = readConfig(flags);
  const state = await open(config, Deno.stdout);
  const endpoint = createMcpEndpoint({
    handlers: parts.makeHandlers(state),
    info: { name: "superset-mcp", version: VERSION },
    sessionKey: crypto.getRandomValues(new Uint8Array(32)),
    observe: state.observe,
  });
  const running = new Running(CALL_TIMEOUT_MS);
  const health = makeHealth({
    version: VERSION,
    startedAt: state.startedAt,
    now: state.now,
    ping: () => state.metadata.ping(),
  });
  const gate = makeGate(config.auth, state.authenticator, parts.TOOL_SCOPES);
  const { observe, metrics } = state;
  const handler = makeHandler({
    http: config.http,
    gate,
    endpoint,
    health,
    metrics,
    observe,
    running,
  });
  try {
    const service = listen({
      http: config.http,
      handler,
      health,
      running,
      endStreams: () => endpoint.close(),
      observe,
    });
    observe({
      kind: "started",
      url: service.url,
      demo: config.metadata.kind === "demo",
      startMs: performance.now(),
    });
    observe({ kind: "stopped", drained: await stopped(service.stop) });
    return 0;
  } finally {
    await state.close();
  }
}

/** Resolves when a signal has come and the service has stopped: whether all that ran was finished. */
function stopped(stop: (signal: string) => Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const forget = onStopSignal((signal) => {
      stop(signal).then(resolve, reject).finally(forget);
    });
  });
}

function readConfig(flags: Flags, listens = true): Config {
  // By name: the process may read only the names of the settings, and none besides.
  const env = Object.fromEntries(environmentNames().map((name) => [name, Deno.env.get(name)]));
  return loadConfig({
    env,
    readFile: (path) => Deno.readTextFileSync(path),
    flags,
    listens,
    toolNames: parts.TOOL_NAMES,
    checkDatabaseUri: parts.checkDatabaseUri,
  });
}

async function open(config: Config, output: ByteOutput): Promise<State> {
  const { TOOL_NAMES: toolNames, openMetadata, openAuthenticator } = parts;
  const state = await openState(config, {
    toolNames,
    routes: ROUTES,
    output,
    now: Date.now,
    openMetadata,
    openAuthenticator,
  });
  for (const message of config.notices) state.observe({ kind: "notice", level: "warn", message });
  return state;
}

function notYet(command: string, _flags: Flags): Promise<number> {
  console.error(`superset-mcp: ${command} can't be done yet.`);
  return Promise.resolve(1);
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (thrown) {
    const isExpected = thrown instanceof ConfigError || thrown instanceof Error;
    console.error(`superset-mcp: ${isExpected ? thrown.message : thrown}`);
    Deno.exit(1);
  }
}
