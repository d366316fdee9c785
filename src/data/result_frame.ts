/** From a database's answer to the frame that post-processing takes, and to what a client is told. */
import type { QueryResult } from "../drivers/analytics/engine.ts";
import type { AnswerColumn } from "../query/answer/answer_columns.ts";
import type { Dataset } from "../query/dataset.ts";
import type { Column, Frame } from "../query/frame.ts";
import type { PlannedQuery } from "../query/plan/planned_query.ts";

/** The rows under the names that were planned: an engine may have cut a long label. */
export function namedAsPlanned({ frame }: QueryResult, { columns: names }: PlannedQuery): Frame {
  const columns = frame.columns.map((column, at): Column => ({
    ...column,
    name: names[at]?.name ?? column.name,
  }));
  return { ...frame, columns };
}

export function answerColumns(
  frame: Frame,
  result: QueryResult,
  query: PlannedQuery,
  dataset: Dataset,
): readonly AnswerColumn[] {
  const raw = new Map(
    result.columns.map((column, at) => [query.columns[at]?.name ?? column.name, column]),
  );
  const times = new Set(
    dataset.columns.filter(({ is_dttm }) => is_dttm).map(({ column_name }) => column_name),
  );
  return frame.columns.map(({ name, type }) => {
    const source = raw.get(name);
    return {
      name,
      type: times.has(name) ? 2 : type,
      databaseType: source?.databaseType ?? "",
      hasZone: source?.hasZone ?? false,
    };
  });
}
