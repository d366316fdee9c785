/** What is known of views whose engine tells no more than their text. */
import assert from "node:assert/strict";
import { readViews } from "../../../src/data/views_over.ts";
import type { Introspection, TableDependency } from "../../../src/drivers/analytics/engine.ts";
import { foldAscii, tableKey } from "../../../src/query/guard/table_key.ts";
import { mysqlParser } from "../../../src/query/sql/mysql/parser.ts";
import { sqliteParser } from "../../../src/query/sql/sqlite/parser.ts";

const NAMING = { catalog: null, schema: null, fold: foldAscii };
const TABLES = ["sales", "births", "v", "w"];

/** The tables that a view is known to read, by name; nulls where they are not known. */
async function readBy(engine: "mysql" | "sqlite", reads: TableDependency["reads"]) {
  const parser = await (engine === "mysql" ? mysqlParser() : sqliteParser());
  const introspection: Pick<Introspection, "tables" | "dependencies"> = {
    tables: (schema) =>
      Promise.resolve(
        schema === "shop" ? TABLES.map((name) => ({ schema, name, kind: "table" as const })) : [],
      ),
    dependencies: () => Promise.resolve([{ schema: "shop", name: "v", reads }]),
  };
  const views = await readViews(introspection as Introspection, parser, NAMING);
  const key = tableKey({ catalog: null, schema: "shop", table: "V" }, NAMING);
  return views.get(key)?.map((read) => read && `${read.schema}.${read.table}`);
}

const KNOWN: readonly (readonly ["mysql" | "sqlite", string, readonly string[]])[] = [
  ["mysql", "select `shop`.`sales`.`id` AS `id` from `shop`.`sales`", ["shop.sales"]],
  ["mysql", "select unlisted(1) AS `x` from (`shop`.`w` join `shop`.`births`)", [
    "shop.w",
    "shop.births",
  ]],
  ["mysql", "with x as (select 1 from `shop`.`sales`) select * from x", ["shop.sales"]],
  ["sqlite", "CREATE VIEW v AS SELECT * FROM Sales", ["shop.Sales"]],
  ["sqlite", 'CREATE VIEW "v" (a, b) AS SELECT 1, (SELECT max(num) FROM "births")', [
    "shop.births",
  ]],
  ["sqlite", "CREATE VIEW v AS SELECT 1", []],
];

for (const [engine, sql, tables] of KNOWN) {
  Deno.test(`on ${engine} a view is known to read what its text names: ${sql}`, async () => {
    assert.deepEqual(await readBy(engine, { sql }), tables);
  });
}

const UNKNOWN: readonly (readonly ["mysql" | "sqlite", TableDependency["reads"]])[] = [
  ["mysql", null],
  ["mysql", { sql: "" }],
  ["mysql", { sql: "select `shop`.`stored`(1) AS `x`" }],
  ["mysql", { sql: "select * from `elsewhere`.`hidden`" }],
  ["mysql", { sql: "select * from `mysql`.`user`" }],
  ["mysql", { sql: "select * from `shop`.`sales` for system_time all" }],
  ["sqlite", { sql: "CREATE VIEW v AS SELECT * FROM 'sales'" }],
  ["sqlite", { sql: "CREATE VIEW v AS SELECT * FROM not_there" }],
  ["sqlite", { sql: "CREATE VIEW v AS SELECT * FROM pragma_table_info('sales')" }],
];

for (const [engine, reads] of UNKNOWN) {
  Deno.test(`on ${engine} it can't be told what a view reads: ${JSON.stringify(reads)}`, async () => {
    assert.deepEqual(await readBy(engine, reads), [null]);
  });
}
