/** One measurement: a case under the load of so many clients, next to the bare SELECT. */
import type { Case } from "./cases.ts";
import type { HttpRequest } from "./connection.ts";
import type { LoadProcess, Server } from "./processes.ts";

export interface Bench {
  readonly service: Server;
  readonly bare: Server;
  readonly load: LoadProcess;
  /** How often each of the two is measured, in turn. */
  readonly rounds: number;
  readonly seconds: number;
}

/** What a server did under a load; of several rounds the medians. */
export interface Figures {
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for one request; PostgreSQL's is not in it. */
  readonly cpuMicros: number;
  readonly requests: number;
  readonly errors: number;
  readonly firstError: string | null;
}

export interface Point {
  readonly name: string;
  readonly user: string;
  readonly clients: number;
  readonly service: Figures;
  readonly bare: Figures;
  /** Requests a second, of the bare SELECT's in the same round: the median. */
  readonly ratio: number;
}

const BARE: HttpRequest = { method: "GET", path: "/" };
const WARM_UP_SECONDS = 0.3;
/** Of one turn, whatever its time. */
const maxRequests = 200_000;

/**
 * Measures the bare SELECT and the case in turn, A B A B, so that whatever else the machine does
 * meets both alike.
 */
export async function measure(bench: Bench, asked: Case, clients: number): Promise<Point> {
  const { service, bare, rounds } = bench;
  const ofBare = turns(bench.load, bare, [BARE], clients);
  const ofCase = turns(bench.load, service, asked.requests, clients);
  for (const warm of [ofBare, ofCase]) await warm(Math.min(WARM_UP_SECONDS, bench.seconds));
  const a: Figures[] = [];
  const b: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    a.push(await ofBare(bench.seconds));
    b.push(await ofCase(bench.seconds));
  }
  return {
    name: asked.name,
    user: asked.user,
    clients,
    bare: middle(a),
    service: middle(b),
    ratio: median(b.map((figures, round) => figures.rps / (a[round]?.rps ?? NaN))),
  };
}

/** A case alone, for one turn. */
export function measureOne(
  service: Server,
  load: LoadProcess,
  asked: Case,
  clients: number,
  seconds: number,
): Promise<Figures> {
  return turns(load, service, asked.requests, clients)(seconds);
}

/** Puts the load on a server again and again; each turn goes on where the one before ended. */
function turns(
  load: LoadProcess,
  server: Server,
  requests: readonly HttpRequest[],
  clients: number,
): (seconds: number) => Promise<Figures> {
  let from = 0;
  return async (seconds) => {
    const { port } = server;
    const before = server.cpuSeconds();
    const result = await load.run({ port, requests, from, clients, seconds, maxRequests });
    const cpu = server.cpuSeconds() - before;
    from += result.sent;
    const latencies = result.latencies.toSorted((x, y) => x - y);
    return {
      rps: result.requests / result.seconds,
      p50Ms: quantile(latencies, 0.5) / 1000,
      p99Ms: quantile(latencies, 0.99) / 1000,
      cpuMicros: cpu * 1e6 / result.requests,
      requests: result.requests,
      errors: result.errors,
      firstError: result.firstError,
    };
  };
}

function middle(rounds: readonly Figures[]): Figures {
  const of = (pick: (figures: Figures) => number) => median(rounds.map(pick));
  const sum = (pick: (figures: Figures) => number) =>
    rounds.reduce((total, figures) => total + pick(figures), 0);
  return {
    rps: of(({ rps }) => rps),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    cpuMicros: of(({ cpuMicros }) => cpuMicros),
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    firstError: rounds.find(({ firstError }) => firstError !== null)?.firstError ?? null,
  };
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values.toSorted((x, y) => x - y), 0.5);
}

/** The value that this part of the ordered values does not exceed (nearest rank). */
export function quantile(ordered: readonly number[], part: number): number {
  return ordered[Math.max(0, Math.ceil(part * ordered.length) - 1)] ?? NaN;
}
