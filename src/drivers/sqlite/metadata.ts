/** Superset's metadata in SQLite (a local install's `superset.db`, or the demo in memory). */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { unavailable } from "../../errors.ts";
import { columnsByTable } from "../columns_by_table.ts";
import type { MetadataDatabase, PoolStats, Row, SqlStatement } from "../metadata_database.ts";
import { bindable, explain } from "./statements.ts";

/** How many compiled statements are kept; those beyond are compiled at each use. */
const MAX_STATEMENTS = 256;

/**
 * Opens a metadata file for reading only.
 * @throws ServiceError `unavailable` when the file is missing or is no database
 */
export function openSqliteFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    // SQLite looks into the file at the first reading only.
    database.exec("PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA schema_version");
    return database;
  } catch (cause) {
    database?.close();
    throw unavailable("The metadata database can't be opened.", {
      hint:
        "See that the file in SQLALCHEMY_DATABASE_URI exists, is a SQLite database and may be read.",
      cause,
    });
  }
}

/** Statements run at once on the one connection: the metadata's are short. */
export class SqliteMetadata implements MetadataDatabase {
  readonly dialect = "sqlite";
  readonly #open: () => DatabaseSync;
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();

  /** @param open gives the connection, at the first use; tried again while it fails */
  constructor(open: () => DatabaseSync) {
    this.#open = open;
  }

  // deno-lint-ignore require-await -- the interface is asynchronous: a thrown error must reject
  async read(statement: SqlStatement): Promise<readonly Row[]> {
    try {
      return this.#prepare(statement).all(...statement.parameters.map(bindable)) as Row[];
    } catch (error) {
      throw explain(error);
    }
  }

  async describe(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const rows = await this.read({
      sql: `SELECT m.name AS table_name, c.name AS column_name
              FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type IN ('table', 'view')`,
      parameters: [],
      prepared: false,
    });
    return columnsByTable(rows);
  }

  stats(): PoolStats {
    return { active: 0, idle: this.#database === null ? 0 : 1 };
  }

  close(): Promise<void> {
    this.#statements.clear();
    if (this.#database?.isOpen) this.#database.close();
    this.#database = null;
    return Promise.resolve();
  }

  #prepare(statement: SqlStatement): StatementSync {
    const known = this.#statements.get(statement.sql);
    if (known) return known;
    this.#database ??= this.#connect();
    const prepared = this.#database.prepare(statement.sql);
    if (statement.prepared && this.#statements.size < MAX_STATEMENTS) {
      this.#statements.set(statement.sql, prepared);
    }
    return prepared;
  }

  #connect(): DatabaseSync {
    const database = this.#open();
    // SQLite's own LIKE and lower() fold ASCII only; PostgreSQL's ILIKE folds every letter.
    database.exec("PRAGMA case_sensitive_like = ON");
    database.function(
      "fold_case",
      { deterministic: true },
      (value) => typeof value === "string" ? value.toLowerCase() : value,
    );
    return database;
  }
}
