import assert from "node:assert/strict";
import { postgresqlTarget } from "../../../src/drivers/postgresql/connection_options.ts";
import { PostgresqlMetadata } from "../../../src/drivers/postgresql/metadata.ts";
import type { ResolveHost } from "../../../src/drivers/resolve_host.ts";
import { parseDatabaseUri } from "../../../src/drivers/sqlalchemy_uri.ts";
import { unavailable } from "../../../src/errors.ts";
import { freePort } from "../../support/free_port.ts";
import { postgresqlPrograms, startPostgresql } from "../../support/postgresql.ts";

const SIZE = 2;

/** A metadata database of `SIZE` connections at a port of loopback. */
function databaseAt(port: number, sslmode: string, resolve: ResolveHost): PostgresqlMetadata {
  const uri = parseDatabaseUri(`postgresql://someone@127.0.0.1:${port}/none?sslmode=${sslmode}`);
  return new PostgresqlMetadata({
    target: postgresqlTarget(uri, () => ""),
    pool: { size: SIZE, maxOverflow: 0, timeoutSeconds: 1, recycleSeconds: 60 },
    resolve,
  });
}

/** What a read fails with; fails itself where the read goes on for too long. */
async function failureOf(database: PostgresqlMetadata, prepared: boolean): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("no answer"), 2000);
  });
  const statement = { sql: "select $1::int as one", parameters: [1], prepared };
  const read = database.read(statement).then(() => "an answer", (thrown) => thrown.type);
  return await Promise.race([read, late]).finally(() => clearTimeout(timer));
}

const REASONS: readonly (readonly [string, ResolveHost])[] = [
  ["refuses connections", () => Promise.resolve("127.0.0.1")],
  ["may not be reached", () => Promise.reject(unavailable("The server may not be connected to."))],
];

for (const [reason, resolve] of REASONS) {
  for (const sslmode of ["disable", "prefer", "require"]) {
    Deno.test(`answers each read while the server ${reason} (sslmode ${sslmode})`, async () => {
      const database = databaseAt(freePort(), sslmode, resolve);
      try {
        for (let attempt = 0; attempt < 3 * SIZE; attempt++) {
          assert.equal(await failureOf(database, attempt % 2 === 0), "unavailable");
        }
        const many = Array.from({ length: 4 * SIZE }, () => failureOf(database, true));
        assert.deepEqual(new Set(await Promise.all(many)), new Set(["unavailable"]));
      } finally {
        await database.close();
      }
    });
  }
}

Deno.test({
  name: "a statement that waits too long is ended, and its connection serves the next" +
    " (needs PostgreSQL's programs)",
  ignore: postgresqlPrograms === null,
  fn: async () => {
    const cluster = await startPostgresql();
    const database = new PostgresqlMetadata({
      target: postgresqlTarget(parseDatabaseUri(cluster.url("postgres")), () => ""),
      pool: { size: 1, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 60 },
      resolve: () => Promise.resolve("127.0.0.1"),
      statementTimeoutMs: 100,
    });
    try {
      const read = (sql: string) => database.read({ sql, parameters: [], prepared: true });
      await assert.rejects(read("select pg_sleep(20)"), { name: "ServiceError", type: "timeout" });
      assert.deepEqual([...await read("select 1 as one")].map(({ one }) => one), [1]);
    } finally {
      await database.close();
      await cluster.stop();
    }
  },
});
