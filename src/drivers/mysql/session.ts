/** One connection to a metadata database in MySQL or MariaDB, a statement at a time. */
import { Buffer } from "node:buffer";
import type { MysqlTarget } from "../analytics/mysql/options.ts";
import { ask, cut, logIn } from "../analytics/mysql/session.ts";
import type { Row, SqlStatement } from "../metadata_database.ts";

export interface MetadataSession {
  /** False once the connection is broken or closed. */
  readonly usable: boolean;
  /** @throws Error with the server's code, a system code, or one of `LATE` and `CLOSED` */
  run(statement: SqlStatement): Promise<readonly Row[]>;
  /** What the prepared protocol does not take. */
  control(statement: "start transaction" | "commit" | "rollback"): Promise<void>;
  close(): void;
}

/** Codes of failures that are told here and by no server. */
export const LATE = "STATEMENT_LATE", CLOSED = "SESSION_CLOSED";

/** How much later than the server's own timeout a statement is given up from here. */
const GRACE_MS = 2000;

/** Statements whose plans the server keeps for each connection; it counts those of all clients. */
const MAX_PREPARED = 200;

/** The longest GROUP_CONCAT, in bytes: 1024 at first, after which ids would be lost without a word. */
const MAX_JOINED_BYTES = 1 << 30;

/**
 * Under these modes `||` joins text and a backslash is a letter, as the DAO's statements mean them.
 * No value is ever put into a text here: mysql2 would escape it with backslashes.
 */
const SQL_MODE = "PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES";

export interface MetadataSessionOptions {
  /** After how long the server ends a statement. */
  readonly timeoutMs: number;
  /** False, the default: the server itself refuses to write over it. */
  readonly writes?: boolean;
}

/** @throws Error with a system code or the server's */
export async function openMetadataSession(
  target: MysqlTarget,
  address: string,
  { timeoutMs, writes = false }: MetadataSessionOptions,
): Promise<MetadataSession> {
  const connection = await logIn(target, address, {
    maxPreparedStatements: MAX_PREPARED,
    // Text, as SQLite and MariaDB keep JSON: the DAO parses it.
    jsonStrings: true,
  });
  let usable = true;
  const close = () => {
    usable = false;
    cut(connection);
  };
  connection.on("error", () => usable = false);
  connection.on("end", () => usable = false);
  try {
    const [row] = await ask(connection, "select version() as version");
    const bound = /mariadb/i.test(String(row!.version))
      ? `max_statement_time = ${timeoutMs / 1000}`
      : `max_execution_time = ${timeoutMs}`;
    await ask(
      connection,
      `set session sql_mode = '${SQL_MODE}', time_zone = '+00:00',
        group_concat_max_len = ${MAX_JOINED_BYTES},
        lock_wait_timeout = ${Math.max(1, Math.ceil(timeoutMs / 1000))}, ${bound}`,
    );
    if (!writes) await ask(connection, "set session transaction read only");
  } catch (error) {
    close();
    throw error;
  }

  /** In time, or the connection is given up. */
  async function inTime<T>(work: () => Promise<T>): Promise<T> {
    if (!usable) throw failure(CLOSED);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        close();
        reject(failure(LATE));
      }, timeoutMs + GRACE_MS);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  const run = ({ sql, parameters, prepared }: SqlStatement) =>
    inTime(() =>
      new Promise<readonly Row[]>((resolve, reject) => {
        connection.execute(sql, parameters.map(bindable), (error, rows) => {
          // Else the server would keep a plan for each text that a caller can think of.
          if (!prepared && usable) connection.unprepare(sql);
          if (error) reject(error);
          else resolve(Array.isArray(rows) ? rows as Row[] : []);
        });
      })
    );

  return {
    get usable() {
      return usable;
    },
    run,
    control: async (statement) => void await inTime(() => ask(connection, statement)),
    close,
  };
}

/** mysql2 sends a Buffer as bytes, and any other array of bytes as text. */
function bindable(value: unknown): string | number | boolean | Buffer | null {
  if (value instanceof Uint8Array) return Buffer.from(value);
  return value as string | number | boolean | null;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
