/**
 * The service as a process of its own, as an operator starts it: `main.ts` with the permissions of
 * `deno task start`, or the executable that SUPERSET_MCP_EXECUTABLE names.
 */
import { freePort } from "./free_port.ts";

export interface Service {
  /** Such as `http://127.0.0.1:5008`. */
  readonly url: string;
  readonly pid: number;
  /** All that it printed so far. */
  printed(): string;
  /** Ends it by SIGTERM. @returns its exit code */
  stop(): Promise<number>;
}

export interface ServiceOptions {
  /** Settings; the service sees no other environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** How long it may take to say that it is healthy. */
  readonly startMs?: number;
  /** Where `live`, it is enough that it answers: a part of it may be down. */
  readonly until?: "healthy" | "live";
}

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** @throws Error with what it printed, when it ends or is not healthy in time */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const port = freePort();
  const executable = Deno.env.get("SUPERSET_MCP_EXECUTABLE");
  const args = [...(options.args ?? []), "--port", String(port)];
  const child = new Deno.Command(executable ?? Deno.execPath(), {
    args: executable ? args : ["run", "-q", "-P=service", "main.ts", ...args],
    cwd: ROOT,
    env: { ...(executable ? {} : cachePlaces()), ...options.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let printed = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) printed += text;
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    const { code } = await status;
    await collected;
    return code;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + (options.startMs ?? 15_000);
  const sign = options.until === "live" ? "/health/live" : "/health";
  while (!await answers(url + sign)) {
    if (!ended && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      continue;
    }
    const code = await stop();
    throw new Error(`The service did not become healthy (code ${code}); it printed:\n${printed}`);
  }
  return { url, pid: child.pid, printed: () => printed, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Where Deno keeps what it downloaded. */
function cachePlaces(): Record<string, string> {
  const places = ["HOME", "DENO_DIR", "XDG_CACHE_HOME"].map((name) => [name, Deno.env.get(name)]);
  return Object.fromEntries(places.filter(([, value]) => value !== undefined));
}
