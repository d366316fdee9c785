/**
 * What an analytics engine has to offer: one connection at a time that runs one reading statement
 * under limits. Pools, queues and circuit breakers lie above it and know no engine.
 */
import type { Frame, GenericType } from "../../query/frame.ts";
import type { DatabaseUri } from "../sqlalchemy_uri.ts";
import type { ResolveHost } from "../resolve_host.ts";

/** A row of Superset's `dbs`, secrets still encrypted. */
export interface ConnectionRow {
  readonly id: number;
  readonly name: string;
  readonly sqlalchemyUri: string;
  readonly password: string | null;
  readonly encryptedExtra: string | null;
  readonly serverCert: string | null;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly impersonateUser: boolean;
  readonly hasSshTunnel: boolean;
  readonly changedOn: string | null;
}

/** A column of an answer. */
export interface ResultColumn {
  readonly name: string;
  /** The database's own name of the type, such as `timestamp with time zone`; empty if it has none. */
  readonly databaseType: string;
  readonly type: GenericType;
  /** True where the values are instants: their clock time was given with a zone. */
  readonly hasZone: boolean;
}

export interface QueryResult {
  readonly frame: Frame;
  readonly columns: readonly ResultColumn[];
  /** True where the row or byte cap ended it: there was more. */
  readonly truncated: boolean;
  /** The size of the values as the server sent them. */
  readonly bytes: number;
  /** About what it takes in memory. */
  readonly heldBytes: number;
  /** From the statement's start to its last row, without waiting for a connection. */
  readonly durationMs: number;
}

/** What one statement of a script that writes gave. */
export interface WriteResult extends QueryResult {
  /** The rows that it changed, or read. */
  readonly affected: number;
}

export interface RunLimits {
  /** The server ends the statement after so long. */
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly maxBytes: number;
  /** Ends the statement on the server; the run then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The schema that bare table names mean; the connection's own where left out. */
  readonly schema?: string | null;
  /** Told now and then how many rows have come. */
  readonly onRows?: (rows: number) => void;
  /** Told now and then how much the rows hold in memory; until what it gives is over, none are read. */
  readonly onHeld?: (bytes: number) => Promise<void> | null;
  /**
   * Gets the rows in batches as they come, rather than all at the end: what the run gives are then
   * those that are left. Types that the server would have to be asked about stay text.
   */
  readonly take?: (batch: QueryResult) => Promise<void>;
}

export interface Statement {
  readonly sql: string;
  /** The same with calls of the connection's own by which it can be ended, where the engine needs them. */
  readonly stoppableSql?: string;
  readonly parameters: readonly unknown[];
  /** What the plan knows of the columns' types; engines without column types need it. */
  readonly plannedTypes: readonly (GenericType | null)[] | null;
  /** True: the server's words about a failure may quote rows that the caller must not see. */
  readonly hideServerWords: boolean;
}

export type Row = Readonly<Record<string, unknown>>;

