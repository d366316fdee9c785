/**
 * The load, a process of its own: reads jobs from stdin, one JSON object a line, and answers each by
 * one line. A job is a closed loop: each client sends its next request when it has its answer. It
 * ends at its time or count, whichever comes first, and the process ends with stdin.
 */
import { TextLineStream } from "./lines.ts";
import { Connection, type HttpRequest, requestBytes } from "./connection.ts";

export interface LoadJob {
  /** Of the service on loopback. */
  readonly port: number;
  /** Sent one after the other, around and around, by all clients together. */
  readonly requests: readonly HttpRequest[];
  /** Which of them is the first. */
  readonly from: number;
  readonly clients: number;
  readonly seconds: number;
  /** The most requests, whatever the time. */
  readonly maxRequests: number;
}

export interface LoadResult {
  /** How many were sent; the next job of the same requests can go on from there. */
  readonly sent: number;
  readonly requests: number;
  readonly errors: number;
  /** What the first error was. */
  readonly firstError: string | null;
  readonly seconds: number;
  /** Of every request, in microseconds, unordered. */
  readonly latencies: readonly number[];
}

const HOSTNAME = "127.0.0.1";
/** How long after its end a job waits for answers. */
const PATIENCE_SECONDS = 10;

if (import.meta.main) {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    console.log(JSON.stringify(await runJob(JSON.parse(line) as LoadJob)));
  }
}

/** Puts the load on, and tells what came of it. */
export async function runJob(job: LoadJob): Promise<LoadResult> {
  const requests = job.requests.map((request) => requestBytes(`${HOSTNAME}:${job.port}`, request));
  const latencies: number[] = [];
  const open = new Set<Connection>();
  let errors = 0;
  let firstError: string | null = null;
  let sent = 0;
  const began = performance.now();
  const until = began + job.seconds * 1000;
  const giveUp = setTimeout(
    () => open.forEach((connection) => connection.close()),
    (job.seconds + PATIENCE_SECONDS) * 1000,
  );

  const fail = (what: string) => {
    errors += 1;
    firstError ??= what.slice(0, 500);
  };
  const connect = async () => {
    const connection = await Connection.open(HOSTNAME, job.port);
    open.add(connection);
    return connection;
  };
  const client = async () => {
    let connection = await connect();
    while (sent < job.maxRequests && performance.now() < until) {
      const request = requests[(job.from + sent++) % requests.length]!;
      const start = performance.now();
      try {
        const { status, body } = await connection.send(request);
        if (status !== 200 || isFailure(body)) fail(`${status} ${body}`);
        latencies.push(Math.round((performance.now() - start) * 1000));
      } catch (thrown) {
        fail(String(thrown));
        connection.close();
        if (performance.now() < until) connection = await connect();
      }
    }
  };
  await Promise.all(
    Array.from({ length: job.clients }, () => client().catch((thrown) => fail(String(thrown)))),
  );
  const seconds = (performance.now() - began) / 1000;
  clearTimeout(giveUp);
  open.forEach((connection) => connection.close());
  return { sent, requests: latencies.length, errors, firstError, seconds, latencies };
}

/** A failure that comes with status 200: a tool's, or JSON-RPC's. */
function isFailure(body: string): boolean {
  return body.includes('"isError":true') || /^\{"jsonrpc":"2\.0","id":[^,]*,"error":/.test(body);
}
