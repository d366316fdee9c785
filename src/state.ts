/**
 * The single module-level app state: made once by `main`, read by `http` and `mcp`, passed on as
 * an argument below them.
 */
import type { Authenticator } from "./auth/authenticate.ts";
import type { Commands } from "./commands/run_commands.ts";
import type { RunningQueries } from "./commands/running_queries.ts";
import type { Config } from "./config.ts";
import type { Metadata } from "./dao/metadata.ts";
import type { DataService } from "./data/data_service.ts";
import { makeLog } from "./observe/log.ts";
import type { ByteOutput } from "./observe/line_writer.ts";
import { makeMetrics, type Metrics } from "./observe/metrics.ts";
import type { Observer } from "./observe/observation.ts";
import { makeObserver } from "./observe/observer.ts";

export interface State {
  readonly config: Config;
  readonly observe: Observer;
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  readonly metadata: Metadata;
  /** Queries on analytics databases; made when it is first asked for. */
  readonly data: () => Promise<DataService>;
  /** What changes the workspace. */
  readonly commands: Commands;
  readonly queries: RunningQueries;
  readonly now: () => number;
  readonly startedAt: number;
  /** Closes what the state owns, once however often it is called; the log's last lines are out then. */
  close(): Promise<void>;
}

/** Superset's metadata database, to read and to write. */
export interface OpenedMetadata {
  readonly metadata: Metadata;
  readonly commands: Commands;
  readonly queries: RunningQueries;
  /** Rejects where the metadata can't be written to. */
  probeWriting(): Promise<void>;
  /** Writes what waits to be written, and closes both ways to the database. */
  close(): Promise<void>;
}

/** How the parts are made that the state owns. */
export interface StateParts {
  /** The names that logs and metrics may tell. */
  readonly toolNames: readonly string[];
  readonly routes: readonly string[];
  /** Where the log goes. */
  readonly output: ByteOutput;
  readonly now: () => number;
  openMetadata(config: Config, observe: Observer, now: () => number): Promise<OpenedMetadata>;
  /** Connects to nothing before a query asks for it. */
  openData(config: Config, now: () => number): Promise<DataService>;
  openAuthenticator(
    config: Config,
    metadata: Metadata,
    observe: Observer,
    now: () => number,
  ): Promise<Authenticator>;
}

let current: Promise<State> | null = null;

/**
 * Opens the state: the first call makes it, and every other gets that one, also while it is made.
 * After `close`, or when making it failed, the next call makes a new one.
 */
export function openState(config: Config, parts: StateParts): Promise<State> {
  return current ??= makeState(config, parts).catch((thrown) => {
    current = null;
    throw thrown;
  });
}

async function makeState(config: Config, parts: StateParts): Promise<State> {
  const startedAt = parts.now();
  const log = makeLog(config.log, parts.output, parts.now);
  const metrics = makeMetrics({
    toolNames: parts.toolNames,
    routes: parts.routes,
    startedAt,
    now: parts.now,
    memoryBytes: () => Deno.memoryUsage().rss,
  });
  const observe = makeObserver([log.write, metrics.write], new Set(parts.toolNames));
  try {
    const opened = await parts.openMetadata(config, observe, parts.now);
    const { metadata, commands, queries } = opened;
    metrics.watchPool(() => metadata.stats());
    const authenticator = await parts.openAuthenticator(config, metadata, observe, parts.now)
      .catch(async (thrown) => {
        await opened.close();
        throw thrown;
      });
    let data: Promise<DataService> | null = null;
    let closing: Promise<void> | null = null;
    return {
      config,
      observe,
      metrics,
      authenticator,
      metadata,
      data: () => data ??= parts.openData(config, parts.now),
      commands,
      queries,
      now: parts.now,
      startedAt,
      close: () =>
        closing ??= Promise.all([opened.close(), data?.then((made) => made.close())]).then(
          nothing,
        ).finally(() => {
          current = null;
          return log.flush();
        }),
    };
  } catch (thrown) {
    await log.flush();
    throw thrown;
  }
}

function nothing(): void {}
