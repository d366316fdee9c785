/** Where a run takes place: PostgreSQL with the recorded workspace, and the servers in front of it. */
import project from "../../deno.json" with { type: "json" };
import { type PostgresqlCluster, startPostgresql } from "../../tests/support/postgresql.ts";
import { TOKEN_SETTINGS } from "../../tests/support/tokens.ts";
import {
  growWorkspace,
  psql,
  restoreWorkspace,
  WORKSPACE_FEATURE_FLAGS,
  WORKSPACE_SECRET_KEY,
} from "../../tests/support/workspace.ts";
import { ROOT, type Server, startServer } from "./processes.ts";

export interface Place {
  /** URL of the metadata database. */
  readonly metadata: string;
  /** URL of the data behind its charts, where that was asked for too. */
  readonly analytics: string;
  remove(): Promise<void>;
}

/** How the service is started: `task` through `deno task start`, else by itself. */
export type Way = { readonly kind: "deno" | "task" } | {
  readonly kind: "executable";
  path: string;
};

/**
 * Restores the workspace into a database of its own: as it is, grown, or with the data behind it.
 * @param adminUrl a superuser's URL of a running server; null starts a throwaway one
 */
export async function makePlace(
  adminUrl: string | null,
  kind: "plain" | "grown" | "data",
): Promise<Place> {
  const cluster = adminUrl === null ? await startPostgresql() : runningCluster(adminUrl);
  const name = `superset_mcp_bench_${Date.now()}`;
  try {
    const metadata = await restoreWorkspace(cluster, name, { analytics: kind === "data" });
    if (kind === "grown") await growWorkspace(metadata);
    return {
      metadata,
      analytics: `${metadata}_analytics`,
      async remove() {
        if (adminUrl !== null) {
          await psql(adminUrl, `DROP DATABASE "${name}" WITH (FORCE)`);
          await psql(adminUrl, `DROP DATABASE IF EXISTS "${name}_analytics" WITH (FORCE)`);
        }
        await cluster.stop();
      },
    };
  } catch (thrown) {
    await cluster.stop();
    throw thrown;
  }
}

function runningCluster(adminUrl: string): Pick<PostgresqlCluster, "address" | "url" | "stop"> {
  const { host } = new URL(adminUrl);
  return {
    address: host,
    url: (database) => Object.assign(new URL(adminUrl), { pathname: `/${database}` }).href,
    stop: () => Promise.resolve(),
  };
}

/**
 * @param metadata null serves the demo
 * @param more settings over the usual
 */
export function startService(
  way: Way,
  metadata: string | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const settings = metadata === null
    ? more
    : { ...TOKEN_SETTINGS, ...connectionSettingsFor(metadata), ...more };
  return startServer({
    command: commandOf(way),
    portArgs: (port) => ["--port", String(port)],
    env: { ...(way.kind === "executable" ? {} : denoPlaces()), ...settings },
    path: "/health",
  });
}

/** @param sql what it answers by; ten rows of the metadata database's unless given */
export function startBare(database: string, sql?: string): Promise<Server> {
  return startServer({
    command: [Deno.execPath(), "run", "-q", "--allow-net", "--allow-env", "scripts/bench/bare.ts"],
    portArgs: (port) => [database, String(port), ...(sql === undefined ? [] : [sql])],
    env: denoPlaces(),
    path: "/",
  });
}

/**
 * Runs `install-index`.
 * @returns null when the indexes are there, else what it said
 */
export async function installIndex(way: Way, metadata: string): Promise<string | null> {
  const [program, ...args] = commandOf(way);
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args, "install-index"],
    cwd: ROOT,
    env: {
      ...(way.kind === "executable" ? {} : denoPlaces()),
      SQLALCHEMY_DATABASE_URI: metadata,
      MCP_DEV_USERNAME: "admin",
    },
    clearEnv: true,
    stdin: "null",
  }).output();
  if (!success) return new TextDecoder().decode(stderr.length > 0 ? stderr : stdout).trim();
  await psql(metadata, "VACUUM ANALYZE");
  return null;
}

function commandOf(way: Way): [string, ...string[]] {
  switch (way.kind) {
    case "executable":
      return [way.path];
    case "task":
      return [Deno.execPath(), "task", "-q", "start"];
    case "deno":
      return [Deno.execPath(), ...project.tasks.start.command.split(" ").slice(1)];
  }
}

export function connectionSettingsFor(metadata: string): Record<string, string> {
  return {
    SQLALCHEMY_DATABASE_URI: metadata,
    SUPERSET_SECRET_KEY: WORKSPACE_SECRET_KEY,
    SUPERSET_FEATURE_FLAGS: JSON.stringify(WORKSPACE_FEATURE_FLAGS),
  };
}

/** Where Deno finds its programs and what it downloaded. */
function denoPlaces(): Record<string, string> {
  const places = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME"]
    .map((name) => [name, Deno.env.get(name)]);
  return Object.fromEntries(places.filter(([, value]) => value !== undefined));
}
