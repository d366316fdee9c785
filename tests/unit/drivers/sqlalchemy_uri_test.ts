/** Database URLs in SQLAlchemy's spelling (sqlalchemy/engine/url.py 1.4), good and bad. */
import assert from "node:assert/strict";
import { openMetadataDatabase } from "../../../src/drivers/open_metadata.ts";
import { type DatabaseUri, parseDatabaseUri } from "../../../src/drivers/sqlalchemy_uri.ts";

const NOTHING: DatabaseUri = {
  dialect: "postgresql",
  driver: null,
  username: null,
  password: null,
  host: null,
  port: null,
  database: "",
  options: new Map(),
};

const READ: readonly (readonly [uri: string, Partial<DatabaseUri>])[] = [
  ["postgresql://u:p@h:5433/d", {
    username: "u",
    password: "p",
    host: "h",
    port: 5433,
    database: "d",
  }],
  ["postgresql+psycopg2://u@h/d", { driver: "psycopg2", username: "u", host: "h", database: "d" }],
  ["PostgreSQL+PsycoPG2://h/d", { driver: "psycopg2", host: "h", database: "d" }],
  [" postgresql://h/d\n", { host: "h", database: "d" }],
  ["postgresql://", {}],
  ["postgresql:///d", { database: "d" }],
  ["postgresql://u:p%40ss%2F%3A@h/d", {
    username: "u",
    password: "p@ss/:",
    host: "h",
    database: "d",
  }],
  ["postgresql://u:p/w?x@h/d", { username: "u", password: "p/w?x", host: "h", database: "d" }],
  ["postgresql://u:@h/d", { username: "u", password: "", host: "h", database: "d" }],
  ["postgresql://[::1]:5432/d", { host: "::1", port: 5432, database: "d" }],
  ["postgresql://h/d?sslmode=require&application_name=a%20b", {
    host: "h",
    database: "d",
    options: new Map([["sslmode", "require"], ["application_name", "a b"]]),
  }],
  ["sqlite:///superset.db", { dialect: "sqlite", database: "superset.db" }],
  ["sqlite:////var/lib/superset.db", { dialect: "sqlite", database: "/var/lib/superset.db" }],
  ["sqlite:////a%20b.db", { dialect: "sqlite", database: "/a%20b.db" }],
  ["sqlite://", { dialect: "sqlite" }],
];

for (const [uri, expected] of READ) {
  Deno.test(`reads ${uri.trim()}`, () => {
    assert.deepEqual(parseDatabaseUri(uri), { ...NOTHING, ...expected });
  });
}

const REFUSED = [
  "",
  "superset.db",
  "postgresql:/u:hunter2@h/d",
  "postgresql://u:hunter2@h:port/d",
  "postgresql://u:hunter2@h:99999/d",
  "postgresql://u:hunter2@h:0/d",
  "postgresql://u:hunter2%zz@h/d",
  "postgresql://u:hunter2@h/d%",
];

for (const uri of REFUSED) {
  Deno.test(`refuses ${uri.replace("hunter2", "…") || "nothing"} without telling it`, () => {
    assert.throws(() => parseDatabaseUri(uri), (error: Error) => {
      assert.match(error.message, /^Cannot /);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}

/** URLs that can be read and not be used, and what the refusal names. */
const UNUSABLE: readonly (readonly [string, RegExp])[] = [
  ["oracle://u:hunter2@h/d", /'oracle'.*postgresql/],
  ["constructor://h/d", /'constructor'/],
  ["sqlite://", /memory.*sqlite:\/\/\/\//],
  ["sqlite:///:memory:", /memory/],
  ["postgresql://u:hunter2@/d?host=/run/postgresql", /Unix socket/],
  ["postgresql://u:hunter2@h/d?sslmode=maybe", /sslmode 'maybe'.*verify-full/],
  ["postgresql://u:hunter2@h/d?service=x&passfile=y", /service, passfile/],
  ["postgresql://u:hunter2@h/d?options=-x", /'-x'/],
  ["postgresql://u:hunter2@h/d?sslmode=verify-full&sslrootcert=/no/such/file", /./],
];

for (const [uri, words] of UNUSABLE) {
  Deno.test(`refuses to open ${uri.replace("hunter2", "…")}, saying why`, () => {
    const open = () =>
      openMetadataDatabase(uri, {
        pool: { size: 1, maxOverflow: 0, timeoutSeconds: 1, recycleSeconds: 1 },
        resolve: () => Promise.reject(new Error("not asked")),
      });
    assert.throws(open, (error: Error) => {
      assert.match(error.message, words);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  });
}
