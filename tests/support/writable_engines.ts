/** The demo's metadata in each engine that Superset's may lie in, to be read and written. */
import { openDemo } from "../../src/demo/demo.ts";
import { type OpenedMetadata, openMetadataBothWays } from "../../src/drivers/open_metadata.ts";
import { copyDemoToMariadb } from "./demo_in_mariadb.ts";
import { copyDemo } from "./demo_in_postgresql.ts";
import { hasMariadb, startMariadb } from "./mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "./postgresql.ts";
import { NOW } from "./workbench.ts";

export interface WritableEngine {
  readonly name: string;
  /** Why it can't run here; null where it can. */
  readonly missing: string | null;
  /** Makes a copy, uses it, and takes it away. */
  with(use: (opened: OpenedMetadata, url: string) => Promise<void>): Promise<void>;
}

const pool = { size: 2, maxOverflow: 0, timeoutSeconds: 10, recycleSeconds: 3600 };

/** @param url of a metadata database on this machine */
export function openBothWays(url: string): OpenedMetadata {
  return openMetadataBothWays(url, { pool, resolve: (host) => Promise.resolve(host) });
}

export const WRITABLE_ENGINES: readonly WritableEngine[] = [
  {
    name: "SQLite",
    missing: null,
    with: async (use) => {
      const folder = await Deno.makeTempDir({ prefix: "metadata-" });
      try {
        const demo = openDemo(NOW);
        demo.metadata.exec(`VACUUM INTO '${folder}/superset.db'`);
        demo.close();
        await used(`sqlite:///${folder}/superset.db`, use);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  },
  {
    name: "PostgreSQL",
    missing: postgresqlPrograms === null ? "PostgreSQL's programs are not installed" : null,
    with: async (use) => {
      const cluster = await startPostgresql();
      try {
        await used(await copyDemo(cluster, "written", NOW), use);
      } finally {
        await cluster.stop();
      }
    },
  },
  {
    name: "MariaDB",
    missing: hasMariadb ? null : "MariaDB is not installed",
    with: async (use) => {
      const server = await startMariadb();
      try {
        await used(await copyDemoToMariadb(server, "written", NOW), use);
      } finally {
        await server.stop();
      }
    },
  },
];

async function used(url: string, use: Parameters<WritableEngine["with"]>[0]): Promise<void> {
  const opened = openBothWays(url);
  try {
    await use(opened, url);
  } finally {
    await Promise.all([opened.writer.close(), opened.database.close()]);
  }
}
