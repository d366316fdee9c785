/**
 * The command line of superset-mcp: reads what is asked for, makes the state and serves it.
 * The exit code is 0 when all went well, 1 when something could not be done, 2 for wrong usage.
 */
import { fault, printed } from "./src/check/finding.ts";
import { type Command, parseCommandLine, USAGE } from "./src/config/command_line.ts";
import { type Config, ConfigError, type Flags, loadConfig } from "./src/config.ts";
import { environmentNames } from "./src/config/settings.ts";
import { VERSION } from "./src/config/version.ts";
import { ServiceError } from "./src/errors.ts";
import { ROUTES } from "./src/http/server.ts";
import { startService } from "./src/http/service.ts";
import { untilStopped } from "./src/http/signals.ts";
import type { ByteOutput } from "./src/observe/line_writer.ts";
import { observeStrayFaults } from "./src/observe/stray_faults.ts";
import { openState, type State } from "./src/state.ts";
import * as parts from "./src/state/parts.ts";

/** What each command does; it gives the exit code. */
const COMMANDS: Readonly<Record<Command, (flags: Flags) => Promise<number>>> = {
  serve,
  stdio,
  check,
  "install-index": installIndex,
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
  try {
    const service = startService({
      state,
      handlers: await parts.makeHandlers(state),
      version: VERSION,
      toolScopes: parts.TOOL_SCOPES,
      sessionKey: parts.sessionKey(config),
    });
    const { url } = service;
    const demo = config.metadata.kind === "demo";
    if (demo) {
      const { announceDemo } = await import("./src/demo/announce.ts");
      // For people, so it stays out of the log.
      console.error(announceDemo(url, config.auth.devUsername ?? undefined));
    }
    state.observe({ kind: "started", url, demo, startMs: performance.now() });
    state.observe({ kind: "stopped", drained: await untilStopped(service) });
    return 0;
  } finally {
    await state.close();
  }
}

/** Serves one person over stdin and stdout until stdin ends. */
async function stdio(flags: Flags): Promise<number> {
  const config = readConfig(flags, false);
  if (config.auth.devUsername === null) {
    throw new Error(
      "stdio has no place for a token. Set MCP_DEV_USERNAME to the user you are, and leave " +
        "MCP_AUTH_ENABLED unset.",
    );
  }
  const state = await open(config, Deno.stderr);
  try {
    await parts.serveStdio(state, VERSION);
    return 0;
  } finally {
    await state.close();
  }
}

/** Prints one line for each finding. */
async function check(flags: Flags): Promise<number> {
  let config: Config;
  try {
    config = readConfig(flags);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    for (const { name, text } of thrown.problems) console.log(printed(fault(`${name}: ${text}`)));
    return 1;
  }
  const { runChecks } = await import("./src/check/run_checks.ts");
  const { tryListen } = await import("./src/check/listen.ts");
  const quiet = () => {};
  const { metadata, probeWriting, close } = await parts.openMetadata(config, quiet, Date.now);
  const readKeys = () => parts.openAuthenticator(config, metadata, quiet, Date.now);
  const given = { config, metadata, probeWriting, readKeys, fetch, tryListen };
  let faults = 0;
  for await (const finding of runChecks(given)) {
    console.log(printed(finding));
    if (finding.level === "fault") faults += 1;
  }
  await close();
  return faults === 0 ? 0 : 1;
}

function installIndex(flags: Flags): Promise<number> {
  return parts.installIndex(readConfig(flags, false), (line) => console.log(line));
}

function readConfig(flags: Flags, listens = true): Config {
  // By name: the process may read the names of the settings, and none besides.
  const env = Object.fromEntries(environmentNames().map((name) => [name, Deno.env.get(name)]));
  const { DEMO: demo, TOOL_NAMES: toolNames, checkDatabaseUri } = parts;
  const readFile = (path: string) => Deno.readTextFileSync(path);
  return loadConfig({ env, readFile, flags, listens, demo, toolNames, checkDatabaseUri });
}

async function open(config: Config, output: ByteOutput): Promise<State> {
  const { TOOL_NAMES: toolNames, openMetadata, openAuthenticator, openData } = parts;
  const given = { toolNames, routes: ROUTES, output, now: Date.now };
  const state = await openState(config, { ...given, openMetadata, openAuthenticator, openData });
  observeStrayFaults(state.observe);
  for (const message of config.notices) state.observe({ kind: "notice", level: "warn", message });
  return state;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (thrown) {
    const hint = thrown instanceof ServiceError && thrown.hint ? ` ${thrown.hint}` : "";
    console.error(`superset-mcp: ${thrown instanceof Error ? thrown.message : thrown}${hint}`);
    Deno.exit(1);
  }
}
