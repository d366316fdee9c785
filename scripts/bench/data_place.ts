/** The recorded data as the bench needs it: under its catalog's name, with a large table beside. */
import { psql } from "../../tests/support/workspace.ts";

export const LARGE_TABLE = "five_million";
const ROWS = 5_000_000;
export const SLEEPING_VIEW = "two_minutes";

/** Datasets name the catalog that they were recorded in, which has another name here. */
export async function renameCatalog(metadata: string, analytics: string): Promise<void> {
  const name = new URL(analytics).pathname.slice(1);
  await psql(metadata, `UPDATE tables SET catalog = '${name}' WHERE catalog = 'analytics'`);
}

/**
 * Makes the table, and a copy of a recorded dataset's row that names it.
 * @returns the dataset's id
 */
export async function addLargeDataset(metadata: string, analytics: string): Promise<number> {
  await psql(
    analytics,
    `CREATE UNLOGGED TABLE ${LARGE_TABLE} AS
       SELECT n AS id, 'customer ' || n % 90000 AS customer, n % 977 / 10.0::float8 AS price,
              timestamp '2024-01-01' + n * interval '5 seconds' AS sold_at, n % 3 = 0 AS returned
         FROM generate_series(1, ${ROWS}) AS n;
     ANALYZE ${LARGE_TABLE}`,
  );
  return await addDataset(metadata, 900_000, LARGE_TABLE, "sold_at", [
    ["id", "INTEGER"],
    ["customer", "TEXT"],
    ["price", "DOUBLE PRECISION"],
    ["sold_at", "TIMESTAMP WITHOUT TIME ZONE"],
    ["returned", "BOOLEAN"],
  ]);
}

/** The same over a view whose rows take two minutes to come. @returns the dataset's id */
export async function addSleepingDataset(metadata: string, analytics: string): Promise<number> {
  await psql(
    analytics,
    `CREATE VIEW ${SLEEPING_VIEW} AS SELECT 'x'::text AS name FROM pg_sleep(120)`,
  );
  return await addDataset(metadata, 910_000, SLEEPING_VIEW, null, [["name", "TEXT"]]);
}

async function addDataset(
  metadata: string,
  id: number,
  table: string,
  timeColumn: string | null,
  columns: readonly (readonly [name: string, type: string])[],
): Promise<number> {
  const rows = columns.map(([name, type], at) =>
    `(${id + at}, ${id}, '${name}', '${type}', ${name === timeColumn}, true, true, true,
      gen_random_uuid())`
  );
  await psql(
    metadata,
    `INSERT INTO tables (id, table_name, main_dttm_col, database_id, schema, catalog, perm, uuid)
       SELECT ${id}, '${table}', ${timeColumn === null ? "NULL" : `'${timeColumn}'`}, id, 'public',
              NULL, '[examples].[${table}](id:${id})', gen_random_uuid()
         FROM dbs WHERE database_name = 'examples';
     INSERT INTO table_columns
       (id, table_id, column_name, type, is_dttm, is_active, groupby, filterable, uuid)
       VALUES ${rows.join(", ")}`,
  );
  return id;
}
