/** Where the parts of the state come from: the one place that knows which driver serves what. */
import { toolScope } from "../auth/access.ts";
import { makeAuthenticator } from "../auth/authenticate.ts";
import type { Config } from "../config.ts";
import { Metadata } from "../dao/metadata.ts";
import { DataService } from "../data/data_service.ts";
import { withoutTemplates } from "../data/templates.ts";
import {
  DEMO_ANALYTICS_URI,
  DEMO_FEATURE_FLAGS,
  DEMO_USERNAME,
  openDemo,
  openDemoAnalytics,
} from "../demo/demo.ts";
import { AnalyticsDatabases } from "../drivers/analytics/connections.ts";
import { memoryDatabase } from "../drivers/analytics/sqlite/memory_database.ts";
import { makeAddressGuard } from "../drivers/address_guard.ts";
import { openMetadataDatabase } from "../drivers/open_metadata.ts";
import { postgresqlTarget } from "../drivers/postgresql/connection_options.ts";
import { installSearchIndexes } from "../drivers/postgresql/search_index.ts";
import { hostResolver } from "../drivers/resolve_host.ts";
import type { MetadataDatabase } from "../drivers/metadata_database.ts";
import { parseDatabaseUri } from "../drivers/sqlalchemy_uri.ts";
import { SqliteMetadata } from "../drivers/sqlite/metadata.ts";
import { createConformanceFixtures } from "../mcp/conformance/fixtures.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import { toServiceError } from "../errors.ts";
import { serveMcpStdio } from "../mcp/stdio.ts";
import { serviceHandlers } from "../mcp/service.ts";
import { TOOLS } from "../tools/registry.ts";
import { DEFAULT_LIMITS } from "../query/plan/planning.ts";
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

export const makeHandlers = (state: State): McpHandlers =>
  state.config.conformanceFixtures ? createConformanceFixtures() : serviceHandlers(state, TOOLS);

export const openMetadata: StateParts["openMetadata"] = (config, _observe, now) =>
  Promise.resolve(
    new Metadata({
      database: openDatabase(config, now),
      settings: {
        dashboardRoles: config.featureFlags.DASHBOARD_RBAC === true,
        rbacEnabled: config.auth.rbacEnabled,
      },
      supersetUrl: config.supersetUrl,
      cache: config.cache,
      now,
    }),
  );

/** As long as a call may take at all; a database's own settings may say less. */
const QUERY_TIMEOUT_MS = 55_000;

/** The most that one answer of a database may hold, in bytes as the server sends them. */
const MAX_RESULT_BYTES = 64 * 1024 * 1024;

export const openData: StateParts["openData"] = (config, now) => {
  const isDemo = config.metadata.kind === "demo";
  return new DataService({
    analytics: new AnalyticsDatabases({
      secretKey: config.secretKey?.reveal() ?? null,
      metadataUri: config.metadata.kind === "uri" ? config.metadata.uri.reveal() : null,
      resolve: hostResolver(makeAddressGuard()),
      readFile: (path) => Deno.readTextFileSync(path),
      now,
      demo: isDemo
        ? { uri: DEMO_ANALYTICS_URI, tables: () => memoryDatabase(openDemoAnalytics(now())) }
        : null,
    }),
    makeTemplates: withoutTemplates,
    cache: config.cache,
    limits: {
      ...DEFAULT_LIMITS,
      rowLimit: config.rows.limit,
      maxRows: config.rows.max,
      timeoutMs: QUERY_TIMEOUT_MS,
      maxBytes: MAX_RESULT_BYTES,
    },
    now,
  });
};

export const openAuthenticator: StateParts["openAuthenticator"] = (
  config,
  metadata,
  observe,
  now,
) => makeAuthenticator({ config, users: metadata, observe, now });

export { sessionKey } from "./session_key.ts";

/** Serves stdin and stdout as the one person that the settings name, until the client goes. */
export async function serveStdio(state: State, version: string): Promise<void> {
  const connection = await serveMcpStdio({
    handlers: makeHandlers(state),
    info: { name: "superset-mcp", version },
    caller: () => state.authenticator.authenticate(null),
    observe: state.observe,
  });
  await connection.closed;
}

/**
 * Installs the indexes of large workspaces.
 * @returns the exit code
 */
export async function installIndex(
  config: Config,
  print: (line: string) => void,
): Promise<number> {
  const uri = config.metadata.kind === "uri"
    ? parseDatabaseUri(config.metadata.uri.reveal())
    : null;
  if (uri === null || !uri.dialect.startsWith("postgres")) {
    print("fault The search indexes are for a metadata database in PostgreSQL; others need none.");
    return 1;
  }
  const target = postgresqlTarget(uri, (path) => Deno.readTextFileSync(path));
  try {
    await installSearchIndexes(target, hostResolver(makeAddressGuard()), print);
    return 0;
  } catch (thrown) {
    const { message, hint } = toServiceError(thrown);
    print(`fault ${message} ${hint ?? ""}`);
    return 1;
  }
}

/** Connects at the first use, so that a service may start before its database. */
function openDatabase(config: Config, now: () => number): MetadataDatabase {
  if (config.metadata.kind === "demo") return new SqliteMetadata(() => openDemo(now()).metadata);
  return openMetadataDatabase(config.metadata.uri.reveal(), {
    pool: config.pool,
    resolve: hostResolver(makeAddressGuard()),
  });
}
