/** TLS as libpq's `sslmode` says it, against servers that take TLS only, or none. */
import assert from "node:assert/strict";
import type { MetadataDatabase } from "../../../../src/drivers/metadata_database.ts";
import { openMetadataDatabase } from "../../../../src/drivers/open_metadata.ts";
import { ServiceError } from "../../../../src/errors.ts";
import { certificatesMissing, makeAuthority } from "../../../support/certificates.ts";
import { postgresqlPrograms, startPostgresql } from "../../../support/postgresql.ts";

const missing = postgresqlPrograms === null
  ? "PostgreSQL's programs are not installed"
  : certificatesMissing;

function open(address: string, host: string, options: string): MetadataDatabase {
  const port = address.split(":")[1];
  return openMetadataDatabase(`postgresql+psycopg2://postgres@${host}:${port}/postgres${options}`, {
    pool: { size: 1, maxOverflow: 0, timeoutSeconds: 5, recycleSeconds: 60 },
    resolve: () => Promise.resolve("127.0.0.1"),
  });
}

/** @returns whether the connection is encrypted; throws as the driver does */
async function isEncrypted(database: MetadataDatabase): Promise<unknown> {
  try {
    const rows = await database.read({
      sql: "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
      parameters: [],
      prepared: false,
    });
    return rows[0]?.ssl;
  } finally {
    await database.close();
  }
}

/** Of a server whose certificate is for db.example: the host asked for, the options, the outcome. */
const CASES: readonly (readonly [host: string, options: string, "encrypted" | "refused"])[] = [
  ["db.example", "", "encrypted"],
  ["db.example", "?sslmode=prefer", "encrypted"],
  ["db.example", "?sslmode=allow", "encrypted"],
  ["db.example", "?sslmode=require", "encrypted"],
  ["other.example", "?sslmode=require", "encrypted"],
  ["db.example", "?sslmode=disable", "refused"],
  ["db.example", "?sslmode=require&sslrootcert=RIGHT", "encrypted"],
  ["other.example", "?sslmode=require&sslrootcert=RIGHT", "encrypted"],
  ["db.example", "?sslmode=require&sslrootcert=WRONG", "refused"],
  ["db.example", "?sslmode=verify-ca&sslrootcert=RIGHT", "encrypted"],
  ["other.example", "?sslmode=verify-ca&sslrootcert=RIGHT", "encrypted"],
  ["db.example", "?sslmode=verify-ca&sslrootcert=WRONG", "refused"],
  ["db.example", "?sslmode=verify-ca", "refused"],
  ["db.example", "?sslmode=verify-full&sslrootcert=RIGHT", "encrypted"],
  ["other.example", "?sslmode=verify-full&sslrootcert=RIGHT", "refused"],
  ["127.0.0.1", "?sslmode=verify-full&sslrootcert=RIGHT", "refused"],
  ["db.example", "?sslmode=verify-full&sslrootcert=WRONG", "refused"],
  ["db.example", "?sslmode=verify-full", "refused"],
];

Deno.test({
  name: `a server that takes TLS only is trusted as far as sslmode says${
    missing === null ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== null,
  fn: async (t) => {
    const folder = await Deno.makeTempDir();
    const right = await makeAuthority(folder, "right");
    const wrong = await makeAuthority(folder, "wrong");
    const cluster = await startPostgresql({ tls: await right.sign("db.example") });
    try {
      for (const [host, options, outcome] of CASES) {
        await t.step(`${outcome}: ${host} ${options || "(no option)"}`, async () => {
          const files = options.replace("RIGHT", right.file).replace("WRONG", wrong.file);
          const asked = isEncrypted(open(cluster.address, host, files));
          if (outcome === "encrypted") assert.equal(await asked, true);
          else await assertUnavailable(asked);
        });
      }
    } finally {
      await cluster.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `a certificate may be for the address that the URI names${
    missing === null ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== null,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const authority = await makeAuthority(folder, "right");
    const cluster = await startPostgresql({ tls: await authority.sign("127.0.0.1") });
    try {
      const options = `?sslmode=verify-full&sslrootcert=${authority.file}`;
      assert.equal(await isEncrypted(open(cluster.address, "127.0.0.1", options)), true);
      await assertUnavailable(isEncrypted(open(cluster.address, "db.example", options)));
    } finally {
      await cluster.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `encrypted connections are counted while they are open, and no longer${
    missing === null ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== null,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const authority = await makeAuthority(folder, "right");
    const cluster = await startPostgresql({ tls: await authority.sign("db.example") });
    const database = open(cluster.address, "db.example", "?sslmode=require");
    const statement = { sql: "select 1 as one", parameters: [], prepared: true };
    try {
      assert.deepEqual(database.stats(), { active: 0, idle: 0 });
      await database.read(statement);
      assert.deepEqual(database.stats(), { active: 0, idle: 1 });
      await cluster.halt();
      await assertUnavailable(database.read(statement));
      assert.deepEqual(database.stats(), { active: 0, idle: 0 });
    } finally {
      await database.close();
      await cluster.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: `a server without TLS serves those who may do without it, and nobody else${
    postgresqlPrograms === null ? " (skipped: PostgreSQL's programs are not installed)" : ""
  }`,
  ignore: postgresqlPrograms === null,
  fn: async (t) => {
    const cluster = await startPostgresql();
    try {
      for (const mode of ["disable", "allow", "prefer"]) {
        await t.step(`plain: ${mode}`, async () => {
          const database = open(cluster.address, "db.example", `?sslmode=${mode}`);
          assert.equal(await isEncrypted(database), false);
        });
      }
      for (const mode of ["require", "verify-ca", "verify-full"]) {
        await t.step(`refused: ${mode}`, async () => {
          await assertUnavailable(
            isEncrypted(open(cluster.address, "db.example", `?sslmode=${mode}`)),
          );
        });
      }
    } finally {
      await cluster.stop();
    }
  },
});

async function assertUnavailable(asked: Promise<unknown>): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof ServiceError, String(error));
    assert.equal(error.type, "unavailable", String(error.cause));
    return true;
  });
}
