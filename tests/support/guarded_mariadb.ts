/** MariaDB, which stands in for MySQL, to try the guard on: a server of the test's own. */
import mysql from "mysql2/promise";
import { foldNothing } from "../../src/query/guard/table_key.ts";
import { mysqlParser } from "../../src/query/sql/mysql/parser.ts";
import { DELETIONS, type GuardedEngine, insertions, TABLES } from "./guarded_engine.ts";
import { startMariadb } from "./mariadb.ts";

export async function guardedMariadb(): Promise<GuardedEngine> {
  const server = await startMariadb();
  const open = async (name: string, ...more: readonly string[]) => {
    await server.execute(`CREATE DATABASE ${name}`);
    const connection = await mysql.createConnection(server.url(name));
    // `ENGINE` apart, as everywhere; rows in one transaction, since each would be synced.
    await connection.query("SET autocommit = 0");
    for (const statement of [...TABLES, ...insertions(), ...more]) {
      await connection.query(statement);
    }
    await connection.query("COMMIT");
    // One collation for literals and for the tables' texts, so that random queries may mix them.
    await connection.query("SET collation_connection = @@collation_database");
    await connection.query("SET sql_mode = 'ERROR_FOR_DIVISION_BY_ZERO,STRICT_ALL_TABLES'");
    return connection;
  };
  const full = await open("full_rows");
  const allowed = await open("allowed_rows", ...DELETIONS);
  const ask = (connection: mysql.Connection) => async (sql: string) => {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return rows as unknown[][];
  };
  return {
    name: "mysql",
    parser: await mysqlParser(),
    // A set operation of several kinds can't look out of a subquery.
    failsWhere: /Unknown column/,
    naming: { catalog: null, schema: "full_rows", fold: foldNothing },
    full: ask(full),
    allowed: ask(allowed),
    async close() {
      await Promise.all([full.end(), allowed.end()]);
      await server.stop();
    },
  };
}
