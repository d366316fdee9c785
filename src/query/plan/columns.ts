/**
 * Columns as SQL: the table's own, calculated, ad hoc ones, and times cut to a grain (Superset 6.1:
 * superset/connectors/sqla/models.py, TableColumn and `adhoc_column_to_sqla`).
 */
import type { DatasetColumn } from "../dataset.ts";
import type { AdhocColumn, QueryColumn } from "../query_object.ts";
import { columnLabel, isAdhocColumn, TIMESTAMP } from "./labels.ts";
import type { Planning, Selected } from "./planning.ts";
import type { SettledQuery } from "./settled_query.ts";

/** A column of the dataset, as it is in the table or calculated. */
export function columnSql(column: DatasetColumn, planning: Planning): string {
  return column.expression
    ? planning.free(column.expression, `the column '${column.column_name}'`)
    : planning.dialect.quote(column.column_name);
}

export function selectColumn(column: DatasetColumn, planning: Planning): Selected {
  return {
    label: column.column_name,
    sql: columnSql(column, planning),
    type: column.is_dttm ? 2 : planning.dialect.genericType(column.type),
  };
}

/** A column as a time: an epoch becomes one, and a grain cuts it. */
export function timestampSql(
  column: DatasetColumn,
  grain: string | null | undefined,
  planning: Planning,
): string {
  return timeOf(columnSql(column, planning), column, grain, planning);
}

/** An ad hoc column, which may stand for one of the dataset's by its name. */
export function selectAdhocColumn(column: AdhocColumn, planning: Planning): Selected {
  const label = columnLabel(column);
  const grain = column.columnType === "BASE_AXIS" ? column.timeGrain : null;
  const known = planning.column(column.sqlExpression);
  if (known !== null) {
    const selected = selectColumn(known, planning);
    const sql = known.is_dttm && grain
      ? timeOf(selected.sql, known, grain, planning)
      : selected.sql;
    return { ...selected, label, sql };
  }
  const sql = expressionSql(column, planning);
  const type = planning.expressionType(column.sqlExpression);
  if (type !== 2 || !grain) return { label, sql, type };
  return { label, sql: planning.dialect.timeGrain(sql, grain, null), type };
}

/** The expression of an ad hoc column that names none of the dataset's. */
export function expressionSql(column: AdhocColumn, planning: Planning): string {
  const text = column.isColumnReference
    ? planning.dialect.quote(column.sqlExpression)
    : column.sqlExpression;
  return planning.free(text, `the column '${columnLabel(column)}'`);
}

/** The columns of a query that groups; the query's time column is cut to the query's grain. */
export function selectGroups(query: SettledQuery, planning: Planning): readonly Selected[] {
  return dimensions(query).map((column) => {
    if (isAdhocColumn(column)) return selectAdhocColumn(column, planning);
    const known = planning.requireColumn(column);
    const selected = selectColumn(known, planning);
    if (column !== query.granularity) return selected;
    return { ...selected, sql: timestampSql(known, query.extras.time_grain_sqla, planning) };
  });
}

/** The columns of a query of rows as they are, in which no grain counts. */
export function selectRows(query: SettledQuery, planning: Planning): readonly Selected[] {
  return dimensions(query).map((column) => {
    if (!isAdhocColumn(column)) return selectColumn(planning.requireColumn(column), planning);
    const { timeGrain: _, ...raw } = column;
    return selectAdhocColumn(raw, planning);
  });
}

function dimensions({ columns }: SettledQuery): readonly QueryColumn[] {
  columns.forEach(columnLabel);
  return columns.filter((column) => column !== TIMESTAMP);
}

function timeOf(
  sql: string,
  { type, python_date_format: format }: DatasetColumn,
  grain: string | null | undefined,
  { dialect }: Planning,
): string {
  const unit = format === "epoch_s" ? "s" : format === "epoch_ms" ? "ms" : null;
  const time = unit === null ? sql : dialect.epochToTime(sql, unit);
  return grain ? dialect.timeGrain(time, grain, type) : time;
}
