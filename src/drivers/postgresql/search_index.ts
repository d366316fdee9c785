/**
 * Indexes that make lists and searches of a large workspace fast: trigrams for what `search` looks
 * into, the permissions that visibility compares, and the time of change for the order of lists. Superset's own migrations have neither. They
 * are installed only when an operator asks for it, and can be dropped at any time.
 */
import { unavailable } from "../../errors.ts";
import type { ResolveHost } from "../resolve_host.ts";
import type { PostgresqlTarget } from "./connection_options.ts";
import { openPool } from "./pool.ts";

export interface SearchIndex {
  readonly name: string;
  readonly table: string;
  readonly definition: string;
}

const trigrams = (table: string, columns: readonly string[]): SearchIndex => ({
  name: `superset_mcp_${table}_search`,
  table,
  definition: `using gin (${columns.map((column) => `${column} gin_trgm_ops`).join(", ")})`,
});

const changes = (table: string): SearchIndex => ({
  name: `superset_mcp_${table}_changed`,
  table,
  definition: "(changed_on desc nulls last, id desc)",
});

/** What visibility compares: without it, each first look of a person scans the table. */
const grants = (table: string): SearchIndex => ({
  name: `superset_mcp_${table}_perm`,
  table,
  definition: "(perm)",
});

export const SEARCH_INDEXES: readonly SearchIndex[] = [
  trigrams("slices", ["slice_name", "description"]),
  trigrams("dashboards", ["dashboard_title", "slug"]),
  trigrams("tables", ["table_name", "schema", "sql"]),
  grants("slices"),
  changes("slices"),
  changes("dashboards"),
  changes("tables"),
];

/**
 * Installs the indexes that are not there yet, one after the other, while Superset goes on.
 * @param print takes a line for each index
 * @throws ServiceError `unavailable` when the server can't be reached or does not allow it
 */
export async function installSearchIndexes(
  target: PostgresqlTarget,
  resolve: ResolveHost,
  print: (line: string) => void,
): Promise<void> {
  const sql = openPool({
    target,
    resolve,
    max: 1,
    idleSeconds: 0,
    recycleSeconds: 3600,
    readOnly: false,
  });
  try {
    await sql.unsafe("create extension if not exists pg_trgm");
    for (const { name, table, definition } of SEARCH_INDEXES) {
      // A build that was broken off leaves an index that is of no use and in the way.
      const [broken] = await sql.unsafe(
        `select 1 from pg_index i join pg_class c on c.oid = i.indexrelid
          where c.relname = $1 and not i.indisvalid and pg_table_is_visible(c.oid)`,
        [name],
      );
      if (broken) await sql.unsafe(`drop index concurrently ${name}`);
      await sql.unsafe(`create index concurrently if not exists ${name} on ${table} ${definition}`);
      print(`ok    ${name} on ${table}`);
    }
    for (const table of new Set(SEARCH_INDEXES.map((index) => index.table))) {
      await sql.unsafe(`analyze ${table}`);
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw unavailable(`Cannot install the search indexes: ${reason}`, {
      hint:
        "The role needs CREATE on the database (for the extension pg_trgm) and must own the tables.",
      cause,
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
