/** A session of MySQL or MariaDB over mysql2, made so that the guard's reading of SQL is the server's. */
import { connect } from "node:net";
import mysql from "mysql2";
import { pausable } from "../pausable.ts";
import type { MysqlTarget } from "./options.ts";

export interface MysqlSession {
  readonly connection: mysql.Connection;
  readonly threadId: number;
  readonly isMariaDb: boolean;
  /** The database that bare names mean; null for none. */
  readonly database: string | null;
}

/** Modes under which quotes, backslashes, `||` or whole statements mean something else. */
const OTHER_GRAMMARS = new Set([
  "ANSI",
  "ANSI_QUOTES",
  "DB2",
  "HIGH_NOT_PRECEDENCE",
  "MAXDB",
  "MSSQL",
  "NO_BACKSLASH_ESCAPES",
  "ORACLE",
  "PIPES_AS_CONCAT",
  "POSTGRESQL",
]);

/** @throws Error with a system code or the server's */
export async function openSession(target: MysqlTarget, address: string): Promise<MysqlSession> {
  const connection = await logIn(target, address);
  try {
    const [row] = await ask(
      connection,
      "select connection_id() as id, version() as version, @@session.sql_mode as mode, database() as name",
    );
    const modes = String(row!.mode).split(",").filter((mode) =>
      mode !== "" && !OTHER_GRAMMARS.has(mode)
    );
    if (!modes.every((mode) => /^\w+$/.test(mode))) throw new Error("its sql_mode can't be read");
    await ask(connection, "set names utf8mb4");
    await ask(connection, `set session sql_mode = '${modes.join(",")}'`);
    await ask(connection, "set session transaction read only");
    return {
      connection,
      threadId: Number(row!.id),
      isMariaDb: /mariadb/i.test(String(row!.version)),
      database: row!.name === null ? null : String(row!.name),
    };
  } catch (error) {
    cut(connection);
    throw error;
  }
}

const KILL_TIMEOUT_MS = 2000;

/** Ends what another session of the same account runs; over in a few seconds, whatever comes of it. */
export async function killQuery(
  target: MysqlTarget,
  address: string,
  threadId: number,
): Promise<void> {
  try {
    const connection = await logIn({ ...target, connectTimeoutMs: KILL_TIMEOUT_MS }, address);
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => giveUp = setTimeout(resolve, KILL_TIMEOUT_MS));
    const killed = ask(connection, `kill query ${Math.trunc(threadId)}`);
    await Promise.race([killed, late]).finally(() => {
      clearTimeout(giveUp);
      cut(connection);
    });
  } catch {
    // It may have ended by itself; else the statement's own timeout ends it.
  }
}

/**
 * A connection to an address that was checked, with values as text where a number could lose some.
 * @param options of mysql2, in place of this function's own
 * @throws Error with a system code or the server's
 */
export function logIn(
  target: MysqlTarget,
  address: string,
  options: mysql.ConnectionOptions = {},
): Promise<mysql.Connection> {
  const socket = pausable(connect({ host: address, port: target.port, noDelay: true }));
  socket.setKeepAlive(true);
  const connection = mysql.createConnection({
    stream: socket,
    // For TLS alone: the socket goes to the address that was checked.
    host: target.host,
    user: target.username,
    password: target.password,
    ...(target.database === "" ? {} : { database: target.database }),
    ...(target.tls === null ? {} : { ssl: target.tls }),
    connectTimeout: target.connectTimeoutMs,
    charset: "utf8mb4",
    multipleStatements: false,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    // LOAD DATA LOCAL would let a server read this machine's files.
    flags: ["-LOCAL_FILES"],
    ...options,
  });
  return new Promise((resolve, reject) => {
    connection.once("error", reject);
    connection.connect((error) => {
      connection.off("error", reject);
      // What comes later shows in the statement that meets it.
      connection.on("error", () => {});
      if (error === null || error === undefined) return resolve(connection);
      cut(connection);
      reject(error);
    });
  });
}

/** Closes at once: mysql2's own `destroy` still takes in all that the server has to send. */
export function cut(connection: mysql.Connection): void {
  connection.destroy();
  // Its types have no `stream`: the socket, or the TLS over it.
  (connection as mysql.Connection & { readonly stream?: { destroy(): void } }).stream?.destroy();
}

/** Runs one statement of this folder's own and gathers its rows. */
export function ask(
  connection: mysql.Connection,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => {
      if (error) reject(error);
      else resolve(Array.isArray(rows) ? rows as Record<string, unknown>[] : []);
    });
  });
}
