/** What rows are ordered by (Superset 6.1: superset/models/helpers.py, `get_sqla_query`). */
import { invalidArgument } from "../../errors.ts";
import type { QueryColumn, QueryMetric } from "../query_object.ts";
import { selectAdhocColumn, selectColumn } from "./columns.ts";
import { columnLabel, isAdhocColumn, isAdhocMetric, listed } from "./labels.ts";
import { selectMetric } from "./metrics.ts";
import type { Planning, Selected } from "./planning.ts";
import type { SettledQuery } from "./settled_query.ts";

export interface Order extends Selected {
  readonly ascending: boolean;
  /** True for what only a query that groups can be ordered by. */
  readonly groups: boolean;
}

type Ordered = Selected & { readonly groups: boolean };

/** @throws ServiceError `invalid_argument` naming what is neither a column, metric nor label */
export function planOrder(
  { orderby, columns }: SettledQuery,
  metrics: readonly Selected[],
  planning: Planning,
): readonly Order[] {
  return orderby.map((entry) => {
    if (!Array.isArray(entry) || !entry[0]) {
      throw invalidArgument(`Cannot order by ${JSON.stringify(entry)?.slice(0, 80)}.`, {
        hint: "Give pairs [column or metric, ascending].",
      });
    }
    const [by, ascending] = entry;
    return { ...orderedBy(by, columns, metrics, planning), ascending: Boolean(ascending) };
  });
}

/** By the label where the answer has such a column, else by the expression. */
export function orderSql(
  orders: readonly Order[],
  selected: readonly Selected[],
  planning: Planning,
): readonly string[] {
  const labels = new Set(selected.map(({ label }) => label));
  return orders.map(({ label, sql, ascending }) =>
    `${labels.has(label) ? planning.label(label) : sql} ${ascending ? "ASC" : "DESC"}`
  );
}

function orderedBy(
  by: QueryColumn | QueryMetric,
  columns: readonly QueryColumn[],
  metrics: readonly Selected[],
  planning: Planning,
): Ordered {
  if (isAdhocMetric(by)) {
    const metric = selectMetric(by, planning);
    // The same expression under another label is the metric that the answer has.
    return { ...metrics.find(({ sql }) => sql === metric.sql) ?? metric, groups: true };
  }
  if (isAdhocColumn(by)) return { ...selectAdhocColumn(by, planning), groups: false };
  if (typeof by === "string") {
    const metric = metrics.find(({ label }) => label === by);
    if (metric !== undefined) return { ...metric, groups: true };
    if (planning.metric(by) !== null) return { ...selectMetric(by, planning), groups: true };
    const column = planning.column(by);
    if (column !== null) return { ...selectColumn(column, planning), groups: false };
    const adhoc = columns.find((one) => isAdhocColumn(one) && columnLabel(one) === by);
    if (adhoc !== undefined && isAdhocColumn(adhoc)) {
      return { ...selectAdhocColumn(adhoc, planning), groups: false };
    }
  }
  const known = [
    ...metrics.map(({ label }) => label),
    ...planning.dataset.columns.map(({ column_name }) => column_name),
  ];
  throw invalidArgument(
    `Cannot order by ${typeof by === "string" ? `'${by}'` : JSON.stringify(by)?.slice(0, 80)}.`,
    { hint: `Order by a metric, a column or a label of the query: ${listed(known)}.` },
  );
}
