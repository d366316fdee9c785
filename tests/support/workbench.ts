/**
 * The DAO over a metadata database of a test's own, without a service around it: callers by user
 * name, and every statement that was run.
 */
import type { DatabaseSync } from "node:sqlite";
import { dataAccess } from "../../src/auth/access.ts";
import { type Caller, permissionName } from "../../src/auth/caller.ts";
import type { Dao } from "../../src/dao/dao.ts";
import type { ListQuery } from "../../src/dao/list.ts";
import { Metadata } from "../../src/dao/metadata.ts";
import type { Resource, Values } from "../../src/dao/resource.ts";
import { openDemo } from "../../src/demo/demo.ts";
import type {
  MetadataDatabase,
  PoolStats,
  Row,
  SqlStatement,
} from "../../src/drivers/metadata_database.ts";
import type { MetadataWriter } from "../../src/drivers/metadata_writer.ts";
import { SqliteMetadata } from "../../src/drivers/sqlite/metadata.ts";
import { SqliteWriter } from "../../src/drivers/sqlite/writer.ts";

/** The day of every demo in these tests. */
export const NOW = Date.UTC(2026, 10, 24, 9, 30);

export const SUPERSET_URL = "https://superset.example";

/** A metadata database that remembers what it was asked. */
export class RecordingDatabase implements MetadataDatabase {
  readonly statements: SqlStatement[] = [];
  readonly #inner: MetadataDatabase;

  constructor(inner: MetadataDatabase) {
    this.#inner = inner;
  }

  get dialect() {
    return this.#inner.dialect;
  }

  read(statement: SqlStatement): Promise<readonly Row[]> {
    this.statements.push(statement);
    return this.#inner.read(statement);
  }

  describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    return this.#inner.describe();
  }

  stats(): PoolStats {
    return this.#inner.stats();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

export interface Workbench {
  readonly database: RecordingDatabase;
  readonly metadata: Metadata;
  readonly dao: Dao;
  /** @throws Error for a user who does not exist */
  caller(username: string): Promise<Caller>;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** The feature flag DASHBOARD_RBAC; on unless said otherwise. */
  readonly dashboardRoles?: boolean;
  /** Whether the order of lists is kept for a moment; off unless said otherwise. */
  readonly cache?: boolean;
  readonly now?: () => number;
}

export async function openWorkbench(
  inner: MetadataDatabase,
  options: WorkbenchOptions = {},
): Promise<Workbench> {
  const database = new RecordingDatabase(inner);
  const metadata = new Metadata({
    database,
    settings: { dashboardRoles: options.dashboardRoles ?? true, rbacEnabled: true },
    supersetUrl: SUPERSET_URL,
    cache: { enabled: options.cache ?? false, maxBytes: 1_000_000 },
    now: options.now ?? (() => NOW),
  });
  return {
    database,
    metadata,
    dao: await metadata.dao(),
    caller: (username) => callerOf(metadata, username),
    close: () => metadata.close(),
  };
}

/** @param change is done to the demo before it is served */
export function demoDatabase(change: (db: DatabaseSync) => void = () => {}): SqliteMetadata {
  const { metadata } = openDemo(NOW);
  change(metadata);
  return new SqliteMetadata(() => metadata);
}

/** The demo to read and to write, as one database. */
export function writableDemo() {
  const { metadata } = openDemo(NOW);
  const open = () => metadata;
  return { database: new SqliteMetadata(open), writer: new SqliteWriter(open) };
}

/** For tests that write nothing. */
export const writesNothing: MetadataWriter = {
  dialect: "sqlite",
  transaction: () => Promise.reject(new Error("This test writes nothing")),
  close: () => Promise.resolve(),
};

/** The demo as one of its people, admin unless said otherwise. */
export async function withDemo(
  use: (bench: Workbench, caller: Caller) => Promise<void>,
  username = "admin",
): Promise<void> {
  const bench = await openWorkbench(demoDatabase());
  try {
    await use(bench, await bench.caller(username));
  } finally {
    await bench.close();
  }
}

export function idsOf(items: readonly Values[]): number[] {
  return items.map(({ id }) => id as number);
}

/** The ids of a list that fits on one page, in its order. */
export async function allIds(
  { dao }: Workbench,
  caller: Caller,
  resource: Resource,
  query: Partial<ListQuery> = {},
): Promise<number[]> {
  const { items, totalCount } = await dao.list(resource, caller, {
    page: 1,
    pageSize: 100,
    columns: ["id"],
    ...query,
  });
  if (items.length !== totalCount) {
    throw new Error(`A page holds ${items.length} of ${totalCount} ${resource.plural}`);
  }
  return idsOf(items);
}

async function callerOf(metadata: Metadata, username: string): Promise<Caller> {
  const account = await metadata.findByUsername(username);
  if (account === null) throw new Error(`There is no user ${username}`);
  const { user, roles, permissions } = account;
  return {
    user,
    roles,
    permissions: new Set(permissions.map(({ method, view }) => permissionName(method, view))),
    access: dataAccess(roles, permissions),
    tenant: null,
    scopes: new Set(),
    attributes: {},
    source: "dev_user",
  };
}
