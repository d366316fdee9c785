/** What surrounds charts and dashboards: saved queries, annotations, a report, tags' texts. */

export const SAVED_QUERIES = [
  {
    label: "Wholesale accounts without an order this quarter",
    description: "Whom to call first.",
    owner: "demo",
    sql: `SELECT c.customer_name, c.city, MAX(o.ordered_at) AS last_order
FROM customers AS c
LEFT JOIN orders AS o ON o.customer_id = c.customer_id
WHERE c.segment = 'Wholesale'
GROUP BY 1, 2
HAVING last_order IS NULL OR last_order < date('now', '-90 days')
ORDER BY last_order`,
  },
  {
    label: "Margin by origin",
    description: "Beans only, by growing country.",
    owner: "demo",
    sql: `SELECT p.origin, SUM(l.revenue - l.cost) AS margin
FROM order_lines AS l
JOIN products AS p ON p.product_id = l.product_id
WHERE p.category = 'Beans'
GROUP BY p.origin
ORDER BY margin DESC`,
  },
  {
    label: "Wages of the last four weeks",
    description: "For the monthly close.",
    owner: "fiona",
    sql: `SELECT shop_name, SUM(hours) AS hours, SUM(wages) AS wages
FROM shifts
WHERE week_starting >= date('now', '-28 days')
GROUP BY shop_name`,
  },
] as const;

export const ANNOTATION_LAYER = {
  name: "Campaigns and events",
  description: "What moved the figures, so that nobody has to guess later.",
  /** Days before today. */
  annotations: [
    {
      from: 335,
      to: 328,
      short: "Winter sale",
      long: "Ten per cent off all beans in the web shop.",
    },
    {
      from: 210,
      to: 209,
      short: "Till outage in Wexcombe",
      long: "Half a day without card payments.",
    },
    {
      from: 120,
      to: 90,
      short: "Cold brew summer",
      long: "Posters and a second cup at half price.",
    },
    { from: 40, to: 33, short: "Harvest festival", long: "A stall in each of the three regions." },
  ],
} as const;

export const REPORT = {
  name: "Monday figures",
  description: "The overview, by mail to the management every Monday morning.",
  crontab: "0 7 * * 1",
  timezone: "Europe/Helsinki",
  dashboard: "company-overview",
  recipients: "management@lindgrove.example",
  owner: "demo",
} as const;

/** What the custom tags stand for. */
export const TAGS: Readonly<Record<string, string>> = {
  headline: "What management looks at first",
  products: "What is sold",
  profit: "Margin and cost",
  regions: "North, South, Coast",
  service: "Support and satisfaction",
  shops: "The eight shops",
  staff: "Hours and wages",
  web: "The web shop",
};

/** Objects by title or name that people marked as favourites. */
export const FAVORITES = [
  { username: "demo", kind: "Dashboard", name: "company-overview" },
  { username: "demo", kind: "slice", name: "Best-selling products" },
  { username: "nora", kind: "Dashboard", name: "shops" },
  { username: "fiona", kind: "Dashboard", name: "board-pack" },
] as const;
