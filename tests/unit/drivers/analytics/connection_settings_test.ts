import assert from "node:assert/strict";
import { connectionSettings } from "../../../../src/drivers/analytics/connection_settings.ts";
import type { ConnectionRow } from "../../../../src/drivers/analytics/engine.ts";
import { isMetadataDatabase } from "../../../../src/drivers/analytics/metadata_database.ts";
import { mysqlTarget } from "../../../../src/drivers/analytics/mysql/options.ts";
import { makeSecretBox } from "../../../../src/drivers/secret_box.ts";
import { parseDatabaseUri } from "../../../../src/drivers/sqlalchemy_uri.ts";
import type { ServiceError } from "../../../../src/errors.ts";
import { analytics, databaseRow, LIMITS, planOf } from "../../../support/analytics.ts";
import { seal } from "../../../support/sealed_secrets.ts";

const KEY = "acme-analytics-superset-secret-key-0123456789";
const URI = "postgresql+psycopg2://app:XXXXXXXXXX@db.example.com:5432/shop";

Deno.test("opens the password and merges the extra settings, the encrypted ones last", () => {
  const settings = connectionSettings(
    databaseRow(URI, {
      password: seal("s3cret/@:", KEY),
      extra: { engine_params: { connect_args: { sslmode: "require" }, pool_size: 3 } },
      encryptedExtra: seal(JSON.stringify({ connect_args: { sslmode: "verify-full" } }), KEY),
    }),
    makeSecretBox(KEY),
  );
  assert.equal(settings.uri.password, "s3cret/@:");
  assert.deepEqual(settings.connectArgs, { sslmode: "verify-full" });
});

Deno.test("takes the mask for no password where none is kept", () => {
  assert.equal(connectionSettings(databaseRow(URI), null).uri.password, null);
});

const REFUSED: readonly (readonly [string, Partial<ConnectionRow>, RegExp])[] = [
  ["an SSH tunnel", { hasSshTunnel: true }, /SSH tunnel/],
  ["impersonation", { impersonateUser: true }, /impersonate/],
  [
    "a password sealed with another key",
    { password: seal("x".repeat(40), "another key") },
    /SUPERSET_SECRET_KEY does not open/,
  ],
  [
    "an unknown engine parameter",
    { extra: { engine_params: { creator: "x" } } },
    /engine parameter creator/,
  ],
  [
    "cloud credentials",
    { encryptedExtra: seal('{"aws_iam": {"enabled": true}}', KEY) },
    /engine parameter aws_iam/,
  ],
];
for (const [what, more, words] of REFUSED) {
  Deno.test(`refuses ${what} by name and without a secret`, () => {
    const row = databaseRow(URI.replace("XXXXXXXXXX", "hunter2"), more);
    assert.throws(
      () => connectionSettings(row, makeSecretBox(KEY)),
      (error: ServiceError) =>
        error.type === "unavailable" && words.test(error.message) && !/hunter2/.test(error.message),
    );
  });
}

Deno.test("says that the key is missing where a password is sealed", () => {
  assert.throws(
    () => connectionSettings(databaseRow(URI, { password: seal("x", KEY) }), null),
    /SUPERSET_SECRET_KEY is not set/,
  );
});

const UNUSABLE: readonly (readonly [string, RegExp])[] = [
  ["oracle+cx_oracle://u@h/x", /engine 'oracle' is not supported/],
  ["cockroachdb://u@h/x", /engine 'cockroachdb' is not supported/],
  ["postgresql://u@h/x?service=prod", /option service/],
  ["mysql://u@h/x?init_command=SET+x", /option init_command/],
  ["mysql://u@h/x?charset=latin1", /charset 'latin1'/],
  ["sqlite://", /in memory/],
  ["sqlite:///x.db?vfs=unix-none", /option vfs/],
];
for (const [uri, words] of UNUSABLE) {
  Deno.test(`refuses ${uri} when it is opened`, () => {
    assert.throws(() => analytics().open(databaseRow(uri)), words);
  });
}

Deno.test("connects to no cloud's metadata service, whatever engine asks", async () => {
  for (const uri of ["postgresql://u@169.254.169.254/x", "mysql://u@[::ffff:169.254.169.254]/x"]) {
    const databases = analytics();
    await assert.rejects(
      databases.open(databaseRow(uri)).run(planOf("select 1"), LIMITS),
      /may not be connected to/,
    );
    await databases.close();
  }
});

const ADDRESSES: readonly (readonly [string, string, boolean])[] = [
  ["localhost", "postgresql://s@127.0.0.1/superset", true],
  ["127.0.0.1", "postgresql+psycopg2://s@localhost:5432/superset", true],
  ["DB.example.com.", "postgres://s@db.example.com/superset", true],
  ["db.example.com", "postgresql://s@/superset?host=db.example.com", true],
  ["0.0.0.0", "postgresql://s@127.0.0.1/superset", true],
  ["::", "postgresql://s@localhost/superset", true],
  ["::ffff:7f00:1", "postgresql://s@127.0.0.1/superset", true],
  ["0:0:0:0:0:0:0:1", "postgresql://s@localhost/superset", true],
  ["::ffff:a00:5", "postgresql://s@10.0.0.5/superset", true],
  ["10.0.0.6", "postgresql://s@10.0.0.5/superset", false],
  ["db.example.com", "postgresql://s@db.example.com/analytics", false],
  ["db.example.com", "postgresql://s@db.example.com:5433/superset", false],
  ["db.example.com", "mysql://s@db.example.com:5432/superset", false],
  ["db.example.com", "sqlite:///superset", false],
];
for (const [host, metadata, same] of ADDRESSES) {
  Deno.test(`${host} is ${same ? "" : "not "}the metadata database ${metadata}`, () => {
    const address = {
      kind: "server",
      family: "postgresql",
      host,
      port: 5432,
      database: "superset",
    } as const;
    assert.equal(isMetadataDatabase(address, parseDatabaseUri(metadata)), same);
  });
}

const TLS: readonly (readonly [string, Record<string, unknown>, string | null, unknown])[] = [
  ["", {}, null, null],
  ["?ssl=1", {}, null, { rejectUnauthorized: false, verifyIdentity: false }],
  ["?ssl_ca=/ca", {}, null, { ca: "/ca!", rejectUnauthorized: true, verifyIdentity: false }],
  ["", { ssl: { ca: "/ca", cert: "/c", key: "/k" } }, null, {
    ca: "/ca!",
    cert: "/c!",
    key: "/k!",
    rejectUnauthorized: true,
    verifyIdentity: false,
  }],
  ["", { ssl_mode: "VERIFY_IDENTITY" }, "PEM", {
    ca: "PEM",
    rejectUnauthorized: true,
    verifyIdentity: true,
  }],
  ["?ssl_disabled=true", { ssl: { ca: "/ca" } }, null, null],
];
for (const [query, connectArgs, serverCert, expected] of TLS) {
  Deno.test(`MySQL's TLS from '${query}' and ${JSON.stringify(connectArgs)}`, () => {
    const uri = parseDatabaseUri(`mysql://u:p@h/x${query}`);
    const target = mysqlTarget(
      { name: "shop", uri, connectArgs, serverCert },
      (path) => `${path}!`,
    );
    assert.deepEqual(target.tls, expected);
  });
}
