/**
 * The recorded workspace: a Superset's databases, and what Superset answered to each of its users.
 * It lies outside the repository, at `../shared` or where SUPERSET_FIXTURE says.
 */
import { isInstalled, run } from "./programs.ts";
import { type PostgresqlCluster, postgresqlPrograms } from "./postgresql.ts";

/** Why the recorded workspace can't be restored here; null where it can. */
export const workspaceMissing: string | null = whatIsMissing();

/** SECRET_KEY of the Superset that recorded it. */
export const WORKSPACE_SECRET_KEY = "acme-analytics-superset-secret-key-0123456789";

/** The feature flags that were on while it was recorded. */
export const WORKSPACE_FEATURE_FLAGS = {
  ENABLE_TEMPLATE_PROCESSING: true,
  EMBEDDED_SUPERSET: true,
  DASHBOARD_RBAC: true,
  TAGGING_SYSTEM: true,
  ALERT_REPORTS: true,
  RLS_IN_SQLLAB: true,
} as const;

/** What one user got of the objects of one kind: a status, how many there are, the first 100. */
export interface GoldenList {
  readonly status: number;
  readonly count: number | null;
  readonly ids: readonly number[] | null;
}

export interface GoldenUser {
  readonly login: number;
  /** By kind: the HTTP status of a single get, by id. Users who can't log in have none. */
  readonly get?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly [list: string]: unknown;
}

/** The names of tests that need the workspace end in this, so that a skip says why. */
export function unlessMissing(name: string): { readonly name: string; readonly ignore: boolean } {
  return workspaceMissing === null
    ? { name, ignore: false }
    : { name: `${name} (skipped: ${workspaceMissing})`, ignore: true };
}

/** By user name. */
export async function readGoldenUsers(): Promise<Readonly<Record<string, GoldenUser>>> {
  return JSON.parse(await run("xz", "-dc", fixture("golden.json.xz"))).users;
}

export interface RestoreOptions {
  /** The dump of the metadata database; the 6.1 workspace's unless said otherwise. */
  readonly metadata?: string;
  /** Also the data behind the charts; takes some seconds. */
  readonly analytics?: boolean;
}

/**
 * Restores a recorded metadata database, and the analytics database where asked for, under names
 * of their own.
 *
 * @returns the URL of the metadata database
 */
export async function restoreWorkspace(
  cluster: Pick<PostgresqlCluster, "address" | "url">,
  name: string,
  options: RestoreOptions = {},
): Promise<string> {
  const admin = cluster.url("postgres");
  // The dumps' objects belong to this role.
  await psql(
    admin,
    "DO $$ BEGIN CREATE ROLE superset LOGIN SUPERUSER PASSWORD 'superset'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  );
  const restore = async (database: string, dump: string) => {
    await psql(admin, `CREATE DATABASE "${database}" OWNER superset`);
    const url = `postgresql://superset:superset@${cluster.address}/${database}`;
    await run(
      "bash",
      "-o",
      "pipefail",
      "-c",
      'xz -dc "$1" | psql -qX -v ON_ERROR_STOP=1 "$2"',
      "restore",
      fixture(dump),
      url,
    );
    await psql(url, "ANALYZE");
    return url;
  };
  const url = await restore(name, options.metadata ?? "metadata.sql.xz");
  if (options.analytics) await restore(`${name}_analytics`, "analytics.sql.xz");
  const analytics =
    `postgresql+psycopg2://superset:XXXXXXXXXX@${cluster.address}/${name}_analytics`;
  await psql(
    url,
    `UPDATE dbs SET sqlalchemy_uri = '${analytics}' WHERE database_name = 'examples'`,
  );
  return url;
}

/** Grows a restored metadata database to a large company's: 100,000 charts and what goes with them. */
export async function growWorkspace(url: string): Promise<void> {
  await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", url, "-f", fixture("scale.sql"));
  // Autovacuum would do it some minutes later, in the middle of what is measured.
  await psql(url, "VACUUM ANALYZE");
}

export async function psql(url: string, statement: string): Promise<void> {
  await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", url, "-c", statement);
}

/** The path of a recorded file; null where there are none. */
export function fixturePath(name: string): string | null {
  const folder = fixtureFolder();
  return folder === null ? null : `${folder}/${name}`;
}

function fixture(name: string): string {
  return `${fixtureFolder()}/${name}`;
}

function fixtureFolder(): string | null {
  const named = Deno.env.get("SUPERSET_FIXTURE");
  const beside = decodeURIComponent(new URL("../../../shared", import.meta.url).pathname);
  const places = named ? [named, `${named}/superset`] : [`${beside}/superset`];
  return places.find((place) => isInstalled(`${place}/golden.json.xz`)) ?? null;
}

function whatIsMissing(): string | null {
  if (fixtureFolder() === null) {
    return "the recorded workspace is not at ../shared or SUPERSET_FIXTURE";
  }
  if (postgresqlPrograms === null) return "PostgreSQL's programs are not installed";
  if (!isInstalled("xz")) return "the program xz is not installed";
  return null;
}
