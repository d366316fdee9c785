/** Writes tables into MySQL or MariaDB: their shape, and rows of values that are SQL already. */
import mysql from "mysql2/promise";

export interface TargetTable {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly notNull: boolean;
  }[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly { readonly columns: readonly string[]; readonly unique: boolean }[];
}

export interface MysqlTarget {
  createTable(table: TargetTable): Promise<void>;
  /** @param rows each value as SQL, in the order of the table's columns */
  insert(table: string, rows: readonly (readonly string[])[]): Promise<void>;
  execute(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** How much is sent at once, in characters; a server takes 16 MB or more. */
const MAX_STATEMENT = 1_000_000;

/**
 * Makes a database and opens it.
 * @param url of the database that is to be, `mysql://user:password@host:port/name`
 * @param collation of its text
 * @throws Error of the server's where it is there already
 */
export async function createMysqlDatabase(url: string, collation: string): Promise<MysqlTarget> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const name = decodeURIComponent(pathname.slice(1));
  const connection = await mysql.createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    charset: "utf8mb4",
  });
  const execute = async (sql: string) => void await connection.query(sql);
  await execute(`create database ${quoteName(name)} character set utf8mb4 collate ${collation}`);
  await execute(`use ${quoteName(name)}`);
  // What was right before must not fail for how it is checked: keys that point to later tables.
  await execute("set foreign_key_checks = 0");
  return {
    createTable: (table) => execute(definition(table)),
    async insert(table, rows) {
      let batch: string[] = [], length = 0;
      const send = async () => {
        if (batch.length > 0) {
          await execute(`insert into ${quoteName(table)} values ${batch.join()}`);
        }
        [batch, length] = [[], 0];
      };
      for (const row of rows) {
        const values = `(${row.join(", ")})`;
        if (length + values.length > MAX_STATEMENT) await send();
        batch.push(values);
        length += values.length;
      }
      await send();
    },
    execute,
    close: () => connection.end(),
  };
}

/** Text as a literal, under the server's usual modes. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

export function quoteName(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

function definition({ name, columns, primaryKey, indexes }: TargetTable): string {
  const names = (list: readonly string[]) => list.map(quoteName).join(", ");
  const lines = [
    ...columns.map((column) =>
      `${quoteName(column.name)} ${column.type}${column.notNull ? " not null" : " null"}`
    ),
    ...(primaryKey.length > 0 ? [`primary key (${names(primaryKey)})`] : []),
    ...indexes.map(({ columns, unique }) => `${unique ? "unique " : ""}key (${names(columns)})`),
  ];
  return `create table ${quoteName(name)} (${lines.join(", ")}) engine = InnoDB`;
}
