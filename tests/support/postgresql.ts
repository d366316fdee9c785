/**
 * A throwaway PostgreSQL cluster for a test: made under the temporary folder, listening on a free
 * loopback port, gone when it is stopped.
 */
import { freePort } from "./free_port.ts";
import { isInstalled, run } from "./programs.ts";

export interface PostgresqlCluster {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** The superuser's URL of a database. */
  url(database: string): string;
  /** Takes the server away at once, connections and all, and keeps its data. */
  halt(): Promise<void>;
  /** The same out of order, as a crash does; what was written since the last checkpoint may be lost. */
  kill(): Promise<void>;
  /** Brings it back on the same port. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** PEM texts: the server then takes TLS connections, and no others. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** The folder of PostgreSQL's server programs; null where they are not installed. */
export const postgresqlPrograms: string | null = findPrograms();

const IS_ROOT = Deno.uid() === 0;

/**
 * Starts a cluster; durability is off, since it does not outlive its test.
 *
 * @throws Error when the programs are missing or fail, with what they said
 */
export async function startPostgresql(options: ClusterOptions = {}): Promise<PostgresqlCluster> {
  const programs = postgresqlPrograms;
  if (programs === null) throw new Error("Cannot start PostgreSQL: its server is not installed");
  const directory = await makeServerDirectory();
  const data = `${directory}/data`;
  const port = freePort();
  await asServer(
    `${programs}/initdb`,
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
  );
  const settings = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=100",
    "unix_socket_directories=''",
    "listen_addresses='127.0.0.1'",
    ...(options.tls ? await demandTls(data, options.tls) : []),
  ];
  const control = (...args: string[]) =>
    asServer(`${programs}/pg_ctl`, "-D", data, "-w", ...args).then(() => {});
  const start = () =>
    control(
      ...["-l", `${directory}/server.log`, "start", "-o"],
      `-p ${port} ${settings.map((setting) => `-c ${setting}`).join(" ")}`,
    );
  const end = (mode: "fast" | "immediate") => control("-m", mode, "stop");
  await start();
  const address = `127.0.0.1:${port}`;
  let running = true;
  return {
    address,
    url: (database) => `postgresql://postgres@${address}/${database}`,
    async halt() {
      // In order: with durability off an immediate stop would lose the last writes.
      await end("fast");
      running = false;
    },
    async kill() {
      await end("immediate");
      running = false;
    },
    async resume() {
      await start();
      running = true;
    },
    async stop() {
      if (running) await end("immediate");
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Writes what the server needs for TLS. @returns its settings */
async function demandTls(
  data: string,
  { certificate, key }: NonNullable<ClusterOptions["tls"]>,
): Promise<string[]> {
  const files = { "server.crt": certificate, "server.key": key };
  for (const [name, text] of Object.entries(files)) {
    // The key must be its owner's alone.
    await Deno.writeTextFile(`${data}/${name}`, text, { mode: 0o600 });
    if (IS_ROOT) await run("chown", "postgres", `${data}/${name}`);
  }
  await Deno.writeTextFile(`${data}/pg_hba.conf`, "hostssl all all 127.0.0.1/32 trust\n");
  return ["ssl=on"];
}

/** The server refuses to run as root, so root runs it as `postgres`, who must reach the folder. */
async function makeServerDirectory(): Promise<string> {
  if (!IS_ROOT) return await Deno.makeTempDir({ prefix: "postgresql-" });
  for (const parent of [Deno.env.get("TMPDIR") ?? "/tmp", "/tmp", "/var/tmp"]) {
    const directory = await Deno.makeTempDir({ dir: parent, prefix: "postgresql-" });
    await run("chown", "postgres", directory);
    const reachable = await asServer("test", "-w", directory).then(() => true, () => false);
    if (reachable) return directory;
    await Deno.remove(directory);
  }
  throw new Error(
    "Cannot start PostgreSQL: the user postgres reaches no temporary folder; set TMPDIR to one open to all",
  );
}

function asServer(command: string, ...args: string[]): Promise<string> {
  return IS_ROOT ? run("runuser", "-u", "postgres", "--", command, ...args) : run(command, ...args);
}

/** Debian keeps the server's programs out of PATH, in a folder for each version. */
function findPrograms(): string | null {
  if (!isInstalled("psql")) return null;
  const folders: { version: number; path: string }[] = [];
  try {
    for (const { name } of Deno.readDirSync("/usr/lib/postgresql")) {
      folders.push({ version: Number(name), path: `/usr/lib/postgresql/${name}/bin` });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const onPath = (Deno.env.get("PATH") ?? "").split(":").map((path) => ({ version: 0, path }));
  return [...folders.sort((a, b) => b.version - a.version), ...onPath]
    .find(({ path }) => isInstalled(`${path}/initdb`) && isInstalled(`${path}/pg_ctl`))?.path ??
    null;
}
