/** Transactions that write Superset's metadata in PostgreSQL. */
import type postgres from "postgres";
import type { MetadataWriter, RunInTransaction } from "../metadata_writer.ts";
import { WRITE_CONNECTIONS, WRITE_IDLE_SECONDS } from "../metadata_writer.ts";
import type { ResolveHost } from "../resolve_host.ts";
import type { PostgresqlTarget } from "./connection_options.ts";
import { explainWriting, isDropped } from "./failures.ts";
import { RenewablePool } from "./pool.ts";

export interface PostgresqlWriterOptions {
  readonly target: PostgresqlTarget;
  readonly resolve: ResolveHost;
  readonly recycleSeconds: number;
}

/** After how long the server ends a statement. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** When a transaction is given up from here, however many statements it has. */
const TRANSACTION_TIMEOUT_MS = 30_000;

export class PostgresqlWriter implements MetadataWriter {
  readonly dialect = "postgresql";
  readonly #pool: RenewablePool;

  /** Connects to nothing before a transaction is asked for. */
  constructor({ target, resolve, recycleSeconds }: PostgresqlWriterOptions) {
    this.#pool = new RenewablePool({
      ...{ target, resolve, recycleSeconds },
      max: WRITE_CONNECTIONS,
      idleSeconds: WRITE_IDLE_SECONDS,
      readOnly: false,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
  }

  async transaction<T>(work: (run: RunInTransaction) => Promise<T>): Promise<T> {
    const sql = this.#pool.current;
    let late = false;
    const giveUp = setTimeout(() => {
      late = true;
      this.#pool.giveUp(sql);
    }, TRANSACTION_TIMEOUT_MS);
    try {
      // Its type unwraps arrays of promises, which `work` does not give.
      return await sql.begin((begun) => work(runIn(begun))) as T;
    } catch (error) {
      if (isDropped(error)) this.#pool.giveUp(sql);
      throw explainWriting(late ? Object.assign(new Error("late"), { code: "57014" }) : error);
    } finally {
      clearTimeout(giveUp);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end(5);
  }
}

function runIn(sql: postgres.TransactionSql): RunInTransaction {
  return async ({ sql: text, parameters, prepared }) =>
    await sql.unsafe(text, parameters as postgres.ParameterOrJSON<never>[], { prepare: prepared });
}
