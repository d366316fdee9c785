/**
 * A query object over a dataset as the SQL of an engine, with Superset's meaning (6.1:
 * superset/models/helpers.py, `get_sqla_query`). Nothing is run and no row-level rule applied here.
 */
import { invalidArgument } from "../../errors.ts";
import type { Dataset } from "../dataset.ts";
import type { QueryObject } from "../query_object.ts";
import { selectGroups, selectRows, timestampSql } from "./columns.ts";
import { planFilters } from "./filters.ts";
import { fromClause } from "./from_clause.ts";
import { TIMESTAMP } from "./labels.ts";
import { selectMetric } from "./metrics.ts";
import { orderSql, planOrder } from "./order.ts";
import type { PlannedQuery } from "./planned_query.ts";
import { Planning, type PlanOptions, type Selected } from "./planning.ts";
import { countOf, printCount, printSelect, type Select } from "./select.ts";
import { limitSeries } from "./series_limit.ts";
import { type SettledQuery, settleQuery } from "./settled_query.ts";
import { timeConditions } from "./time_filter.ts";

/**
 * @throws ServiceError `invalid_argument` naming the column, metric or filter at fault and what
 * exists; what the parser and `render` throw for text that they refuse
 */
export function planQuery(
  asked: QueryObject,
  dataset: Dataset,
  options: PlanOptions,
): PlannedQuery {
  const query = settleQuery(asked, dataset, options);
  const planning = new Planning(dataset, options);
  refuseEmpty(query);

  const metrics = (query.metrics ?? []).map((metric) => selectMetric(metric, planning));
  const orders = planOrder(query, metrics, planning);
  const isGrouped = query.metrics !== null || orders.some(({ groups }) => groups);
  // Rendered before the filters, since a template there may take filters over.
  const { from, virtualSql } = fromClause(planning);
  const time = timeColumn(query, planning);
  const groups = isGrouped ? [...time, ...selectGroups(query, planning)] : time;
  const others = isGrouped ? metrics : selectRows(query, planning);
  const columns = uniqueLabels([...groups, ...others]);

  const filters = planFilters(query, planning, options);
  const where = [...filters.where, ...freeConditions("where", query, planning)];
  const plain: Select = {
    columns,
    from,
    where: [
      ...(query.fetchValuesPredicate ? predicate(planning) : []),
      ...withinBounds(query, planning),
      ...where,
    ],
    groupBy: groups,
    having: [...filters.having, ...freeConditions("having", query, planning)],
    orderBy: orderSql(orders, columns, planning),
    limit: query.rowLimit,
    offset: query.rowOffset === 0 ? null : query.rowOffset,
  };
  const select = limitSeries(plain, query, where, metrics[0] ?? null, planning);
  const answer = { parameters: [], virtualSql, rejectedFilters: filters.rejected };
  if (query.isRowcount) {
    const sql = countOf(select, planning);
    return { ...answer, sql, columns: [{ name: "rowcount", type: 0 }], countSql: null };
  }
  return {
    ...answer,
    sql: printSelect(select, planning),
    columns: select.columns.map(({ label, type }) => ({ name: label, type })),
    countSql: printCount(select, planning),
  };
}

function refuseEmpty({ metrics, columns, isTimeseries, granularity }: SettledQuery): void {
  if (isTimeseries && granularity === null) {
    throw invalidArgument("Cannot plan a time series: it has no time column.", {
      hint: "Give `granularity`, or set is_timeseries to false.",
    });
  }
  if ((metrics ?? []).length === 0 && columns.length === 0) {
    throw invalidArgument("Cannot plan an empty query.", {
      hint: "Give at least one metric or column.",
    });
  }
}

/** The time of a time series' points, which comes before its other columns. */
function timeColumn(query: SettledQuery, planning: Planning): readonly Selected[] {
  if (!query.isTimeseries) return [];
  const column = planning.requireColumn(query.granularity!);
  const sql = timestampSql(column, query.extras.time_grain_sqla, planning);
  return [{ label: TIMESTAMP, sql, type: 2 }];
}

/** The bounds on the query's time column, and on the dataset's main one where it is always filtered. */
function withinBounds(query: SettledQuery, planning: Planning): readonly string[] {
  const { granularity, bounds } = query;
  if (granularity === null) return [];
  const { alwaysFilterMainDttm, mainDttmCol } = planning.dataset;
  const { removedFilters } = planning;
  const isMainToo = alwaysFilterMainDttm && mainDttmCol !== null && mainDttmCol !== granularity &&
    !removedFilters.has(mainDttmCol);
  const isRemoved = removedFilters.has(granularity) || removedFilters.has(TIMESTAMP);
  return [
    ...(isMainToo ? timeConditions(planning.requireColumn(mainDttmCol), bounds, planning) : []),
    ...(isRemoved ? [] : timeConditions(planning.requireColumn(granularity), bounds, planning)),
  ];
}

/** Each text is read on its own, so that none can reach out of its brackets into another. */
function freeConditions(
  clause: "where" | "having",
  { extras }: SettledQuery,
  planning: Planning,
): readonly string[] {
  const word = clause.toUpperCase();
  const texts: readonly unknown[] = [extras[clause], extras[`added_${clause}`] ?? []].flat();
  return texts.filter((text) => text !== undefined && text !== null && text !== "").map((text) => {
    if (typeof text === "string") return planning.free(text, `the ${word} clause`);
    throw invalidArgument(`Cannot read ${JSON.stringify(text).slice(0, 80)} as a ${word} clause.`, {
      hint: "Give a condition as text.",
    });
  });
}

function predicate(planning: Planning): readonly string[] {
  const { fetchValuesPredicate } = planning.dataset;
  return fetchValuesPredicate
    ? [planning.free(fetchValuesPredicate, "the dataset's predicate for filter values")]
    : [];
}

/** The first of each label: a metric may be a column that the answer has already. */
function uniqueLabels(columns: readonly Selected[]): readonly Selected[] {
  const labels = columns.map(({ label }) => label);
  return columns.filter(({ label }, at) => labels.indexOf(label) === at);
}
