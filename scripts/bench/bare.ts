/**
 * What the service is compared with, a process of its own: `Deno.serve` that answers every request by
 * one SELECT of 10 rows of 5 columns, or by the statement that is given, through postgres.js, as
 * JSON, and does nothing else.
 *
 * `deno run … scripts/bench/bare.ts DATABASE_URL PORT [SQL]`
 */
import postgres from "postgres";

const [url, port, asked] = Deno.args;
if (url === undefined || port === undefined) {
  console.error("usage: bare.ts DATABASE_URL PORT [SQL]");
  Deno.exit(2);
}
// As many connections as the service may have: SQLALCHEMY_POOL_SIZE and SQLALCHEMY_MAX_OVERFLOW.
const sql = postgres(url, { max: 15 });

const TEN_ROWS =
  "SELECT id, slice_name, viz_type, datasource_id, changed_on FROM slices ORDER BY id LIMIT 10";

Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen: () => {} }, async () => {
  return Response.json(await sql.unsafe(asked ?? TEN_ROWS, [], { prepare: true }));
});
