/** libpq's options in a URL, as the driver honours them. */
import assert from "node:assert/strict";
import {
  type PostgresqlTarget,
  postgresqlTarget,
} from "../../../../src/drivers/postgresql/connection_options.ts";
import { parseDatabaseUri } from "../../../../src/drivers/sqlalchemy_uri.ts";

const DEFAULTS: PostgresqlTarget = {
  host: "localhost",
  port: 5432,
  database: "postgres",
  username: "postgres",
  password: null,
  ssl: "prefer",
  connectTimeoutSeconds: 10,
  startup: { application_name: "superset-mcp" },
};

function target(uri: string): PostgresqlTarget {
  return postgresqlTarget(parseDatabaseUri(uri), (path) => `text of ${path}`);
}

const CASES: readonly (readonly [uri: string, Partial<PostgresqlTarget>])[] = [
  ["postgresql://", {}],
  ["postgresql://u@h", { host: "h", username: "u", database: "u" }],
  ["postgresql:///?host=h&port=6000&dbname=d&user=u&password=p", {
    host: "h",
    port: 6000,
    database: "d",
    username: "u",
    password: "p",
  }],
  ["postgresql://h/d?connect_timeout=3&application_name=mine", {
    host: "h",
    database: "d",
    connectTimeoutSeconds: 3,
    startup: { application_name: "mine" },
  }],
  ["postgresql://h/d?options=-csearch_path%3Dapp%20-c%20statement_timeout%3D5s%20--work_mem=1MB", {
    host: "h",
    database: "d",
    startup: {
      application_name: "superset-mcp",
      search_path: "app",
      statement_timeout: "5s",
      work_mem: "1MB",
    },
  }],
  ["postgresql://h/d?keepalives=1&client_encoding=utf8", { host: "h", database: "d" }],
  ["postgresql://h/d?sslmode=disable", { host: "h", database: "d", ssl: false }],
];

for (const [uri, expected] of CASES) {
  Deno.test(`connects by ${uri}`, () => {
    assert.deepEqual(target(uri), { ...DEFAULTS, ...expected });
  });
}

/** What is checked of a certificate, by mode; the rest is tried on a server in tls_test.ts. */
const TLS: readonly (readonly [options: string, rejects: boolean, ca: string | undefined])[] = [
  ["sslmode=require", false, undefined],
  ["sslmode=require&sslrootcert=/ca", true, "text of /ca"],
  ["sslrootcert=/ca", true, "text of /ca"],
  ["sslmode=verify-ca&sslrootcert=/ca", true, "text of /ca"],
  ["sslmode=verify-full&sslrootcert=/ca", true, "text of /ca"],
  ["sslmode=verify-full&sslrootcert=system", true, undefined],
];

for (const [options, rejects, ca] of TLS) {
  Deno.test(`${rejects ? "checks" : "takes any"} certificate with ${options}`, () => {
    const { ssl } = target(`postgresql://h/d?${options}`);
    assert.ok(typeof ssl === "object");
    assert.equal(ssl.rejectUnauthorized, rejects);
    assert.equal(ssl.ca, ca);
  });
}

Deno.test("shows a client's own certificate where one is named", () => {
  const { ssl } = target("postgresql://h/d?sslmode=require&sslcert=/c&sslkey=/k");
  assert.ok(typeof ssl === "object");
  assert.deepEqual([ssl.cert, ssl.key], ["text of /c", "text of /k"]);
});
