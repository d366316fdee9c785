/** Whether the process lives, can serve, and wants requests. */
import { json } from "./answers.ts";

export interface HealthOptions {
  readonly version: string;
  readonly startedAt: number;
  readonly now: () => number;
  /** Rejects where the metadata database can't answer. */
  readonly ping: () => Promise<void>;
  readonly probeTimeoutMs?: number;
}

export interface Health {
  /** 200 when it can serve, 503 naming what is down. */
  health(): Promise<Response>;
  live(): Response;
  /** 503 also from the moment the service begins to stop. */
  ready(): Promise<Response>;
  /** From now on nothing more should be sent here. */
  stopping(): void;
}

/** However often health is asked for, the database is asked once in this time. */
export const PROBE_LIFE_MS = 1000;
/** A database that takes longer is down for this purpose. */
export const PROBE_TIMEOUT_MS = 2000;

export function makeHealth(options: HealthOptions): Health {
  const isUp = cachedProbe(options);
  let stopping = false;

  const body = (status: string, isDatabaseUp: boolean) => ({
    status,
    service: "superset-mcp",
    version: options.version,
    uptime_seconds: Math.round((options.now() - options.startedAt) / 100) / 10,
    database_connection: isDatabaseUp ? "ok" : "unreachable",
    ...(isDatabaseUp ? {} : { down: ["metadata database"] }),
  });

  return {
    async health() {
      return await isUp() ? json(body("healthy", true)) : json(body("unhealthy", false), 503);
    },
    live: () => json({ status: "alive" }),
    async ready() {
      if (stopping) return json({ status: "not_ready", reason: "stopping" }, 503);
      if (await isUp()) return json({ status: "ready" });
      return json({ status: "not_ready", reason: "metadata database" }, 503);
    },
    stopping: () => {
      stopping = true;
    },
  };
}

/** Asks at most once at a time and once in PROBE_LIFE_MS. */
function cachedProbe(
  { ping, now, probeTimeoutMs = PROBE_TIMEOUT_MS }: HealthOptions,
): () => Promise<boolean> {
  let answer: { readonly up: boolean; readonly at: number } | null = null;
  let asking: Promise<boolean> | null = null;

  async function ask(): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), probeTimeoutMs);
    });
    const up = await Promise.race([ping().then(() => true, () => false), late]);
    clearTimeout(timer);
    answer = { up, at: now() };
    return up;
  }

  return () => {
    if (answer !== null && now() - answer.at < PROBE_LIFE_MS) return Promise.resolve(answer.up);
    return asking ??= ask().finally(() => asking = null);
  };
}
