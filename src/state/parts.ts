/** Where the parts of the state come from: the one place that knows which driver serves what. */
import { toolScope } from "../auth/access.ts";
import { makeAuthenticator } from "../auth/authenticate.ts";
import type { Config } from "../config.ts";
import { Metadata } from "../dao/metadata.ts";
import { DEMO_FEATURE_FLAGS, DEMO_USERNAME, openDemo } from "../demo/demo.ts";
import { makeAddressGuard } from "../drivers/address_guard.ts";
import { openMetadataDatabase } from "../drivers/open_metadata.ts";
import { hostResolver } from "../drivers/resolve_host.ts";
import type { MetadataDatabase } from "../drivers/metadata_database.ts";
import { SqliteMetadata } from "../drivers/sqlite/metadata.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import { serviceHandlers } from "../mcp/service.ts";
import { TOOLS } from "../tools/registry.ts";
import type { State, StateParts } from "../state.ts";

export const TOOL_NAMES: readonly string[] = TOOLS.map(({ name }) => name);
export const TOOL_SCOPES: readonly string[] = [...new Set(TOOLS.map(toolScope))].sort();

/** What the settings take for the demo where nothing is set. */
export const DEMO = { username: DEMO_USERNAME, featureFlags: DEMO_FEATURE_FLAGS } as const;

/** @throws Error saying what is wrong with a database URI, without any part of it */
export function checkDatabaseUri(uri: string): void {
  const pool = { size: 1, maxOverflow: 0, timeoutSeconds: 1, recycleSeconds: 1 };
  // Connects to nothing before it is read from.
  void openMetadataDatabase(uri, { pool, resolve: () => Promise.reject(new Error("not asked")) });
}

export const makeHandlers = (state: State): McpHandlers => serviceHandlers(state, TOOLS);

export const openMetadata: StateParts["openMetadata"] = (config, _observe, now) =>
  Promise.resolve(
    new Metadata({
      database: openDatabase(config, now),
      dashboardRoles: config.featureFlags.DASHBOARD_RBAC === true,
      supersetUrl: config.supersetUrl,
      cache: config.cache,
      now,
    }),
  );

export const openAuthenticator: StateParts["openAuthenticator"] = (
  config,
  metadata,
  observe,
  now,
) => makeAuthenticator({ config, users: metadata, observe, now });

export { sessionKey } from "./session_key.ts";

export function serveStdio(_state: State, _version: string): Promise<void> {
  return Promise.reject(new Error("stdio can't be served yet."));
}

/** @returns the exit code */
export function installIndex(_config: Config, _print: (line: string) => void): Promise<number> {
  return Promise.reject(new Error("The index can't be installed yet."));
}

/** Connects at the first use, so that a service may start before its database. */
function openDatabase(config: Config, now: () => number): MetadataDatabase {
  if (config.metadata.kind === "demo") return new SqliteMetadata(() => openDemo(now()).metadata);
  return openMetadataDatabase(config.metadata.uri.reveal(), {
    pool: config.pool,
    resolve: hostResolver(makeAddressGuard()),
  });
}
