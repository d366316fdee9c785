/** Connections to PostgreSQL over postgres.js, each to an address that was checked first. */
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import postgres from "postgres";
import type { ResolveHost } from "../resolve_host.ts";
import type { PostgresqlTarget } from "./connection_options.ts";

export interface PoolOptions {
  readonly target: PostgresqlTarget;
  /** Gives the one address to connect to, or throws for a host that must not be reached. */
  readonly resolve: ResolveHost;
  readonly max: number;
  /** Seconds after which an idle connection is closed; 0 keeps it. */
  readonly idleSeconds: number;
  /** Seconds after which a connection is replaced by a new one. */
  readonly recycleSeconds: number;
  /** True: the server itself refuses to write over these connections. */
  readonly readOnly: boolean;
  /** After how long the server ends a statement, unless the URI's options say otherwise. */
  readonly statementTimeoutMs?: number;
  /** Told of each socket that opens. */
  readonly onOpen?: (socket: Socket) => void;
}

/** Opens no connection before it is used. */
export function openPool(options: PoolOptions): postgres.Sql {
  const { target, resolve, max, idleSeconds, recycleSeconds, readOnly, onOpen } = options;
  const { statementTimeoutMs } = options;
  return postgres({
    host: target.host,
    port: target.port,
    database: target.database,
    username: target.username,
    password: target.password ?? "",
    // Its types know fewer of the TLS options than it passes on.
    ssl: target.ssl as postgres.Options<Record<string, never>>["ssl"],
    max,
    idle_timeout: idleSeconds,
    max_lifetime: recycleSeconds,
    connect_timeout: target.connectTimeoutSeconds,
    backoff: false,
    fetch_types: false,
    onnotice: () => {},
    // Timestamps stay as the server prints them: without a zone they are no instant.
    types: {
      date: { to: 25, from: [1082, 1114, 1184], serialize: String, parse: (text: string) => text },
    },
    connection: {
      ...(statementTimeoutMs === undefined ? {} : { statement_timeout: statementTimeoutMs }),
      ...target.startup,
      ...(readOnly ? { default_transaction_read_only: true } : {}),
      DateStyle: "ISO",
      TimeZone: "UTC",
    },
    socket: () => connectChecked(target, resolve, onOpen).catch(failedSocket),
  } as postgres.Options<Record<string, postgres.PostgresType>>);
}

/**
 * A pool that is given up whole when one of its connections breaks. A statement that postgres.js
 * (3.4) hands to a connection between its error and its close is never answered, and the connection
 * never sends again: a server that restarts would leave a pool that waits for ever. What runs on the
 * other connections is ended too, as CONNECTION_DESTROYED, for its caller to read once more.
 */
export class RenewablePool {
  readonly #options: PoolOptions;
  #current: postgres.Sql;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#current = openPool(options);
  }

  get current(): postgres.Sql {
    return this.#current;
  }

  /** @param broken the pool that failed; one that was given up before is left alone */
  giveUp(broken: postgres.Sql): void {
    if (broken !== this.#current) return;
    this.#current = openPool(this.#options);
    void broken.end({ timeout: 0 });
  }

  async end(timeoutSeconds: number): Promise<void> {
    await this.#current.end({ timeout: timeoutSeconds });
  }
}

async function connectChecked(
  target: PostgresqlTarget,
  resolve: ResolveHost,
  onOpen: PoolOptions["onOpen"],
): Promise<Socket> {
  const address = await resolve(target.host);
  const socket = connect({ host: address, port: target.port, noDelay: true, keepAlive: true });
  await new Promise<void>((opened, failed) => {
    const giveUp = setTimeout(() => {
      socket.destroy();
      failed(Object.assign(new Error("connect timed out"), { code: "CONNECT_TIMEOUT" }));
    }, target.connectTimeoutSeconds * 1000);
    socket.once("connect", () => (clearTimeout(giveUp), opened()));
    socket.once("error", (error) => (clearTimeout(giveUp), failed(error)));
  });
  onOpen?.(socket);
  // postgres.js names the host to TLS by this property of the socket it was given.
  return Object.assign(socket, { host: target.host });
}

/**
 * A socket that fails at the first byte. postgres.js (3.4) takes a connection back only when its
 * socket closes: one whose `socket` function throws stays "connecting" for ever, and when that has
 * happened to each of the pool's, every later statement waits without end.
 */
function failedSocket(failure: Error): Duplex {
  return new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done(failure) });
}
