/** What each engine tells of a table beside its columns. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { TableDetails } from "../../../../src/drivers/analytics/engine.ts";
import { analytics, databaseRow } from "../../../support/analytics.ts";
import { hasMariadb, startMariadb } from "../../../support/mariadb.ts";
import { postgresqlPrograms, startPostgresql } from "../../../support/postgresql.ts";
import { psql } from "../../../support/workspace.ts";

/** Of a database with `shops` and `orders`, `busy` being a view. */
async function detailsAt(uri: string, schema: string): Promise<readonly TableDetails[]> {
  const databases = analytics({ metadataUri: "sqlite:////nowhere/superset.db" });
  try {
    const { introspection } = databases.open(databaseRow(uri));
    return await Promise.all(
      ["shops", "orders", "busy", "nowhere"].map((table) => introspection.details(schema, table)),
    );
  } finally {
    await databases.close();
  }
}

const NOTHING = {
  ...{ primaryKey: [], uniqueKeys: [], foreignKeys: [], columnComments: {}, comment: null },
  ...{ estimatedRows: null, bytes: null },
};

function assertKeys(
  [shops, orders, busy, nowhere]: readonly TableDetails[],
  schema: string,
): void {
  assert.deepEqual(shops!.primaryKey, ["region", "id"]);
  assert.deepEqual(shops!.uniqueKeys, [["name"]]);
  assert.deepEqual(shops!.foreignKeys, []);
  assert.deepEqual(orders!.primaryKey, ["id"]);
  assert.deepEqual(orders!.foreignKeys, [
    { columns: ["region", "shop"], schema, table: "shops", referenced: ["region", "id"] },
  ]);
  assert.deepEqual(busy, NOTHING);
  assert.deepEqual(nowhere, NOTHING);
}

Deno.test("sqlite: keys, and neither comments nor sizes", async () => {
  const path = await Deno.makeTempFile({ suffix: ".db" });
  const database = new DatabaseSync(path);
  database.exec(`
    CREATE TABLE shops (id integer, region text, name text UNIQUE, PRIMARY KEY (region, id));
    CREATE TABLE orders (id integer PRIMARY KEY, shop integer, region text,
      FOREIGN KEY (region, shop) REFERENCES shops (region, id));
    CREATE UNIQUE INDEX some_of_them ON orders (shop) WHERE shop > 5;
    CREATE VIEW busy AS SELECT shop FROM orders`);
  database.close();
  try {
    const details = await detailsAt(`sqlite:///${path}`, "main");
    assertKeys(details, "main");
    assert.deepEqual(details[1]!.uniqueKeys, []);
    assert.deepEqual([details[0]!.bytes, details[0]!.estimatedRows], [null, null]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test({
  name: postgresqlPrograms === null
    ? "postgresql: keys, comments and sizes (skipped: PostgreSQL's programs are not installed)"
    : "postgresql: keys, comments and sizes",
  ignore: postgresqlPrograms === null,
  fn: async () => {
    const cluster = await startPostgresql();
    try {
      await psql(
        cluster.url("postgres"),
        `CREATE SCHEMA "Trade"; SET search_path = "Trade";
         CREATE TABLE shops (id integer, region text, name text UNIQUE, PRIMARY KEY (region, id));
         CREATE TABLE orders (id serial PRIMARY KEY, gone integer, shop integer, region text,
           FOREIGN KEY (region, shop) REFERENCES shops (region, id));
         ALTER TABLE orders DROP COLUMN gone;
         INSERT INTO orders (shop) SELECT NULL FROM generate_series(1, 500);
         COMMENT ON TABLE orders IS 'What was sold';
         COMMENT ON COLUMN orders.shop IS 'Where';
         CREATE VIEW busy AS SELECT shop FROM orders;
         ANALYZE orders`,
      );
      const uri = cluster.url("postgres").replace("postgresql://", "postgresql+psycopg2://");
      const details = await detailsAt(uri, "Trade");
      assertKeys(details, "Trade");
      const [shops, orders] = details;
      assert.deepEqual([orders!.comment, orders!.columnComments], ["What was sold", {
        shop: "Where",
      }]);
      assert.equal(orders!.estimatedRows, 500);
      assert.ok(orders!.bytes! >= 8192);
      assert.equal(shops!.estimatedRows, null, "never counted");
    } finally {
      await cluster.stop();
    }
  },
});

Deno.test({
  name: hasMariadb
    ? "mysql: keys, comments and sizes"
    : "mysql: keys, comments and sizes (skipped: MariaDB is not installed)",
  ignore: !hasMariadb,
  fn: async () => {
    const server = await startMariadb();
    try {
      await server.execute(`
        create database trade; use trade;
        create table shops (id int, region varchar(9), name varchar(9) unique,
          primary key (region, id));
        create table orders (id int auto_increment primary key, shop int comment 'Where',
          region varchar(9), foreign key (region, shop) references shops (region, id))
          comment 'What was sold';
        insert into orders (shop) values (null), (null), (null);
        create view busy as select shop from orders;
        analyze table orders`);
      const details = await detailsAt(server.url("trade"), "trade");
      assertKeys(details, "trade");
      const [, orders] = details;
      assert.deepEqual([orders!.comment, orders!.columnComments], ["What was sold", {
        shop: "Where",
      }]);
      assert.equal(orders!.estimatedRows, 3);
      assert.ok(orders!.bytes! > 0);
    } finally {
      await server.stop();
    }
  },
});
