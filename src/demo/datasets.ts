/**
 * The demo's datasets: what Superset knows of them (names, descriptions, calculated columns, saved
 * metrics). The physical ones are also the plan of the tables in the analytics database.
 * Long because it is one written list.
 */
import { JINJA_SQL, PROFIT_SQL, WEB_FUNNEL_SQL } from "./virtual_sql.ts";

export type ColumnType = "INTEGER" | "FLOAT" | "VARCHAR" | "DATETIME" | "BOOLEAN";

export interface DemoColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly label: string;
  readonly description: string | null;
  /** SQL of a calculated column; null for one of the table's own. */
  readonly expression: string | null;
}

export interface DemoMetric {
  readonly name: string;
  readonly expression: string;
  readonly label: string;
  readonly format: string | null;
  readonly description: string | null;
}

export interface DemoDataset {
  readonly name: string;
  readonly description: string;
  readonly owners: readonly string[];
  /** The column that time filters use by default. */
  readonly timeColumn: string | null;
  readonly columns: readonly DemoColumn[];
  readonly metrics: readonly DemoMetric[];
  /** The query of a virtual dataset; null for a physical one. */
  readonly sql: string | null;
  readonly certifiedBy: string | null;
}

const COUNT = metric("count", "COUNT(*)", "Rows", ",d");
const REVENUE = metric("total_revenue", "SUM(revenue)", "Revenue", ",.0f", "Euros after discounts");
const REGION = column("region", "VARCHAR", "Region", "North, South or Coast");
const CHANNEL = column("channel", "VARCHAR", "Channel", "Shop, Web or Wholesale");
const SHOP = [
  column("shop_name", "VARCHAR", "Shop", "Empty for web and wholesale"),
  column("shop_lead", "VARCHAR", "Shop lead", "User name of the person who runs the shop"),
];

