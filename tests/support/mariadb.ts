/**
 * A throwaway MariaDB server for a test: made under the temporary folder, listening on a free
 * loopback port, gone when it is stopped.
 */
import { freePort } from "./free_port.ts";
import { isInstalled, run } from "./programs.ts";

export interface MariadbServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** The URL of a database for the one account there is. */
  url(database: string): string;
  /** Runs statements as the superuser. */
  execute(sql: string): Promise<string>;
  /** Takes the server away at once, connections and all, and keeps its data. */
  halt(): Promise<void>;
  /** Brings it back on the same port. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAMS = { server: "/usr/sbin/mariadbd", install: "mariadb-install-db", client: "mariadb" };

/** Whether MariaDB's programs are on this machine. */
export const hasMariadb: boolean = Object.values(PROGRAMS).every(isInstalled);

const ACCOUNT = "tester";
const START_TIMEOUT_MS = 30_000;

/**
 * @param options of the server beside those of every test
 * @throws Error when the programs are missing or fail, with what they said
 */
export async function startMariadb(options: readonly string[] = []): Promise<MariadbServer> {
  if (!hasMariadb) throw new Error("Cannot start MariaDB: its server is not installed");
  const directory = await Deno.makeTempDir({ prefix: "mariadb-" });
  const data = `${directory}/data`, socket = `${directory}/socket`;
  const port = freePort();
  const user = Deno.uid() === 0 ? ["--user=root"] : [];
  await run(
    PROGRAMS.install,
    ...["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal"],
    ...["--skip-test-db", ...user, ...options],
  );
  const command = new Deno.Command(PROGRAMS.server, {
    args: [
      ...["--no-defaults", `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
      ...["--bind-address=127.0.0.1", `--pid-file=${directory}/pid`, "--skip-log-bin"],
      // A server that starts takes another's temporary files away where both keep them in one place.
      `--tmpdir=${directory}`,
      ...["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", ...user],
      ...[`--log-error=${directory}/server.log`, "--character-set-server=utf8mb4"],
      ...options,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  const execute = (sql: string) =>
    run(PROGRAMS.client, "--no-defaults", `--socket=${socket}`, "--user=root", "-N", "-e", sql);
  let server: Deno.ChildProcess | null = null;
  const resume = async () => {
    server = command.spawn();
    await untilItAnswers(execute, `${directory}/server.log`);
  };
  const halt = async () => {
    server?.kill("SIGKILL");
    await server?.status;
    server = null;
  };
  await resume();
  await execute(
    `create user ${ACCOUNT}@'127.0.0.1' identified by '${ACCOUNT}';
     create user ${ACCOUNT}@'localhost' identified by '${ACCOUNT}';
     grant all on *.* to ${ACCOUNT}@'127.0.0.1'; grant all on *.* to ${ACCOUNT}@'localhost';`,
  );
  const address = `127.0.0.1:${port}`;
  return {
    address,
    url: (database) => `mysql://${ACCOUNT}:${ACCOUNT}@${address}/${database}`,
    execute,
    halt,
    resume,
    async stop() {
      await halt();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

async function untilItAnswers(
  execute: (sql: string) => Promise<string>,
  log: string,
): Promise<void> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const answered = await execute("select 1").then(() => true, () => false);
    if (answered) return;
    if (performance.now() > giveUpAt) {
      const said = await Deno.readTextFile(log).catch(() => "");
      throw new Error(`Cannot start MariaDB: no answer. ${said.slice(-1000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
