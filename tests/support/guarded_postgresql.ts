/** PostgreSQL to try the guard on: a cluster of the test's own, with two databases. */
import postgres from "postgres";
import { foldPostgresql } from "../../src/query/guard/table_key.ts";
import { postgresqlParser } from "../../src/query/sql/postgresql/parser.ts";
import { DELETIONS, type GuardedEngine, insertions, TABLES } from "./guarded_engine.ts";
import { startPostgresql } from "./postgresql.ts";

/** A table that differs by case alone, and so is another one. */
const MORE = [
  `CREATE TABLE "Sales" (id integer, product text)`,
  `INSERT INTO "Sales" VALUES (1, 'another table')`,
  `CREATE VIEW sales_view AS SELECT * FROM sales`,
];

/** Random queries may join much; what they say is known sooner. */
const SLOW_MS = 3000;
const CONNECTIONS = 3;

export async function guardedPostgresql(): Promise<GuardedEngine> {
  const cluster = await startPostgresql();
  const admin = postgres(cluster.url("postgres"), { max: 1, onnotice: () => {} });
  const open = async (name: string) => {
    await admin.unsafe(`CREATE DATABASE ${name}`);
    const sql = postgres(cluster.url(name), {
      ...{ max: CONNECTIONS, onnotice: () => {} },
      connection: { statement_timeout: SLOW_MS, jit: false },
    });
    for (const statement of [...TABLES, ...insertions(), ...MORE]) await sql.unsafe(statement);
    return sql;
  };
  const full = await open("full_rows");
  const allowed = await open("allowed_rows");
  await admin.end();
  for (const statement of DELETIONS) await allowed.unsafe(statement);
  await Promise.all([full, allowed].map((sql) => sql.unsafe("ANALYZE")));
  return {
    name: "postgresql",
    parser: await postgresqlParser(),
    failsWhere: null,
    naming: { catalog: "full_rows", schema: "public", fold: foldPostgresql },
    full: async (text) => rowsOf(await full.unsafe(text).values()),
    allowed: async (text) => rowsOf(await allowed.unsafe(text).values()),
    async close() {
      await Promise.all([full.end(), allowed.end()]);
      await cluster.stop();
    },
  };
}

/** After a statement that failed in the middle of its rows, the driver counts on from there. */
function rowsOf(rows: readonly unknown[][]): unknown[][] {
  return [...rows].filter((row) => row !== undefined);
}
