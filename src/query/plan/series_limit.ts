/**
 * Keeps the series with the highest metric (or the lowest): by a join with the query that finds
 * them (Superset 6.1: superset/models/helpers.py, `get_sqla_query`, `series_limit`).
 */
import { selectMetric } from "./metrics.ts";
import type { Planning, Selected } from "./planning.ts";
import { printSelect, type Select } from "./select.ts";
import type { SettledQuery } from "./settled_query.ts";
import { timeConditions } from "./time_filter.ts";

const SERIES = "series_limit";
const OTHERS = "Others";
const METRIC = "mme_inner__";

/**
 * @param select the query without the limit
 * @param where its filters but for those of the query's own bounds
 * @param metric what series are compared by, unless the query names another
 */
export function limitSeries(
  select: Select,
  query: SettledQuery,
  where: readonly string[],
  metric: Selected | null,
  planning: Planning,
): Select {
  const series = select.groupBy.filter(({ label }) => query.seriesLabels.includes(label));
  if (query.seriesLimit === 0 || series.length === 0) return select;
  const found = seriesQuery(select.from, series, query, where, metric, planning);
  const alias = planning.dialect.quote(SERIES);
  const keptAs = (label: string) => `${alias}.${planning.label(`${label}__`)}`;
  const on = series.map(({ label, sql }) => `${sql} = ${keptAs(label)}`).join(" AND ");
  const join = (words: string) => `${select.from}\n${words} (\n${found}\n) AS ${alias} ON ${on}`;
  if (!query.othersGrouped) return { ...select, from: join(planning.dialect.seriesJoin) };

  const others = new Map(series.map((column) => [column.label, {
    ...column,
    sql: `CASE WHEN ${keptAs(column.label)} IS NOT NULL THEN ${textOf(column, planning)} ` +
      `ELSE ${planning.dialect.literal(OTHERS)} END`,
    type: 1 as const,
  }]));
  const orOthers = (column: Selected) => others.get(column.label) ?? column;
  return {
    ...select,
    columns: select.columns.map(orOthers),
    from: join("LEFT JOIN"),
    groupBy: select.groupBy.map(orOthers),
    // Superset forgets the query's own limit here, and draws what comes.
    limit: query.maxRows,
    offset: null,
  };
}

function seriesQuery(
  from: string,
  series: readonly Selected[],
  query: SettledQuery,
  where: readonly string[],
  metric: Selected | null,
  planning: Planning,
): string {
  const compared = { ...metric ?? { sql: "COUNT(*)", type: 0 as const }, label: METRIC };
  const time = query.granularity === null ? null : planning.column(query.granularity);
  const by = query.seriesLimitMetric === null
    ? planning.label(METRIC)
    : selectMetric(query.seriesLimitMetric, planning).sql;
  return printSelect({
    columns: [...series.map((one) => ({ ...one, label: `${one.label}__` })), compared],
    from,
    where: [...where, ...(time === null ? [] : timeConditions(time, query.bounds, planning))],
    groupBy: series,
    having: [],
    orderBy: [`${by} ${query.seriesDescending ? "DESC" : "ASC"}`],
    limit: query.seriesLimit,
    offset: null,
  }, planning);
}

/** Beside "Others", what is no text has to be made one. */
function textOf({ sql, type }: Selected, { dialect }: Planning): string {
  return type === 1 ? sql : dialect.castToText(sql);
}
