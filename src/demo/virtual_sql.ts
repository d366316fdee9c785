/** The queries of the demo's virtual datasets. */

export const PROFIT_SQL = `SELECT
  strftime('%Y-%m-01 00:00:00', ordered_at) AS month,
  channel,
  region,
  SUM(revenue) AS revenue,
  SUM(cost) AS cost,
  SUM(revenue - cost) AS margin
FROM order_lines
GROUP BY 1, 2, 3`;

export const WEB_FUNNEL_SQL = `SELECT
  visits.visited_at,
  visits.source,
  visits.device,
  steps.step
FROM web_visits AS visits
JOIN (
  SELECT 1 AS position, 'Visited' AS step
  UNION ALL SELECT 2, 'Viewed a product'
  UNION ALL SELECT 3, 'Filled the basket'
  UNION ALL SELECT 4, 'Began checkout'
  UNION ALL SELECT 5, 'Ordered'
) AS steps ON steps.position <= visits.steps`;

/** Narrows inside, where the database can use it, by what the chart filters on. */
export const JINJA_SQL = `SELECT
  strftime('%Y-%m-%d 00:00:00', ordered_at) AS day,
  region,
  channel,
  COUNT(*) AS orders,
  SUM(revenue) AS revenue
FROM orders
WHERE status <> 'Cancelled'
{% if from_dttm %}  AND ordered_at >= '{{ from_dttm }}'
{% endif %}{% if to_dttm %}  AND ordered_at < '{{ to_dttm }}'
{% endif %}{% if filter_values('region') %}  AND region IN {{ filter_values('region') | where_in }}
{% endif %}GROUP BY 1, 2, 3`;
