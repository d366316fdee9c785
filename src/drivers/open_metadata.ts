/** Opens a metadata database by its URI: the list of engines that Superset's metadata may lie in. */
import { readFileSync } from "node:fs";
import { mysqlTarget } from "./analytics/mysql/options.ts";
import type { MetadataDatabase, MetadataPool } from "./metadata_database.ts";
import type { MetadataWriter } from "./metadata_writer.ts";
import { MysqlMetadata } from "./mysql/metadata.ts";
import { MysqlWriter } from "./mysql/writer.ts";
import { postgresqlTarget } from "./postgresql/connection_options.ts";
import { PostgresqlMetadata } from "./postgresql/metadata.ts";
import { PostgresqlWriter } from "./postgresql/writer.ts";
import type { ResolveHost } from "./resolve_host.ts";
import { type DatabaseUri, parseDatabaseUri } from "./sqlalchemy_uri.ts";
import { openSqliteFile, SqliteMetadata } from "./sqlite/metadata.ts";
import { openSqliteFileToWrite, SqliteWriter } from "./sqlite/writer.ts";

export interface OpenMetadataOptions {
  readonly pool: MetadataPool;
  readonly resolve: ResolveHost;
}

/** The two ways to a metadata database; neither connects before it is used. */
export interface OpenedMetadata {
  readonly database: MetadataDatabase;
  readonly writer: MetadataWriter;
}

type Open = (uri: DatabaseUri, options: OpenMetadataOptions) => OpenedMetadata;

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
    return {
      database: new SqliteMetadata(() => openSqliteFile(uri.database)),
      writer: new SqliteWriter(() => openSqliteFileToWrite(uri.database)),
    };
  },
};

function openPostgresql(
  uri: DatabaseUri,
  { pool, resolve }: OpenMetadataOptions,
): OpenedMetadata {
  const target = postgresqlTarget(uri, (path) => readFileSync(path, "utf8"));
  const { recycleSeconds } = pool;
  return {
    database: new PostgresqlMetadata({ target, pool, resolve }),
    writer: new PostgresqlWriter({ target, resolve, recycleSeconds }),
  };
}

function openMysql(uri: DatabaseUri, { pool, resolve }: OpenMetadataOptions): OpenedMetadata {
  const settings = { name: "metadata", uri, connectArgs: {}, serverCert: null };
  const target = mysqlTarget(settings, (path) => readFileSync(path, "utf8"));
  if (target.host.startsWith("/")) {
    throw new Error(
      "Cannot use a Unix socket for the metadata database: name a host and a port in the URI",
    );
  }
  if (target.database === "") throw new Error("Cannot read the database URI: it names no database");
  const { recycleSeconds } = pool;
  return {
    database: new MysqlMetadata({ target, pool, resolve }),
    writer: new MysqlWriter({ target, resolve, recycleSeconds }),
  };
}

/** The way to read alone. @throws as `openMetadataBothWays` */
export function openMetadataDatabase(uri: string, options: OpenMetadataOptions): MetadataDatabase {
  return openMetadataBothWays(uri, options).database;
}

/**
 * Makes the pools of a metadata database; connects to nothing yet.
 * @throws Error that says what is wrong with the URI, without the URI
 */
export function openMetadataBothWays(uri: string, options: OpenMetadataOptions): OpenedMetadata {
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