/** One connection, used by one statement at a time. */
export interface AnalyticsConnection {
  /** False once it broke or was cut: it can only be closed. */
  readonly usable: boolean;
  /**
   * Runs one reading statement, read-only.
   * @throws ServiceError `timeout`, `invalid_sql`, `permission_denied`, `too_large`, `unavailable`
   */
  query(statement: Statement, limits: RunLimits): Promise<QueryResult>;
  /**
   * Runs statements in one transaction, each under the limits, and commits it: all of them, or none.
   * An engine that has it not writes nothing.
   * @throws ConnectionLost only where nothing was sent but the transaction's beginning; ServiceError
   *   `timeout`, `invalid_sql`, `conflict`, `permission_denied`, `too_large`, `unavailable`, which say
   *   whether anything was written
   */
  write?(statements: readonly Statement[], limits: RunLimits): Promise<readonly WriteResult[]>;
  /** Runs one of this folder's own statements, for `Introspection`. */
  read(sql: string, parameters: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** Where connections go: what tells one database from another. */
export type ServerAddress =
  | {
    readonly kind: "server";
    readonly family: "postgresql" | "mysql";
    readonly host: string;
    readonly port: number;
    readonly database: string;
  }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "memory" };

/** Makes connections to one database. */
export interface Connector {
  readonly address: ServerAddress;
  /** The longest statement that the database's own settings allow; null where they say nothing. */
  readonly timeoutMs: number | null;
  /** @throws Error with the driver's code, or ServiceError; the reason never holds a secret */
  connect(): Promise<AnalyticsConnection>;
}

/** What a row of `dbs` says, opened and merged as Superset does it. */
export interface ConnectionSettings {
  readonly name: string;
  readonly uri: DatabaseUri;
  /** `engine_params.connect_args` of `extra` and `encrypted_extra`. */
  readonly connectArgs: Readonly<Record<string, unknown>>;
  /** Certificates in PEM that the server's must lead to. */
  readonly serverCert: string | null;
}

export interface EngineTools {
  readonly resolve: ResolveHost;
  readonly readFile: (path: string) => string;
  /** Milliseconds, for durations. */
  readonly now: () => number;
  /** The demo's data, which no file holds. */
  readonly demo: { readonly uri: string; readonly tables: () => MemoryDatabase } | null;
}

/** A SQLite database as values that another thread can take. */
export interface MemoryDatabase {
  readonly schema: readonly string[];
  readonly tables: readonly {
    readonly name: string;
    readonly rows: readonly (readonly (null | number | bigint | string | Uint8Array)[])[];
  }[];
}

export interface Engine {
  /** Superset's name of the backend. */
  readonly name: "postgresql" | "mysql" | "sqlite";
  /** The names before `+` or `://` in a URI. */
  readonly dialects: readonly string[];
  /** Whether Superset's catalogs are databases of the server, each with connections of its own. */
  readonly hasCatalogs: boolean;
  /** @throws Error naming the setting that can't be honoured, never its value if it is a secret */
  connector(settings: ConnectionSettings, tools: EngineTools): Connector;
  introspection(read: AnalyticsConnection["read"]): Introspection;
}

export interface TableInfo {
  readonly schema: string;
  readonly name: string;
  /** A foreign table's rows are kept elsewhere: in another server, file or table. */
  readonly kind: "table" | "view" | "materialized view" | "foreign table";
}

export interface ColumnInfo {
  readonly name: string;
  readonly databaseType: string;
  readonly type: GenericType;
  readonly nullable: boolean;
}

/** What a database says of one table beside its columns. */
export interface TableDetails {
  readonly comment: string | null;
  /** By column. */
  readonly columnComments: Readonly<Record<string, string>>;
  readonly primaryKey: readonly string[];
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  /** As the server last counted or estimated them; null where it has not, and for a view. */
  readonly estimatedRows: number | null;
  /** On the server's disk, with indexes; null where it can't tell, and for a view. */
  readonly bytes: number | null;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly schema: string | null;
  readonly table: string;
  readonly referenced: readonly string[];
}

/** One relation whose rows are another's: a view, or a partition or child of a table. */
export interface TableDependency {
  readonly schema: string | null;
  readonly name: string;
  /** A table, or what a query's text reads where the engine tells no more; null: it can't be told. */
  readonly reads:
    | { readonly schema: string | null; readonly name: string }
    | { readonly sql: string }
    | null;
}

/** What a write to a table can reach that it does not name. */
export interface WriteReach {
  /** Tables that it may go on to, or of which it tells whether a key exists. */
  readonly tables: readonly { readonly schema: string; readonly name: string }[];
  /** Whether it runs code that people wrote, which may reach anything. */
  readonly runsCode: boolean;
}

/** What is asked of a database about itself: fixed statements, with parameters only. */
export interface Introspection {
  session(): Promise<SessionInfo>;
  schemas(): Promise<readonly string[]>;
  /** The engine's own tables are none; the schema's name may be another that differs in case. */
  tables(schema: string): Promise<readonly TableInfo[]>;
  columns(schema: string, table: string): Promise<readonly ColumnInfo[]>;
  details(schema: string, table: string): Promise<TableDetails>;
  /** Direct ones, of all schemas. */
  dependencies(): Promise<readonly TableDependency[]>;
  /** What a write to a table can reach. Absent where nothing is written. */
  writeReach?(schema: string, table: string): Promise<WriteReach>;
}

export interface SessionInfo {
  /** The database connected to: PostgreSQL's catalog; null in SQLite. */
  readonly database: string | null;
  /** Where bare table names are looked up first; null if nowhere. */
  readonly defaultSchema: string | null;
  /** All schemas they are looked up in, in order. */
  readonly searchPath: readonly string[];
  /**
   * Functions of users that a column's notation may call: `t.f` is `f(t)` where t has no column f.
   * Absent where the engine has no such notation.
   */
  readonly rowFunctions?: readonly string[];
  /**
   * A column of each table and view, by lower-case name, where a statement is ended by what it calls
   * as it reads their rows. Absent where the server ends it.
   */
  readonly anyColumns?: ReadonlyMap<string, string>;
  /** The schema of Superset's own metadata, of which nothing is read; absent where there is none. */
  readonly closedSchema?: string;
  /** Whether names of tables that differ in case only are one table's. */
  readonly ignoresCase: boolean;
  readonly serverVersion: string;
}
