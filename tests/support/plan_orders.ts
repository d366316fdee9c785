/** Datasets over one small table that every engine can hold, for what is planned and then run. */
import type { Dataset, DatasetColumn } from "../../src/query/dataset.ts";
import type { ParsedStatement, SqlParser } from "../../src/query/sql/dialect.ts";

const column = (
  column_name: string,
  type: string | null,
  more: Partial<DatasetColumn> = {},
): DatasetColumn => ({
  column_name,
  verbose_name: null,
  type,
  is_dttm: false,
  groupby: true,
  filterable: true,
  expression: null,
  python_date_format: null,
  ...more,
});

export const ORDERS: Dataset = {
  id: 1,
  uuid: "5c1b4f60-0000-4000-8000-000000000001",
  databaseId: 1,
  tableName: "orders",
  schema: null,
  catalog: null,
  sql: null,
  mainDttmCol: "ordered_at",
  alwaysFilterMainDttm: false,
  normalizeColumns: false,
  fetchValuesPredicate: "country <> 'FR'",
  offset: 0,
  cacheTimeout: null,
  templateParams: {},
  changedOn: null,
  columns: [
    column("id", "INTEGER"),
    column("country", "VARCHAR(20)", { verbose_name: "Country of the buyer" }),
    column("amount", "DOUBLE PRECISION"),
    column("paid", "BOOLEAN"),
    column("ordered_at", "TIMESTAMP", { is_dttm: true }),
    column("ordered_on", "DATE", { is_dttm: true }),
    column("epoch", "BIGINT", { is_dttm: true, python_date_format: "epoch_s" }),
    column("compact", "VARCHAR(8)", { is_dttm: true, python_date_format: "%Y%m%d" }),
    column("note", "VARCHAR(40)"),
    column('we"ird`name', "INTEGER"),
    column("with tax", null, { expression: "amount + 1" }),
    column("size", "STRING", { expression: "CASE WHEN amount > 20 THEN 'big' ELSE 'small' END" }),
  ],
  metrics: [{ metric_name: "count", verbose_name: null, expression: "COUNT(*)" }],
};

export const PLAN_DATASETS: Readonly<Record<string, Dataset>> = {
  orders: ORDERS,
  "large orders": {
    ...ORDERS,
    tableName: "large_orders",
    sql: "SELECT * FROM orders WHERE amount > 15;\n",
  },
  "always by main time": { ...ORDERS, alwaysFilterMainDttm: true },
};

/** Statements that make the table; `quote` as the engine quotes. */
export function createOrders(quote: (name: string) => string): readonly string[] {
  const rows = [
    "1, 'FR', 10, TRUE, '2024-01-05 10:20:30', '2024-01-05', 1704450030, '20240105', 'it''s', 7",
    "2, 'FR', 20, FALSE, '2024-01-20 00:00:00', '2024-01-20', 1705708800, '20240120', 'plain a', 7",
    "3, 'FR', 30, TRUE, '2024-02-10 23:59:59', '2024-02-10', 1707609599, '20240210', '', 8",
    "4, 'DE', 40, NULL, '2024-02-29 12:00:00', '2024-02-29', 1709208000, '20240229', NULL, 8",
    "5, 'DE', NULL, FALSE, '2024-03-01 00:00:00', '2024-03-01', 1709251200, '20240301', 'Quo', 8",
    "6, NULL, 5, TRUE, '2025-02-01 01:02:03', '2025-02-01', 1738371723, '20250201', 'x', 9",
    "7, NULL, 25, TRUE, '2025-02-01 01:59:00', '2025-02-01', 1738375140, '20250201', 'y', 9",
  ];
  return [
    `CREATE TABLE orders (id INTEGER, country VARCHAR(20), amount DOUBLE PRECISION, paid BOOLEAN,
       ordered_at TIMESTAMP NULL, ordered_on DATE, epoch BIGINT, compact VARCHAR(8),
       note VARCHAR(40), ${quote('we"ird`name')} INTEGER)`,
    ...rows.map((row) => `INSERT INTO orders VALUES (${row})`),
  ];
}

/** Lets every text through as it is. */
export const TRUSTING_PARSER: SqlParser = {
  expression: (text) => text,
  clause: (text) => text,
  split: (text) => [text],
  statement: (sql): ParsedStatement => ({ sql, readable: sql, tables: [], rewrite: () => sql }),
};
