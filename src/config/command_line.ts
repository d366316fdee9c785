/** What the command line asks for. */
import type { Flags } from "./load.ts";

export const COMMANDS = ["serve", "stdio", "check", "install-index"] as const;
export type Command = (typeof COMMANDS)[number];

export type CommandLine =
  | { readonly kind: "run"; readonly command: Command; readonly flags: Flags }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "fault"; readonly message: string };

export const USAGE = `superset-mcp: an Apache Superset workspace, served over MCP

Usage: superset-mcp [command] [flags]

Commands
  (none)          serve over HTTP
  stdio           serve one person over stdin and stdout; logs go to stderr
  check           try the settings and every connection, and say what is wrong
  install-index   make searches of a large workspace fast

Flags
  --host H        listen on this address   (MCP_SERVICE_HOST, 127.0.0.1)
  --port P        listen on this port      (MCP_SERVICE_PORT, 5008)
  --help, -h      this text
  --version, -V   the version

Settings come from the environment; the README lists them. Flags win over them.
Without SQLALCHEMY_DATABASE_URI a demo workspace is served.
`;

/** Reads arguments such as `stdio` or `--port=5009`; whatever is not known is a fault. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const flags: { host?: string; port?: string } = {};
  let command: Command | null = null;
  for (let at = 0; at < args.length; at += 1) {
    const [name = "", inline] = splitFlag(args[at] ?? "");
    if (name === "--help" || name === "-h") return { kind: "help" };
    if (name === "--version" || name === "-V") return { kind: "version" };
    if (name === "--host" || name === "--port") {
      const value = inline ?? args[++at];
      if (value === undefined || value === "" || value.startsWith("--")) {
        return fault(`${name} needs a value`);
      }
      flags[name === "--host" ? "host" : "port"] = value;
      continue;
    }
    const known = COMMANDS.find((candidate) => candidate === name);
    if (!known || inline !== undefined) {
      return fault(
        `${JSON.stringify(args[at])} is no ${name.startsWith("-") ? "flag" : "command"}`,
      );
    }
    if (command) return fault(`${command} and ${known} are two commands; give one`);
    command = known;
  }
  return { kind: "run", command: command ?? "serve", flags };
}

function fault(message: string): CommandLine {
  return { kind: "fault", message };
}

function splitFlag(argument: string): readonly [string, string?] {
  const at = argument.indexOf("=");
  return argument.startsWith("--") && at > 0
    ? [argument.slice(0, at), argument.slice(at + 1)]
    : [argument];
}
