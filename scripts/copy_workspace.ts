/**
 * Copies a PostgreSQL database (Superset's metadata, or the data behind it) into a SQLite file.
 *
 *   deno run --allow-net --allow-env --allow-read --allow-write scripts/copy_workspace.ts URL FILE
 */
import { copyToSqlite } from "../tests/support/sqlite_copy.ts";

const [url, path, ...more] = Deno.args;
if (url === undefined || path === undefined || more.length > 0) {
  console.error("usage: copy_workspace.ts POSTGRESQL_URL SQLITE_FILE");
  Deno.exit(2);
}
const exists = await Deno.stat(path).then(() => true, () => false);
if (exists) {
  console.error(`Cannot copy to ${path}: the file is already there.`);
  Deno.exit(1);
}
const counts = await copyToSqlite(url, path);
const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
console.log(`${path}: ${counts.size} tables, ${rows} rows`);
