/**
 * What the service is compared with, a process of its own: `Deno.serve` that answers every request by
 * one SELECT of 10 rows of 5 columns through postgres.js, as JSON, and does nothing else.
 *
 * `deno run … scripts/bench/bare.ts DATABASE_URL PORT`
 */
import postgres from "postgres";

const [url, port] = Deno.args;
if (url === undefined || port === undefined) {
  console.error("usage: bare.ts DATABASE_URL PORT");
  Deno.exit(2);
}
// As many connections as the service may have: SQLALCHEMY_POOL_SIZE and SQLALCHEMY_MAX_OVERFLOW.
const sql = postgres(url, { max: 15 });

Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen: () => {} }, async () => {
  const rows = await sql`
    SELECT id, slice_name, viz_type, datasource_id, changed_on FROM slices ORDER BY id LIMIT 10`;
  return Response.json(rows);
});
