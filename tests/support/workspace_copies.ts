/**
 * The recorded workspace on engines that Superset did not record it on: metadata and data copied
 * there, and its one connection pointed at the copy, so that a service takes its real way to it.
 */
import { DatabaseSync } from "node:sqlite";
import mysql from "mysql2/promise";
import { type CanaryTable, readCanaries } from "./canaries.ts";
import { hasMariadb, startMariadb } from "./mariadb.ts";
import { copyToMariadb } from "./mariadb_copy.ts";
import { type RecordedWorkspace, withRecordedWorkspace } from "./recorded_workspace.ts";
import { seal } from "./sealed_secrets.ts";
import { copyToSqlite } from "./sqlite_copy.ts";
import { WORKSPACE_SECRET_KEY, workspaceMissing } from "./workspace.ts";

export interface CopiedWorkspace {
  /** The URI of the copied metadata. */
  readonly metadata: string;
  /** Words of rows that rules hide, by table. */
  readonly canaries: ReadonlyMap<CanaryTable, readonly string[]>;
  /** Runs statements on the copied data. */
  execute(...statements: readonly string[]): Promise<void>;
}

export interface WorkspaceCopy {
  readonly engine: "SQLite" | "MariaDB";
  /** What a name of a table without a schema is in. */
  readonly schema: string;
  /** Why there can be none here; null where there can. */
  readonly missing: string | null;
  /** Makes a copy of the test's own. */
  use(work: (copy: CopiedWorkspace) => Promise<void>): Promise<void>;
}

export const WORKSPACE_COPIES: readonly WorkspaceCopy[] = [
  { engine: "SQLite", schema: "main", missing: workspaceMissing, use: withSqliteCopy },
  {
    engine: "MariaDB",
    // Its databases are its schemas; this one is named as the schema that was recorded.
    schema: "public",
    missing: workspaceMissing ?? (hasMariadb ? null : "MariaDB's programs are not installed"),
    use: withMariadbCopy,
  },
];

/** A test on each engine; its name says what is missing where it can't run. */
export function onEachCopy(
  name: string,
  test: (t: Deno.TestContext, copy: CopiedWorkspace, engine: WorkspaceCopy) => Promise<void>,
): void {
  for (const copy of WORKSPACE_COPIES) {
    const { engine, missing } = copy;
    Deno.test({
      name: `on ${engine}, ${name}${missing === null ? "" : ` (skipped: ${missing})`}`,
      ignore: missing !== null,
      fn: (t) => copy.use((copied) => test(t, copied, copy)),
    });
  }
}

async function withSqliteCopy(work: (copy: CopiedWorkspace) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const [metadata, analytics] = [`${folder}/superset.db`, `${folder}/analytics.db`];
  try {
    const canaries = await copied(async (recorded) => {
      await copyToSqlite(recorded.metadata, metadata);
      await copyToSqlite(recorded.analytics, analytics);
    });
    executeSqlite(metadata, pointingTo(`sqlite:///${analytics}`, null, "main"));
    await work({
      canaries,
      metadata: `sqlite:///${metadata}`,
      execute: (...statements) => Promise.resolve(executeSqlite(analytics, statements)),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function executeSqlite(path: string, statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}

async function withMariadbCopy(work: (copy: CopiedWorkspace) => Promise<void>): Promise<void> {
  const server = await startMariadb();
  const execute = async (database: string, statements: readonly string[]) => {
    const connection = await mysql.createConnection(server.url(database));
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  };
  try {
    const canaries = await copied(async (recorded) => {
      await copyToMariadb(recorded.metadata, server.url("superset"));
      await copyToMariadb(recorded.analytics, server.url("public"));
    });
    const { username, password } = new URL(server.url("public"));
    const uri = `mysql+pymysql://${username}:XXXXXXXXXX@${server.address}/public`;
    await execute("superset", [
      ...pointingTo(uri, seal(password, WORKSPACE_SECRET_KEY), "public"),
      // A name in double quotes is a text there, so whoever writes SQL writes backticks.
      "UPDATE sql_metrics SET expression = REPLACE(expression, '\"', '`')",
    ]);
    await work({
      canaries,
      metadata: server.url("superset"),
      execute: (...statements) => execute("public", statements),
    });
  } finally {
    await server.stop();
  }
}

/** @param copy copies metadata and data */
async function copied(copy: (from: RecordedWorkspace) => Promise<void>) {
  let canaries: CopiedWorkspace["canaries"] = new Map();
  await withRecordedWorkspace(async (recorded) => {
    await copy(recorded);
    canaries = await readCanaries(recorded.analytics);
  });
  return canaries;
}

/** The connection, and what is named after the recorded one's schema; these engines have no catalogs. */
function pointingTo(uri: string, password: string | null, schema: string): readonly string[] {
  const secret = password === null ? "NULL" : `'${password}'`;
  const held = "('[examples].[analytics].[public]', '[examples].[public]')";
  const named = `'[examples].[${schema}]'`;
  return [
    `UPDATE dbs SET sqlalchemy_uri = '${uri}', password = ${secret}`,
    // A dataset without a schema is in the connection's own, in Superset, too.
    `UPDATE tables SET catalog = NULL,
       \`schema\` = CASE WHEN id % 2 = 0 THEN NULL ELSE '${schema}' END`,
    `UPDATE tables SET schema_perm = ${named} WHERE schema_perm IN ${held}`,
    `UPDATE slices SET schema_perm = ${named} WHERE schema_perm IN ${held}`,
    `UPDATE ab_view_menu SET name = ${named} WHERE name = '[examples].[public]'`,
  ];
}
