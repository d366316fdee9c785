/** The recorded workspace with its data, a service on it, and clients of its users. */
import { type McpClient, mcpClient } from "./mcp_calls.ts";
import { type PostgresqlCluster, startPostgresql } from "./postgresql.ts";
import { type Service, startService } from "./service.ts";
import { TOKEN_SETTINGS, tokenOf } from "./tokens.ts";
import {
  psql,
  restoreWorkspace,
  WORKSPACE_FEATURE_FLAGS,
  WORKSPACE_SECRET_KEY,
} from "./workspace.ts";

/** Those who can log in. */
export const PEOPLE = [
  "admin",
  "amy_alpha",
  "greg_sales",
  "grace_world",
  "sam_schema",
  "dora_db",
  "ned_none",
  "olga_owner",
  "dan_dash",
  "cleo_lister",
  "bo_both",
  "gina_group",
] as const;

export interface RecordedWorkspace {
  readonly cluster: PostgresqlCluster;
  /** The superuser's URL of the metadata database. */
  readonly metadata: string;
  readonly analytics: string;
}

/** Restores metadata and data on a cluster of the test's own. */
export async function withRecordedWorkspace(
  use: (workspace: RecordedWorkspace) => Promise<void>,
): Promise<void> {
  const cluster = await startPostgresql();
  try {
    const metadata = await restoreWorkspace(cluster, "superset", { analytics: true });
    await nameAfterCatalog(cluster, metadata);
    await use({ cluster, metadata, analytics: cluster.url("analytics") });
  } finally {
    await cluster.stop();
  }
}

/** The datasets' catalog is the name that the database had where they were recorded. */
async function nameAfterCatalog(cluster: PostgresqlCluster, metadata: string): Promise<void> {
  await psql(cluster.url("postgres"), "ALTER DATABASE superset_analytics RENAME TO analytics");
  await psql(
    metadata,
    "UPDATE dbs SET sqlalchemy_uri = replace(sqlalchemy_uri, '/superset_analytics', '/analytics')",
  );
}

export interface ServedWorkspace {
  readonly service: Service;
  as(username: string): Promise<McpClient>;
}

/**
 * Serves a metadata database of the workspace.
 * @param env settings beside those of the workspace
 */
export async function withWorkspaceService(
  metadata: string,
  use: (served: ServedWorkspace) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const service = await startService({
    env: {
      ...TOKEN_SETTINGS,
      SQLALCHEMY_DATABASE_URI: metadata,
      SUPERSET_SECRET_KEY: WORKSPACE_SECRET_KEY,
      SUPERSET_FEATURE_FLAGS: JSON.stringify(WORKSPACE_FEATURE_FLAGS),
      // The recorded answers are whole.
      MCP_RESPONSE_TOKEN_LIMIT: "10000000",
      MCP_LOG_LEVEL: "warn",
      ...env,
    },
  });
  try {
    await use({ service, as: async (username) => mcpClient(service.url, await tokenOf(username)) });
  } finally {
    await service.stop();
  }
}
