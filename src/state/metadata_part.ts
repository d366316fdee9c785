/** Puts together what reads and writes Superset's metadata database. */
import { QueryHistory } from "../commands/query_history.ts";
import { Commands } from "../commands/run_commands.ts";
import { RunningQueries } from "../commands/running_queries.ts";
import type { Config } from "../config.ts";
import { Metadata } from "../dao/metadata.ts";
import { QueryLog } from "../dao/query_log.ts";
import { Writing } from "../dao/writing.ts";
import type { MetadataWriter } from "../drivers/metadata_writer.ts";
import { makeAddressGuard } from "../drivers/address_guard.ts";
import {
  type OpenedMetadata as Databases,
  openMetadataBothWays,
} from "../drivers/open_metadata.ts";
import { hostResolver } from "../drivers/resolve_host.ts";
import { SqliteMetadata } from "../drivers/sqlite/metadata.ts";
import { SqliteWriter } from "../drivers/sqlite/writer.ts";
import type { Observer } from "../observe/observation.ts";
import type { OpenedMetadata, StateParts } from "../state.ts";

/** Connects at the first use, so that a service may start before its database. */
export const openMetadata: StateParts["openMetadata"] = async (config, observe, now) => {
  const { database, writer } = await openDatabases(config, now);
  const metadata = new Metadata({
    database,
    settings: {
      dashboardRoles: config.featureFlags.DASHBOARD_RBAC === true,
      rbacEnabled: config.auth.rbacEnabled,
    },
    supersetUrl: config.supersetUrl,
    cache: config.cache,
    now,
  });
  return writable(config, metadata, writer, observe, now);
};

/** What writes to a metadata database beside what reads it. */
export function writable(
  config: Config,
  metadata: Metadata,
  writer: MetadataWriter,
  observe: Observer,
  now: () => number,
): OpenedMetadata {
  const writing = new Writing(writer, metadata);
  const queries = new RunningQueries({
    history: config.sqlLab.history ? historyOf(writing, observe, now) : null,
    now,
    newClientId,
  });
  const commands = new Commands({
    ...{ writing, metadata, now },
    access: config.auth,
    readOnly: config.tools.readOnly,
    featureFlags: config.featureFlags,
    newUuid: () => crypto.randomUUID(),
  });
  return {
    ...{ metadata, commands, queries },
    probeWriting: () => writing.probe(),
    close: async () => {
      await queries.close();
      await writing.close();
      await metadata.close();
    },
  };
}

function historyOf(writing: Writing, observe: Observer, now: () => number) {
  const log = new QueryLog(writing);
  return { log, queue: new QueryHistory({ log, observe, now }) };
}

/** Eleven hex digits, as Superset's own service makes them (6.1, superset/sql/execution/executor.py). */
function newClientId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 11);
}

async function openDatabases(config: Config, now: () => number): Promise<Databases> {
  if (config.metadata.kind === "demo") {
    const { openDemo } = await import("../demo/demo.ts");
    let made: ReturnType<typeof openDemo> | null = null;
    const open = () => (made ??= openDemo(now())).metadata;
    return { database: new SqliteMetadata(open), writer: new SqliteWriter(open) };
  }
  return openMetadataBothWays(config.metadata.uri.reveal(), {
    pool: config.pool,
    resolve: hostResolver(makeAddressGuard()),
  });
}
