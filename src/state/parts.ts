/**
 * Where the parts of the state come from: the one place that knows which driver serves what. What a
 * process does not need to answer its first request is imported when it is asked for
 * (docs/decisions/0016-start.md): the data part, the demo, and each command beside `serve`.
 */
import { toolScope, writeScope } from "../auth/access.ts";
import { makeAuthenticator } from "../auth/authenticate.ts";
import type { Config } from "../config.ts";
import { DEMO_FEATURE_FLAGS, DEMO_USERNAME } from "../demo/settings.ts";
import { makeAddressGuard } from "../drivers/address_guard.ts";
import { openMetadataDatabase } from "../drivers/open_metadata.ts";
import { postgresqlTarget } from "../drivers/postgresql/connection_options.ts";
import { hostResolver } from "../drivers/resolve_host.ts";
import { derivedKey } from "./derived_key.ts";
import { parseDatabaseUri } from "../drivers/sqlalchemy_uri.ts";
import type { McpHandlers } from "../mcp/handlers.ts";
import { toServiceError } from "../errors.ts";
import { serviceHandlers } from "../mcp/service.ts";
import { TOOLS } from "../tools/registry.ts";
import type { State, StateParts } from "../state.ts";

export const TOOL_NAMES: readonly string[] = TOOLS.map(({ name }) => name);
export const TOOL_SCOPES: readonly string[] = [
  ...new Set(TOOLS.flatMap((tool) => [
    toolScope(tool),
    ...(tool.mayWrite === true ? [writeScope(tool)] : []),
  ])),
].sort();

/** What the settings take for the demo where nothing is set. */
export const DEMO = { username: DEMO_USERNAME, featureFlags: DEMO_FEATURE_FLAGS } as const;

/** @throws Error saying what is wrong with a database URI, without any part of it */
export function checkDatabaseUri(uri: string): void {
  const pool = { size: 1, maxOverflow: 0, timeoutSeconds: 1, recycleSeconds: 1 };
  // Connects to nothing before it is read from.
  void openMetadataDatabase(uri, { pool, resolve: () => Promise.reject(new Error("not asked")) });
}

export async function makeHandlers(state: State): Promise<McpHandlers> {
  if (!state.config.conformanceFixtures) return serviceHandlers(state, TOOLS);
  const { createConformanceFixtures } = await import("../mcp/conformance/fixtures.ts");
  return createConformanceFixtures();
}

export { openMetadata } from "./metadata_part.ts";

export const openData: StateParts["openData"] = async (config, now) =>
  (await import("./data_part.ts")).openData(config, now);

export const openAuthenticator: StateParts["openAuthenticator"] = (
  config,
  metadata,
  observe,
  now,
) => makeAuthenticator({ config, users: metadata, observe, now });

/** Signs session ids. */
export const sessionKey = (config: Config): Uint8Array => derivedKey(config, "session ids");

/** Serves stdin and stdout as the one person that the settings name, until the client goes. */
export async function serveStdio(state: State, version: string): Promise<void> {
  const { serveMcpStdio } = await import("../mcp/stdio.ts");
  const connection = await serveMcpStdio({
    handlers: await makeHandlers(state),
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
  const { installSearchIndexes } = await import("../drivers/postgresql/search_index.ts");
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
