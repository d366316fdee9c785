/**
 * Asks the database for the types of ad hoc columns that a time grain is to cut: it cuts those only
 * that are times (Superset 6.1: `adhoc_column_to_sqla`).
 */
import type { Dataset } from "../dataset.ts";
import type { QueryObject } from "../query_object.ts";
import { expressionSql } from "./columns.ts";
import { fromClause } from "./from_clause.ts";
import { isAdhocColumn } from "./labels.ts";
import type { PlannedQuery } from "./planned_query.ts";
import { Planning, type PlanOptions } from "./planning.ts";
import { printSelect } from "./select.ts";

/**
 * A query of no rows, whose columns are named by the expressions they are of: their types are what
 * `PlanOptions.expressionTypes` takes. Null where nothing needs to be asked.
 *
 * @throws ServiceError as `planQuery`
 */
export function planTypeProbe(
  query: QueryObject,
  dataset: Dataset,
  options: PlanOptions,
): PlannedQuery | null {
  const planning = new Planning(dataset, options);
  const columns = (query.columns ?? []).filter(isAdhocColumn).filter((column) =>
    column.columnType === "BASE_AXIS" && column.timeGrain &&
    planning.column(column.sqlExpression) === null
  );
  if (columns.length === 0) return null;
  const { from, virtualSql } = fromClause(planning);
  const sql = printSelect({
    columns: columns.map((column) => ({
      label: column.sqlExpression,
      sql: expressionSql(column, planning),
      type: null,
    })),
    from,
    where: ["1 = 0"],
    groupBy: [],
    having: [],
    orderBy: [],
    limit: null,
    offset: null,
  }, planning);
  return {
    sql,
    parameters: [],
    columns: columns.map(({ sqlExpression }) => ({ name: sqlExpression, type: null })),
    countSql: null,
    virtualSql,
    rejectedFilters: [],
  };
}
