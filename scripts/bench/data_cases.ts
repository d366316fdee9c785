/** What is asked of the data path: a small pie, the same by query_dataset, a dashboard, a large table. */
import { mcpClient } from "../../tests/support/mcp_calls.ts";
import { tokenOf } from "../../tests/support/tokens.ts";
import { callCase, type Case } from "./cases.ts";

/** A pie of seven slices, one sum of one column by another. */
export const PIE = 5;
const PIE_DATASET = 3;
/** Of ten charts. */
const DASHBOARD = 1;

export const CHART_DATA = "get_chart_data";
export const EXECUTE_SQL = "execute_sql";
/** Without the history of queries. */
export const EXECUTE_SQL_ALONE = `${EXECUTE_SQL}, no history`;

export const SELECT_ONE = "SELECT 1";
/** The examples' database. */
const DATABASE = 1;

/** @param suffix says in the tables which service is asked */
export function dataCases(user: string, suffix: string): Promise<readonly Case[]> {
  const question = {
    identifier: PIE_DATASET,
    columns: ["product_line"],
    metrics: [{
      expressionType: "SIMPLE",
      column: { column_name: "sales" },
      aggregate: "SUM",
      label: "sales",
    }],
    order_by: [["sales", false]],
    row_limit: 100,
  };
  return Promise.all([
    callCase(`${CHART_DATA}${suffix}`, user, "get_chart_data", [{ identifier: PIE }]),
    callCase(`query_dataset${suffix}`, user, "query_dataset", [question]),
    callCase(`get_dashboard_data${suffix}`, user, "get_dashboard_data", [{
      identifier: DASHBOARD,
    }]),
  ]);
}

export async function sqlCases(user: string, name: string): Promise<readonly Case[]> {
  const asked = { database_id: DATABASE, sql: SELECT_ONE };
  return [await callCase(name, user, "execute_sql", [asked])];
}

/** The pie's own statement, as get_chart_sql tells it. */
export async function pieSql(url: string, user: string): Promise<string> {
  const client = mcpClient(url, await tokenOf(user));
  const { content } = await client.call("get_chart_sql", { identifier: PIE });
  const [first] = (content.queries ?? []) as readonly { readonly sql: string }[];
  if (first === undefined) {
    throw new Error(`Cannot read the SQL of chart ${PIE}: ${JSON.stringify(content)}`);
  }
  return first.sql;
}

/** Reads of a large table up to the service's cap; each differs, so that none is shared or kept. */
export async function largeReads(dataset: number, user: string): Promise<readonly Case[]> {
  const args = Array.from({ length: 200 }, (_, n) => ({
    identifier: dataset,
    columns: ["id", "customer", "price", "sold_at", "returned"],
    filters: [{ col: "id", op: ">", val: n }],
    row_limit: 100_000,
  }));
  return [await callCase("query_dataset, large", user, "query_dataset", args)];
}