export const DATASETS: readonly DemoDataset[] = [
  dataset("shops", "The eight coffee shops, where they are and who runs them.", {
    timeColumn: "opened_on",
    columns: [
      column("shop_id", "INTEGER", "Shop id"),
      column("shop_name", "VARCHAR", "Shop"),
      column("city", "VARCHAR", "City"),
      REGION,
      column("shop_lead", "VARCHAR", "Shop lead", "User name of the person who runs the shop"),
      column("opened_on", "DATETIME", "Opened"),
      column("seats", "INTEGER", "Seats"),
      column("weekly_target", "FLOAT", "Weekly target", "Revenue to reach in a week, euros"),
    ],
    metrics: [COUNT, metric("total_seats", "SUM(seats)", "Seats", ",d")],
  }),
  dataset("products", "What is sold: beans, drinks, bakery, equipment and subscriptions.", {
    timeColumn: "launched_on",
    columns: [
      column("product_id", "INTEGER", "Product id"),
      column("product_name", "VARCHAR", "Product"),
      column("category", "VARCHAR", "Category"),
      column("origin", "VARCHAR", "Origin", "Growing country, for beans only"),
      column("unit_price", "FLOAT", "List price", "Euros"),
      column("unit_cost", "FLOAT", "Unit cost", "Euros, roasting and packing included"),
      column("tasting_note", "VARCHAR", "Tasting note"),
      column("launched_on", "DATETIME", "Launched"),
      calculated("margin", "FLOAT", "unit_price - unit_cost", "Unit margin"),
    ],
    metrics: [COUNT, metric("avg_price", "AVG(unit_price)", "Average list price", ",.2f")],
  }),
  dataset("customers", "Wholesale accounts, web customers and loyalty card holders.", {
    timeColumn: "signed_up_on",
    columns: [
      column("customer_id", "INTEGER", "Customer id"),
      column("customer_name", "VARCHAR", "Customer"),
      column("segment", "VARCHAR", "Segment", "Wholesale, Web or Loyalty"),
      REGION,
      column("city", "VARCHAR", "City"),
      column("signed_up_on", "DATETIME", "Signed up"),
      column("loyalty_tier", "VARCHAR", "Loyalty tier", "Bronze, Silver or Gold"),
      column("is_test", "BOOLEAN", "Test account"),
      calculated("is_wholesale", "BOOLEAN", "segment = 'Wholesale'", "Wholesale?"),
    ],
    metrics: [
      metric("customers", "COUNT(DISTINCT customer_id)", "Customers", ",d"),
      metric("gold_share", "AVG(loyalty_tier = 'Gold')", "Share of gold", ".1%"),
    ],
  }),
  dataset("orders", "One row for each order of the shops, the web shop and wholesale.", {
    owners: ["demo"],
    certifiedBy: "Data team",
    timeColumn: "ordered_at",
    columns: [
      column("order_id", "INTEGER", "Order id"),
      column("ordered_at", "DATETIME", "Ordered at"),
      CHANNEL,
      REGION,
      ...SHOP,
      column("customer_id", "INTEGER", "Customer id", "Empty for most counter sales"),
      column("status", "VARCHAR", "Status", "Completed, Open, Refunded or Cancelled"),
      column("payment", "VARCHAR", "Payment"),
      column("items", "INTEGER", "Items"),
      column("discount", "FLOAT", "Discount", "Euros off the list price"),
      column("revenue", "FLOAT", "Revenue", "Euros after discounts"),
      calculated(
        "weekday",
        "VARCHAR",
        "CASE strftime('%w', ordered_at) WHEN '0' THEN '7 Sun' WHEN '1' THEN '1 Mon' " +
          "WHEN '2' THEN '2 Tue' WHEN '3' THEN '3 Wed' WHEN '4' THEN '4 Thu' " +
          "WHEN '5' THEN '5 Fri' ELSE '6 Sat' END",
        "Weekday",
      ),
      calculated("hour", "VARCHAR", "strftime('%H', ordered_at)", "Hour of day"),
    ],
    metrics: [
      metric("order_count", "COUNT(*)", "Orders", ",d"),
      REVENUE,
      metric("avg_order_value", "AVG(revenue)", "Average order value", ",.2f"),
      metric(
        "refund_rate",
        "AVG(status = 'Refunded')",
        "Refund rate",
        ".1%",
        "Share of orders whose money went back",
      ),
    ],
  }),
  dataset(
    "order_lines",
    "Each product of each order, with its cost: where the margin comes from.",
    {
      owners: ["demo"],
      certifiedBy: "Data team",
      timeColumn: "ordered_at",
      columns: [
        column("order_line_id", "INTEGER", "Order line id"),
        column("order_id", "INTEGER", "Order id"),
        column("ordered_at", "DATETIME", "Ordered at"),
        CHANNEL,
        REGION,
        ...SHOP,
        column("product_id", "INTEGER", "Product id"),
        column("product_name", "VARCHAR", "Product"),
        column("category", "VARCHAR", "Category"),
        column("quantity", "INTEGER", "Quantity"),
        column("revenue", "FLOAT", "Revenue", "Euros after discounts"),
        column("cost", "FLOAT", "Cost", "Euros"),
        calculated("margin", "FLOAT", "revenue - cost", "Margin"),
      ],
      metrics: [
        REVENUE,
        metric("total_cost", "SUM(cost)", "Cost", ",.0f"),
        metric("total_margin", "SUM(revenue - cost)", "Margin", ",.0f"),
        metric(
          "margin_pct",
          "SUM(revenue - cost) / NULLIF(SUM(revenue), 0)",
          "Margin share",
          ".1%",
          "Margin over revenue",
        ),
        metric("units", "SUM(quantity)", "Units sold", ",d"),
      ],
    },
  ),
  dataset("web_visits", "Visits to the web shop and how far each got.", {
    owners: ["greta"],
    timeColumn: "visited_at",
    columns: [
      column("visit_id", "INTEGER", "Visit id"),
      column("visited_at", "DATETIME", "Visited at"),
      column("source", "VARCHAR", "Source", "Where the visitor came from"),
      column("device", "VARCHAR", "Device"),
      column("landing_page", "VARCHAR", "Landing page"),
      column("steps", "INTEGER", "Steps reached", "1 visited … 5 ordered"),
      column("furthest_step", "VARCHAR", "Furthest step"),
      column("seconds", "INTEGER", "Seconds on site"),
    ],
    metrics: [
      metric("visits", "COUNT(*)", "Visits", ",d"),
      metric("conversion", "AVG(steps = 5)", "Conversion", ".2%", "Visits that ended in an order"),
    ],
  }),
  dataset("support_tickets", "Questions and complaints, and how fast they were settled.", {
    timeColumn: "opened_at",
    columns: [
      column("ticket_id", "INTEGER", "Ticket id"),
      column("opened_at", "DATETIME", "Opened at"),
      REGION,
      CHANNEL,
      column("topic", "VARCHAR", "Topic"),
      column("priority", "VARCHAR", "Priority"),
      column("status", "VARCHAR", "Status", "Open or Closed"),
      column("hours_to_close", "FLOAT", "Hours to close", "Empty while open"),
      column("satisfaction", "INTEGER", "Satisfaction", "1 to 5, empty where nobody answered"),
    ],
    metrics: [
      metric("tickets", "COUNT(*)", "Tickets", ",d"),
      metric("open_tickets", "SUM(status = 'Open')", "Open tickets", ",d"),
      metric("avg_satisfaction", "AVG(satisfaction)", "Satisfaction", ".2f"),
    ],
  }),
  dataset(
    "shifts",
    "Hours and wages of each shop by week. Sensitive: finance and shop leads only.",
    {
      owners: ["fiona"],
      timeColumn: "week_starting",
      columns: [
        column("shift_id", "INTEGER", "Row id"),
        column("week_starting", "DATETIME", "Week starting"),
        column("shop_name", "VARCHAR", "Shop"),
        column("shop_lead", "VARCHAR", "Shop lead", "User name of the person who runs the shop"),
        column("hours", "FLOAT", "Hours worked"),
        column("wages", "FLOAT", "Wages", "Euros"),
        column("revenue", "FLOAT", "Shop revenue", "Euros, of the same week"),
      ],
      metrics: [
        metric("total_hours", "SUM(hours)", "Hours", ",d"),
        metric("total_wages", "SUM(wages)", "Wages", ",.0f"),
        metric("wage_share", "SUM(wages) / NULLIF(SUM(revenue), 0)", "Wages over revenue", ".1%"),
      ],
    },
  ),
  dataset("monthly_profit", "Revenue, cost and margin by month, channel and region.", {
    owners: ["fiona"],
    certifiedBy: "Finance",
    sql: PROFIT_SQL,
    timeColumn: "month",
    columns: [
      column("month", "DATETIME", "Month"),
      CHANNEL,
      REGION,
      column("revenue", "FLOAT", "Revenue"),
      column("cost", "FLOAT", "Cost"),
      column("margin", "FLOAT", "Margin"),
    ],
    metrics: [
      REVENUE,
      metric("total_margin", "SUM(margin)", "Margin", ",.0f"),
      metric("margin_pct", "SUM(margin) / NULLIF(SUM(revenue), 0)", "Margin share", ".1%"),
    ],
  }),
  dataset("web_funnel", "One row for each step that a visit to the web shop reached.", {
    owners: ["greta"],
    sql: WEB_FUNNEL_SQL,
    timeColumn: "visited_at",
    columns: [
      column("visited_at", "DATETIME", "Visited at"),
      column("source", "VARCHAR", "Source"),
      column("device", "VARCHAR", "Device"),
      column("step", "VARCHAR", "Step"),
    ],
    metrics: [metric("visits", "COUNT(*)", "Visits", ",d")],
  }),
  dataset("sales_by_day", "Orders and revenue by day and region; its query reads the filters.", {
    owners: ["demo"],
    sql: JINJA_SQL,
    timeColumn: "day",
    columns: [
      column("day", "DATETIME", "Day"),
      REGION,
      CHANNEL,
      column("orders", "INTEGER", "Orders"),
      column("revenue", "FLOAT", "Revenue"),
    ],
    metrics: [REVENUE, metric("order_count", "SUM(orders)", "Orders", ",d")],
  }),
];

/** @throws Error where the demo has no such dataset */
export function datasetNamed(name: string): DemoDataset {
  const found = DATASETS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`Cannot find the demo dataset ${name}`);
  return found;
}

/** The table's own columns, in its order. */
export function physicalColumns(dataset: DemoDataset): readonly DemoColumn[] {
  return dataset.columns.filter((each) => each.expression === null);
}

function dataset(
  name: string,
  description: string,
  rest: Pick<DemoDataset, "columns" | "metrics"> & Partial<DemoDataset>,
): DemoDataset {
  return {
    name,
    description,
    owners: ["admin"],
    timeColumn: null,
    sql: null,
    certifiedBy: null,
    ...rest,
  };
}

function column(
  name: string,
  type: ColumnType,
  label: string,
  description: string | null = null,
): DemoColumn {
  return { name, type, label, description, expression: null };
}

function calculated(name: string, type: ColumnType, expression: string, label: string): DemoColumn {
  return { name, type, label, description: null, expression };
}

function metric(
  name: string,
  expression: string,
  label: string,
  format: string,
  description: string | null = null,
): DemoMetric {
  return { name, expression, label, format, description };
}
