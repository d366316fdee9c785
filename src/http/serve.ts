/**
 * Listens, and stops in good order: readiness off, nothing new accepted, what runs is finished within
 * a limit, open streams are ended.
 */
import type { Config } from "../config.ts";
import type { Observer } from "../observe/observation.ts";
import type { Health } from "./health.ts";
import type { Running } from "./running.ts";
import type { Handler } from "./server.ts";

export interface Listening {
  /** Where the service is, such as `http://127.0.0.1:5008`. */
  readonly url: string;
  /**
   * Stops. A second call while the first waits cuts short what runs.
   * @returns whether everything that ran was finished
   */
  stop(signal: string): Promise<boolean>;
}

export interface ListenParts {
  readonly http: Pick<Config["http"], "host" | "port">;
  readonly handler: Handler;
  readonly health: Pick<Health, "stopping">;
  readonly running: Running;
  /** Ends the streams that would never end by themselves. */
  readonly endStreams: () => Promise<void>;
  readonly observe: Observer;
  /** How long a stop waits for what runs. */
  readonly drainMs?: number;
}

export const DRAIN_MS = 20_000;
/** What the connections get to take their last bytes, once all answers are made. */
const LAST_BYTES_MS = 1000;

/** @throws Error saying what to do when the address can't be listened on */
export function listen(parts: ListenParts): Listening {
  const server = open(parts);
  // Its own, not Deno.serve's: aborting that one after shutdown() throws outside of any catch.
  const cut = Promise.withResolvers<void>();
  let stopping: Promise<boolean> | null = null;

  async function drain(signal: string): Promise<boolean> {
    const { health, running, observe } = parts;
    observe({ kind: "stopping", signal });
    health.stopping();
    const closed = server.shutdown();
    await within(parts.drainMs ?? DRAIN_MS, Promise.race([running.idle(), cut.promise]));
    const drained = running.size === 0;
    running.abortAll("The service is stopping.");
    await parts.endStreams();
    await within(LAST_BYTES_MS, Promise.race([closed, cut.promise]));
    running.close();
    return drained;
  }

  return {
    url: urlOf(server.addr),
    stop: (signal) => {
      if (stopping) cut.resolve();
      return stopping ??= drain(signal);
    },
  };
}

function open({ http, handler }: ListenParts): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({
      hostname: http.host,
      port: http.port,
      // Several processes of this service share one port; the kernel spreads connections.
      reusePort: true,
      onListen: () => {},
      // The handler answers its own faults; this is for what the runtime can't pass to it.
      onError: () => new Response(null, { status: 500 }),
    }, (request) => handler(request));
  } catch (thrown) {
    const where = `${http.host}:${http.port}`;
    if (thrown instanceof Deno.errors.AddrInUse) {
      throw new Error(
        `Cannot listen on ${where}: another program does. Stop it, or choose another --port.`,
      );
    }
    if (thrown instanceof Deno.errors.PermissionDenied) {
      throw new Error(`Cannot listen on ${where}: not permitted. Choose a --port of 1024 or more.`);
    }
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`Cannot listen on ${where}: ${why}. Choose another --host or --port.`);
  }
}

function urlOf({ hostname, port }: Deno.NetAddr): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** Waits for `work`, but not longer than this. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
