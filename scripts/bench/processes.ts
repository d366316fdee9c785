/** The processes of a run: started, watched through /proc, ended. */
import { freePort } from "../../tests/support/free_port.ts";
import { Connection, requestBytes } from "./connection.ts";
import type { LoadJob, LoadResult } from "./load.ts";
import { TextLineStream } from "./lines.ts";

export interface Server {
  readonly port: number;
  readonly url: string;
  /** From its start to its first answer of 200, in milliseconds. */
  readonly startMs: number;
  /** Processor time since its start, user and system, all threads, in seconds. */
  cpuSeconds(): number;
  /** In bytes. */
  residentBytes(): number;
  /** Ends it by SIGTERM. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly command: readonly [program: string, ...args: string[]];
  /** Appends the port to the command's arguments. */
  readonly portArgs: (port: number) => readonly string[];
  /** It sees no other environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What is asked until it answers 200. */
  readonly path: string;
}

export const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

const POLL_MS = 2;
const START_LIMIT_MS = 30_000;
/** Of /proc/PID/stat: the kernel reports hundredths of a second on every usual build (proc(5)). */
const TICKS_A_SECOND = 100;

/**
 * Starts a server and waits for its first good answer. What it prints goes into a file, so that
 * reading it costs nobody anything during a measurement.
 * @throws Error with the end of what it printed, when it ends or does not answer in time
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const port = freePort();
  const printed = await Deno.makeTempFile({ prefix: "superset-mcp-bench-", suffix: ".log" });
  const began = performance.now();
  const child = new Deno.Command("sh", {
    args: ["-c", 'out=$1; shift; exec "$@" >"$out" 2>&1', "sh", printed]
      .concat(options.command, options.portArgs(port)),
    cwd: ROOT,
    env: { ...options.env },
    clearEnv: true,
    stdin: "null",
  }).spawn();
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    await status;
    await Deno.remove(printed);
  };
  while (!await answers(port, options.path)) {
    if (ended || performance.now() - began > START_LIMIT_MS) {
      const said = (await Deno.readTextFile(printed)).slice(-2000);
      await stop();
      throw new Error(`Cannot measure ${options.command[0]}: no answer came; it printed:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    startMs: performance.now() - began,
    cpuSeconds: () => cpuSeconds(child.pid),
    residentBytes: () => residentBytes(child.pid),
    stop,
  };
}

export interface LoadProcess {
  run(job: LoadJob): Promise<LoadResult>;
  stop(): Promise<void>;
}

export function startLoad(): LoadProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-net=127.0.0.1", `${ROOT}scripts/bench/load.ts`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const jobs = child.stdin.getWriter();
  const results = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  return {
    async run(job) {
      await jobs.write(new TextEncoder().encode(`${JSON.stringify(job)}\n`));
      const { value } = await results.read();
      if (value === undefined) throw new Error("The process that puts the load on has ended.");
      return JSON.parse(value) as LoadResult;
    },
    async stop() {
      await jobs.close();
      await child.status;
    },
  };
}

async function answers(port: number, path: string): Promise<boolean> {
  let connection: Connection | null = null;
  try {
    connection = await Connection.open("127.0.0.1", port);
    const request = requestBytes(`127.0.0.1:${port}`, { method: "GET", path });
    return (await connection.send(request)).status === 200;
  } catch {
    return false;
  } finally {
    connection?.close();
  }
}

function cpuSeconds(pid: number): number {
  const stat = readProc(`${pid}/stat`);
  // The second field, the program's name, may hold anything, also spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

function residentBytes(pid: number): number {
  const text = readProc(`${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** A file under /proc. Deno opens most of these only with every permission, so another program does. */
export function readProc(path: string): string {
  const { success, stdout } = new Deno.Command("cat", { args: [`/proc/${path}`], stderr: "null" })
    .outputSync();
  if (!success) throw new Error(`Cannot read /proc/${path}: has the process ended?`);
  return new TextDecoder().decode(stdout);
}
