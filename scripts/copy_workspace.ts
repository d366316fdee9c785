/**
 * Copies a PostgreSQL database (Superset's metadata, or the data behind it) into a SQLite file, or
 * into a new database of a MySQL or MariaDB server.
 *
 *   deno run --allow-net --allow-env --allow-read --allow-write scripts/copy_workspace.ts URL FILE
 *   deno run --allow-net --allow-env --allow-read scripts/copy_workspace.ts URL mysql://…/NAME
 */
import { copyToMariadb } from "../tests/support/mariadb_copy.ts";
import { copyToSqlite } from "../tests/support/sqlite_copy.ts";

const [url, target, ...more] = Deno.args;
if (url === undefined || target === undefined || more.length > 0) {
  console.error("usage: copy_workspace.ts POSTGRESQL_URL SQLITE_FILE|MYSQL_URL");
  Deno.exit(2);
}
const isServer = /^(mysql|mariadb):\/\//.test(target);
if (!isServer && await Deno.stat(target).then(() => true, () => false)) {
  console.error(`Cannot copy to ${target}: the file is already there.`);
  Deno.exit(1);
}
const counts = await (isServer ? copyToMariadb(url, target) : copyToSqlite(url, target));
const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
console.log(`${counts.size} tables, ${rows} rows`);
