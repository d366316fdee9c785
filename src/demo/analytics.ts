/**
 * The analytics database behind the demo's datasets, in memory: one table for each physical
 * dataset, filled by the seed. Any thread can make its own copy; the same day gives the same rows.
 */
import { DatabaseSync } from "node:sqlite";
import { calendarOf } from "./clock.ts";
import { DATASETS, type DemoDataset, physicalColumns } from "./datasets.ts";
import { customerRows, productRows, shopRows } from "./rows_master.ts";
import { saleRows } from "./rows_sales.ts";
import { shiftRows, ticketRows, visitRows } from "./rows_service.ts";
import { insertRows, inTransaction, type SqlValue } from "./writer.ts";

/**
 * @param now milliseconds since 1970; rows reach back 24 months from its day
 * @param seed another seed gives another two years
 */
export function openAnalytics(now: number, seed: string): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  inTransaction(db, () => {
    const rows = generateRows(now, seed);
    for (const dataset of DATASETS) {
      if (dataset.sql !== null) continue;
      const columns = physicalColumns(dataset).map((column) => column.name);
      db.exec(createTable(dataset));
      insertRows(db, dataset.name, columns, rows[dataset.name] ?? []);
    }
  });
  return db;
}

/** Rows by table, each with the values of the table's columns in their order. */
function generateRows(now: number, seed: string): Record<string, SqlValue[][]> {
  const { today } = calendarOf(now);
  const customers = customerRows(today, seed);
  const sales = saleRows(today, seed, customers);
  return {
    shops: shopRows(today),
    products: productRows(today),
    customers,
    orders: sales.orders,
    order_lines: sales.lines,
    web_visits: visitRows(today, seed),
    support_tickets: ticketRows(today, seed),
    shifts: shiftRows(today, seed, sales.orders),
  };
}

function createTable(dataset: DemoDataset): string {
  const columns = physicalColumns(dataset).map((column, index) =>
    `"${column.name}" ${column.type}${index === 0 ? " NOT NULL PRIMARY KEY" : ""}`
  );
  return `CREATE TABLE "${dataset.name}" (${columns.join(", ")})`;
}
