/** The metadata database as the whole of the service knows it: is it there, and what is it. */
import type { PoolStats } from "../drivers/metadata_database.ts";

export interface Metadata {
  /**
   * Asks the database one trivial thing.
   * @throws ServiceError `unavailable` when it can't answer
   */
  ping(): Promise<void>;
  stats(): PoolStats;
  /**
   * What `superset-mcp check` looks at.
   * @throws ServiceError `unavailable` when it can't be reached
   */
  inspect(): Promise<MetadataInspection>;
  close(): Promise<void>;
}

export interface MetadataInspection {
  /** alembic_version, or null where there is none. */
  readonly revision: string | null;
  /** The Superset release that the schema belongs to, such as `6.1`; null for an unknown one. */
  readonly superset: string | null;
  /** What the service can't do without and the schema lacks, such as `dashboards.slug`. */
  readonly missing: readonly string[];
  /** The server's max_connections; null where it has none (SQLite). */
  readonly maxConnections: number | null;
  /** Encrypted values of `dbs.password`, a few, with the name of their database. */
  readonly encryptedPasswords: readonly { readonly database: string; readonly value: string }[];
  /** Whether MCP_DEV_USERNAME (or any name) is an account, and switched on. */
  findUser(username: string): Promise<"active" | "inactive" | "unknown">;
}
