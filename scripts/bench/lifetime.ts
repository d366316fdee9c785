/** What a process of the service costs beside its answers: time to start, and memory. */
import type { Case } from "./cases.ts";
import { type Place, startService, type Way } from "./places.ts";
import type { LoadProcess, Server } from "./processes.ts";
import { median } from "./measure.ts";

export interface Start {
  readonly way: string;
  readonly workspace: string;
  /** Median, from the process's start to its first 200 on /health. */
  readonly startMs: number;
  readonly times: number;
}

export interface Memory {
  readonly idleBytes: number;
  readonly seconds: number;
  readonly clients: number;
  readonly requests: number;
  readonly errors: number;
  readonly firstError: string | null;
  readonly peakBytes: number;
  /** Two seconds after the load has ended. */
  readonly afterBytes: number;
}

const SETTLE_MS = 2000;
const SAMPLE_MS = 500;
const LOAD_CLIENTS = 8;

/** Starts each way in turn, so that a busy moment meets all of them. */
export async function measureStarts(
  ways: readonly (readonly [name: string, way: Way])[],
  place: Place,
  times: number,
): Promise<readonly Start[]> {
  const workspaces = [["recorded, PostgreSQL", place.metadata], ["demo", null]] as const;
  const kinds = ways.flatMap(([name, way]) =>
    workspaces.map(([workspace, metadata]) => ({
      name,
      way,
      workspace,
      metadata,
      taken: [] as number[],
    }))
  );
  for (let turn = 0; turn < times; turn++) {
    for (const { way, metadata, taken } of kinds) {
      const server = await startService(way, metadata);
      taken.push(server.startMs);
      await server.stop();
    }
  }
  return kinds.map(({ name, workspace, taken }) => ({
    way: name,
    workspace,
    startMs: median(taken),
    times,
  }));
}

/** Of a service that has answered nothing yet; then all cases in turn are put on it. */
export async function measureMemory(
  service: Server,
  load: LoadProcess,
  cases: () => Promise<readonly Case[]>,
  seconds: number,
): Promise<Memory> {
  await wait(SETTLE_MS);
  const idleBytes = service.residentBytes();
  let peakBytes = idleBytes;
  const sampling = setInterval(() => {
    peakBytes = Math.max(peakBytes, service.residentBytes());
  }, SAMPLE_MS);
  try {
    const requests = (await cases()).flatMap((one) => one.requests);
    const { port } = service;
    const job = { port, requests, from: 0, clients: LOAD_CLIENTS, seconds, maxRequests: 2_000_000 };
    const result = await load.run(job);
    await wait(SETTLE_MS);
    return {
      idleBytes,
      seconds,
      clients: LOAD_CLIENTS,
      requests: result.requests,
      errors: result.errors,
      firstError: result.firstError,
      peakBytes,
      afterBytes: service.residentBytes(),
    };
  } finally {
    clearInterval(sampling);
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
