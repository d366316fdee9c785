/** Opens a metadata database by its URI: the list of engines that Superset's metadata may lie in. */
import { readFileSync } from "node:fs";
import { mysqlTarget } from "./analytics/mysql/options.ts";
import type { MetadataDatabase, MetadataPool } from "./metadata_database.ts";
import { MysqlMetadata } from "./mysql/metadata.ts";
import { postgresqlTarget } from "./postgresql/connection_options.ts";
import { PostgresqlMetadata } from "./postgresql/metadata.ts";
import type { ResolveHost } from "./resolve_host.ts";
import { type DatabaseUri, parseDatabaseUri } from "./sqlalchemy_uri.ts";
import { openSqliteFile, SqliteMetadata } from "./sqlite/metadata.ts";

export interface OpenMetadataOptions {
  readonly pool: MetadataPool;
  readonly resolve: ResolveHost;
}

type Open = (uri: DatabaseUri, options: OpenMetadataOptions) => MetadataDatabase;

/** By the dialect's name in the URI. */
const ENGINES: Readonly<Record<string, Open>> = {
  postgresql: openPostgresql,
  postgres: openPostgresql,
  mysql: openMysql,
  mariadb: openMysql,
  sqlite: (uri) => {
    if (uri.database === "" || uri.database === ":memory:") {
      throw new Error(
        "Cannot use a SQLite database in memory: name a file, as in sqlite:////path/superset.db",
      );
    }
    return new SqliteMetadata(() => openSqliteFile(uri.database));
  },
};

function openPostgresql(
  uri: DatabaseUri,
  { pool, resolve }: OpenMetadataOptions,
): MetadataDatabase {
  const target = postgresqlTarget(uri, (path) => readFileSync(path, "utf8"));
  return new PostgresqlMetadata({ target, pool, resolve });
}

function openMysql(uri: DatabaseUri, { pool, resolve }: OpenMetadataOptions): MetadataDatabase {
  const settings = { name: "metadata", uri, connectArgs: {}, serverCert: null };
  const target = mysqlTarget(settings, (path) => readFileSync(path, "utf8"));
  if (target.host.startsWith("/")) {
    throw new Error(
      "Cannot use a Unix socket for the metadata database: name a host and a port in the URI",
    );
  }
  if (target.database === "") throw new Error("Cannot read the database URI: it names no database");
  return new MysqlMetadata({ target, pool, resolve });
}

/**
 * Makes the pool of a metadata database; connects to nothing yet.
 * @throws Error that says what is wrong with the URI, without the URI
 */
export function openMetadataDatabase(uri: string, options: OpenMetadataOptions): MetadataDatabase {
  const parsed = parseDatabaseUri(uri);
  const open = Object.hasOwn(ENGINES, parsed.dialect) ? ENGINES[parsed.dialect] : undefined;
  if (open === undefined) {
    throw new Error(
      `Cannot read Superset's metadata from '${parsed.dialect}': use one of ${
        Object.keys(ENGINES).join(", ")
      }`,
    );
  }
  return open(parsed, options);
}
